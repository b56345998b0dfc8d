//! What a program decides about its sessions, as one plain value.

use std::fmt;

use super::epochs::Epochs;
use crate::clock::Clock;
use crate::codec::{Limits, TaggedJson};
use crate::cookie::{CacheControl, CookiePolicy, PolicyError};
use crate::lifetime::{Lifetime, Refresh};
use crate::random::Random;
use crate::signing::{SealerError, SecretKeys, SeparatorError, SerializerOptions, WeakSecret};

/// Settings of sessions that live in the client's cookie.
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
    /// How long a session lives.
    pub lifetime: Lifetime,
    /// A store for "log out everywhere", which a cookie alone cannot have: it says since when an owner's sessions count. One lookup
    /// opens a session that has an owner. Sealed cookies only.
    pub epochs: Option<Epochs>,
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
    /// Encrypted and authenticated: nobody can read or change it. Keys of at least 32 bytes.
    Sealed,
    /// Flask's: signed, but anybody who has the cookie can read it. Shared with Flask programs.
    Flask(FlaskOptions),
}

/// How a Flask program writes its cookie, where it departs from Flask's defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlaskOptions {
    /// The attributes of `SecureCookieSessionInterface`: salt, key derivation, digest; and how timestamps are read.
    pub signing: SerializerOptions,
    /// `app.json`: whether keys are sorted, whether everything outside ASCII is escaped.
    pub json: TaggedJson,
}

impl Default for FlaskOptions {
    fn default() -> Self {
        Self {
            signing: SerializerOptions::flask(),
            json: TaggedJson { limits: Limits::cookie(), ..TaggedJson::default() },
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
            epochs: None,
            cache_control: CacheControl::default(),
            clock: Clock::system(),
            random: Random::system(),
        }
    }

    /// Flask's sessions with Flask's defaults, to share them with a Flask program or to take its place.
    #[must_use]
    pub fn flask(keys: SecretKeys) -> Self {
        Self {
            format: CookieFormat::Flask(FlaskOptions::default()),
            cookie: CookiePolicy::flask(),
            lifetime: Lifetime::flask(),
            ..Self::new(keys)
        }
    }

    /// Flask has one lifetime, reckoned from the signature; a limit that its cookie cannot carry is refused, not ignored.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        if let CookieFormat::Flask(_) = self.format {
            if self.lifetime.absolute.is_some() {
                return Err(SettingsError::AbsoluteLimitInFlaskCookie);
            }
            if self.epochs.is_some() {
                return Err(SettingsError::EpochsInFlaskCookie);
            }
            if self.lifetime.idle.is_none() {
                return Err(SettingsError::NoIdleLimitInFlaskCookie);
            }
        }
        if self.lifetime.refresh == Refresh::EachRequest && self.lifetime.idle.is_none() {
            return Err(SettingsError::NothingToRefresh);
        }
        Ok(())
    }
}

/// Settings that cannot work, found when the manager is made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// The program's name in the store is not one; this is its beginning.
    Name(String),
    /// The secret key is unfit.
    Secret(WeakSecret),
    /// A key is unfit for sealing.
    Sealer(SealerError),
    /// The signer's separator could be part of a signature.
    Separator(SeparatorError),
    /// The cookie's name and attributes contradict each other.
    Cookie(PolicyError),
    /// Flask's cookie does not say when the session began.
    AbsoluteLimitInFlaskCookie,
    /// Flask's cookie does not say since when it is its owner's.
    EpochsInFlaskCookie,
    /// Flask's cookies always end so long after they were signed.
    NoIdleLimitInFlaskCookie,
    /// Flask-Session's records do not say when their session began.
    AbsoluteLimitInFlaskRecord,
    /// So few bytes can be guessed, so many are none of Flask-Session's ids.
    IdLength(usize),
    /// A limit of no session at all would end each login at once.
    AtMostNone,
    /// A limit to an owner's sessions needs a store that knows them.
    StoreKnowsNoOwners,
    /// A refresh of each request moves the idle limit, and there is none.
    NothingToRefresh,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                f,
                "a program's name in a store is 1 to 32 characters of a-z, 0-9 and -, such as \"shop\", and not that of \
                 Flask-Session's programs, \"session\"; {name:?} is none"
            ),
            Self::Secret(error) => error.fmt(f),
            Self::Sealer(error) => error.fmt(f),
            Self::Separator(error) => error.fmt(f),
            Self::Cookie(error) => error.fmt(f),
            Self::AbsoluteLimitInFlaskCookie => f.write_str(
                "lifetime.absolute: a Flask cookie does not say when its session began; set it to None, or use CookieFormat::Sealed",
            ),
            Self::EpochsInFlaskCookie => f.write_str(
                "epochs: a Flask cookie does not say since when it is its owner's; use CookieFormat::Sealed, or keep sessions in a store",
            ),
            Self::NoIdleLimitInFlaskCookie => f.write_str("lifetime.idle: a Flask cookie needs one (Flask's default is 31 days)"),
            Self::AbsoluteLimitInFlaskRecord => f.write_str(
                "lifetime.absolute: Flask-Session's records do not say when their session began; set it to None, or use RecordFormat::Native",
            ),
            Self::IdLength(bytes) => write!(f, "SESSION_ID_LENGTH: {bytes} bytes; take 16 to 128 (Flask-Session's default is 32)"),
            Self::AtMostNone => f.write_str("at_most.sessions: 0 would end each login at once; take 1 or more, or None for any number"),
            Self::StoreKnowsNoOwners => f.write_str("at_most: this store cannot tell whose a session is; use one that has `Store::owners`"),
            Self::NothingToRefresh => f.write_str("lifetime.refresh: EachRequest moves the idle limit; set lifetime.idle"),
        }
    }
}

impl std::error::Error for SettingsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Secret(error) => Some(error),
            Self::Sealer(error) => Some(error),
            Self::Separator(error) => Some(error),
            Self::Cookie(error) => Some(error),
            _ => None,
        }
    }
}

macro_rules! from {
    ($($source:ident => $variant:ident),* $(,)?) => {$(
        impl From<$source> for SettingsError {
            fn from(error: $source) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}

from! { WeakSecret => Secret, SealerError => Sealer, SeparatorError => Separator, PolicyError => Cookie }
