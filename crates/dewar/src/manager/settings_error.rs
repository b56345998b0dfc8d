//! Settings that cannot work, found when the manager is made.

use std::fmt;

#[cfg(feature = "flask")]
use super::flask::FlaskSettingsError;
use crate::cookie::PolicyError;
use crate::signing::{SealerError, WeakSecret};

/// Settings that cannot work, found when the manager is made. `Display` says what to change. So does `Debug`, as a `main`
/// that returns the error prints it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// The program's name in the store is not one; this is its beginning.
    Name(String),
    /// The secret key is unfit.
    Secret(WeakSecret),
    /// A key is unfit for sealing.
    Sealer(SealerError),
    /// The cookie's name and attributes contradict each other.
    Cookie(PolicyError),
    /// Flask's formats cannot carry them out.
    #[cfg(feature = "flask")]
    Flask(FlaskSettingsError),
    /// A lifetime of zero would end each session at once.
    ZeroLifetime,
    /// A limit of no session at all would end each login at once.
    NoSessionsAllowed,
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
            #[cfg(feature = "flask")]
            Self::Flask(error) => error.fmt(f),
            Self::Cookie(error) => error.fmt(f),
            Self::ZeroLifetime => f.write_str("lifetime: idle or absolute is zero, which would end each session at once; take None for no limit"),
            Self::NoSessionsAllowed => f.write_str("session_limit.sessions: 0 would end each login at once; take 1 or more, or None for any number"),
            Self::StoreKnowsNoOwners => f.write_str("session_limit: this store cannot tell whose a session is; use one that has `Store::owners`"),
            Self::NothingToRefresh => f.write_str("lifetime.refresh: EachRequest moves the idle limit; set lifetime.idle"),
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
