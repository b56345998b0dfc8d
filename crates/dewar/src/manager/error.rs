//! What can go wrong between open and save.

use std::fmt;

use crate::codec::EncodeError;
use crate::cookie::CookieTooLarge;
use crate::random::RandomError;

/// A session could not be opened or saved: our side failed, never the client's.
///
/// A bad cookie is no error; it gives a fresh session. [`kind`](Self::kind) tells what to do, `source` why.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// What a caller may want to do something about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The session does not fit a cookie (RFC 6265bis §5.7: 4,096 octets of name and value). Keep less in it, or keep it
    /// in a store.
    TooLarge {
        /// Octets of the cookie's name and value.
        size: usize,
        /// Octets that a browser keeps.
        limit: usize,
        /// The top-level keys that take the most room, largest first, three at most.
        largest_keys: Vec<String>,
    },
    /// The session holds a value that the format has no word for.
    NotStorable,
    /// Something we depend on is out of order; trying again later may help.
    Unavailable,
}

impl Error {
    pub(crate) fn too_large(source: CookieTooLarge, largest_keys: Vec<String>) -> Self {
        let kind = ErrorKind::TooLarge { size: source.size, limit: source.limit, largest_keys };
        Self { kind, source: source.into() }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The HTTP status that says so: 503 if trying again later may help, else 500.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.kind {
            ErrorKind::Unavailable => 503,
            _ => 500,
        }
    }
}

impl From<EncodeError> for Error {
    fn from(source: EncodeError) -> Self {
        Self { kind: ErrorKind::NotStorable, source: source.into() }
    }
}

impl From<RandomError> for Error {
    fn from(source: RandomError) -> Self {
        Self { kind: ErrorKind::Unavailable, source: source.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::TooLarge { size, limit, largest_keys } => write!(
                f,
                "the session does not fit a cookie: {size} octets, a browser keeps {limit}; the largest keys are {}; \
                 keep less in it, or keep it in a store",
                largest_keys.join(", ")
            ),
            ErrorKind::NotStorable => f.write_str("the session holds a value that its format cannot express"),
            ErrorKind::Unavailable => f.write_str("the session cannot be kept right now"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}
