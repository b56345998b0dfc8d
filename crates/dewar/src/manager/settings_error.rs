//! Errors in the settings, found when the manager is created.

use std::fmt;

#[cfg(feature = "flask")]
use super::flask::FlaskSettingsError;
use crate::cookie::PolicyError;
use crate::signing::{SealerError, WeakSecret};

/// The error for settings that cannot work, found when the manager is created. `Display` says what to change. So does `Debug`, because a
/// `main` that returns the error prints it that way.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// The program's name in the store is invalid. This is its beginning.
    Name(String),
    /// The secret key is too weak.
    Secret(WeakSecret),
    /// A key cannot be used for sealing.
    Sealer(SealerError),
    /// The cookie's name and attributes contradict each other.
    Cookie(PolicyError),
    /// Flask's formats cannot carry them out.
    #[cfg(feature = "flask")]
    Flask(FlaskSettingsError),
    /// A lifetime of zero would end each session immediately.
    ZeroLifetime,
    /// A session limit of zero would end each login immediately.
    NoSessionsAllowed,
    /// A session limit needs a store that supports owners.
    StoreKnowsNoOwners,
    /// A refresh in each request extends the idle limit, but there is none.
    NothingToRefresh,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                f,
                "a program's name in a store must be 1 to 32 characters of a-z, 0-9 and -, such as \"shop\", and must not be \
                 \"session\", which Flask-Session's programs use; this one is {name:?}"
            ),
            Self::Secret(error) => error.fmt(f),
            Self::Sealer(error) => error.fmt(f),
            #[cfg(feature = "flask")]
            Self::Flask(error) => error.fmt(f),
            Self::Cookie(error) => error.fmt(f),
            Self::ZeroLifetime => f.write_str("lifetime: idle or absolute is zero, which would end each session immediately; set it to None for no limit"),
            Self::NoSessionsAllowed => f.write_str("session_limit.sessions: 0 would end each login immediately; set it to 1 or more, or set session_limit to None for no limit"),
            Self::StoreKnowsNoOwners => f.write_str("session_limit: this store cannot list sessions by owner; use one that implements `Store::owners`"),
            Self::NothingToRefresh => f.write_str("lifetime.refresh: EachRequest extends the idle limit, so set lifetime.idle as well"),
        }
    }
}

impl fmt::Debug for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for SettingsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Secret(error) => Some(error),
            Self::Sealer(error) => Some(error),
            #[cfg(feature = "flask")]
            Self::Flask(error) => Some(error),
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

from! { WeakSecret => Secret, SealerError => Sealer, PolicyError => Cookie }
