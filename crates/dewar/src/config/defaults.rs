//! The defaults: Flask's for Flask's formats, safe ones for Dewar's formats.

use super::known;
use super::store_spec::StorePlace;
use crate::cookie::CookiePolicy;
use crate::lifetime::{Lifetime, Permanence};

/// Whose formats the sessions are written in. A settings file with only Flask's settings, shared with a Flask program, means Flask's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Formats {
    Flask,
    Own,
}

impl Formats {
    /// Decided by the store that is set, or else by the name of the cookie's format.
    pub(super) fn of(place: Option<&StorePlace>, format: Option<&str>) -> Self {
        match (place, format) {
            (Some(StorePlace::SessionType(_)), _) => Self::Flask,
            (None, None | Some(known::FLASK)) => Self::Flask,
            _ => Self::Own,
        }
    }

    pub(super) fn cookie(self) -> CookiePolicy {
        match self {
            Self::Flask => CookiePolicy::flask(),
            Self::Own => CookiePolicy::default(),
        }
    }

    /// The name of a cookie with these attributes. With Dewar's formats it has the strictest prefix that they allow.
    pub(super) fn cookie_name(self, policy: &CookiePolicy) -> &'static str {
        let is_secure = policy.secure || policy.partitioned;
        match self {
            Self::Own if is_secure && policy.domain.is_none() && policy.path.as_deref() == Some("/") => {
                "__Host-session"
            }
            Self::Own if is_secure => "__Secure-session",
            _ => "session",
        }
    }

    pub(super) fn lifetime(self) -> Lifetime {
        match self {
            Self::Flask => Lifetime::flask(),
            Self::Own => Lifetime::default(),
        }
    }

    /// Flask-Session makes sessions permanent.
    pub(super) fn permanence_in_store(self) -> Permanence {
        match self {
            Self::Flask => Permanence::Permanent,
            Self::Own => Lifetime::default().permanence,
        }
    }
}
