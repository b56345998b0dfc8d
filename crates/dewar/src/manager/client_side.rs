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
use crate::session::Rehearsal;
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
    /// The newest writes, all read.
    pub keys: SecretKeys,
    /// How the cookie is written, and read.
    pub format: CookieFormat,
    /// The cookie's name and attributes.
    pub cookie: CookiePolicy,
    /// When a session expires.
    pub lifetime: Lifetime,
    /// The longest that one session may [ask to live](crate::Session::set_timeouts); 30 days idle, 365 days in all. A session that was stored
    /// under a longer limit is cut to this one. Not for Flask's formats, which have no room for it.
    pub longest_lifetime: Timeouts,
    /// A store for "log out everywhere", which a cookie alone cannot have: it says since when an owner's sessions count. One lookup
    /// opens a session that has an owner. Sealed cookies only.
    pub revocation: Option<Revocation>,
    /// What is done about `Cache-Control` on a response that sets the cookie.
    pub cache_control: CacheControl,
    /// What time it is.
    pub clock: Clock,
    /// Where nonces come from.
    pub random: Random,
}

/// How a session is written into a cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CookieFormat {
    /// Encrypted and authenticated: the client can neither read nor change it. Keys of at least 32 bytes.
    Sealed,
    /// Flask's, with the feature `flask`: signed, but anyone who has the cookie can read it. Shared with Flask programs.
    #[cfg(feature = "flask")]
    Flask(FlaskOptions),
}

/// What a format of cookies adds to the settings.
pub(super) trait CookieSettings {
    /// Refuses settings that the format cannot carry out.
    fn check(&self, settings: &ClientSide) -> Result<(), SettingsError>;

    /// Tries a value before it is set; `None` for a format that stores every value.
    fn rehearsal(&self) -> Option<Arc<dyn Rehearsal>>;

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
    /// Sealed cookies with safe defaults: `__Host-session`, `Secure`, `HttpOnly`, `SameSite=Lax`; one hour idle, a day in all.
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
