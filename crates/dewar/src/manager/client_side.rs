//! Settings of sessions in cookies.

use std::sync::Arc;

use super::cookie_place::Format;
#[cfg(feature = "flask")]
use super::flask::FlaskOptions;
use super::revocation::Revocation;
use super::sealed_payload::SealedCookies;
use super::settings_error::SettingsError;
use crate::clock::Clock;
use crate::cookie::{CacheControl, CookiePolicy};
use crate::lifetime::{Lifetime, Refresh, Timeouts};
use crate::random::Random;
use crate::session::RoundTrip;
use crate::signing::SecretKeys;

/// Settings of sessions in the client's cookie.
///
/// ```
/// use dewar::{ClientSide, Lifetime, SecretKeys, SessionManager};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let secret = "7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5";
/// let manager = SessionManager::client_side(ClientSide {
///     lifetime: Lifetime::aal3(),
///     ..ClientSide::new(SecretKeys::new(secret)?)
/// })?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ClientSide {
    /// The secret keys. The newest one is used for writing, all of them for reading.
    pub keys: SecretKeys,
    /// The format of the cookie.
    pub format: CookieFormat,
    /// The cookie's name and attributes.
    pub cookie: CookiePolicy,
    /// When a session expires.
    pub lifetime: Lifetime,
    /// The maximum that a session's [own lifetime](crate::Session::set_timeouts) may have; default: 30 days idle, 365 days absolute. A
    /// session that was stored with a longer lifetime is limited to this one. Not for Flask's formats, which cannot store it.
    pub longest_lifetime: Timeouts,
    /// A store for "log out everywhere", which is not possible with cookies alone. It records the time before which an owner's sessions are
    /// no longer valid. Opening a session that has an owner then takes one lookup. Sealed cookies only.
    pub revocation: Option<Revocation>,
    /// How to set `Cache-Control` on a response that sets the cookie.
    pub cache_control: CacheControl,
    /// The source of the current time.
    pub clock: Clock,
    /// The source of random nonces.
    pub random: Random,
}

/// The format of a session in a cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieFormat {
    /// Encrypted and authenticated: the client can neither read nor change it. Needs keys of at least 32 bytes.
    Sealed,
    /// Flask's format, with the feature `flask`: signed, but anyone who has the cookie can read it. It can be shared with Flask programs.
    #[cfg(feature = "flask")]
    Flask(FlaskOptions),
}

/// What a format of cookies adds to the settings.
pub(super) trait CookieSettings {
    /// Refuses settings that the format cannot store.
    fn check(&self, settings: &ClientSide) -> Result<(), SettingsError>;

    /// The check of values before they are set; `None` for a format that can represent every value.
    fn round_trip(&self) -> Option<Arc<dyn RoundTrip>>;

    /// The format, ready to use.
    fn format(&self, keys: &SecretKeys, cookie_name: &str) -> Result<Box<dyn Format>, SettingsError>;
}

impl CookieFormat {
    pub(super) fn settings(&self) -> &dyn CookieSettings {
        match self {
            Self::Sealed => &SealedCookies,
            #[cfg(feature = "flask")]
            Self::Flask(flask) => flask,
        }
    }
}

impl ClientSide {
    /// Creates settings for sealed cookies with safe defaults: a `__Host-session` cookie with `Secure`, `HttpOnly` and `SameSite=Lax`; 1
    /// hour idle and 24 hours absolute.
    #[must_use]
    pub fn new(keys: SecretKeys) -> Self {
        Self {
            keys,
            format: CookieFormat::Sealed,
            cookie: CookiePolicy::default(),
            lifetime: Lifetime::default(),
            longest_lifetime: Timeouts::remember_me(),
            revocation: None,
            cache_control: CacheControl::default(),
            clock: Clock::system(),
            random: Random::system(),
        }
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        self.format.settings().check(self)?;
        if self.lifetime.refresh == Refresh::EachRequest && self.lifetime.idle.is_none() {
            return Err(SettingsError::NothingToRefresh);
        }
        Ok(())
    }
}
