//! What can go wrong between open and save.

use std::cmp::Reverse;
use std::fmt;

use crate::codec::{Codec, EncodeError, MsgPack};
use crate::cookie::CookieTooLarge;
use crate::random::RandomError;
use crate::session::CannotMerge;
use crate::store::StoreError;
use crate::value::{Map, Text, Value};

/// A session could not be opened or saved: our side failed, never the client's.
///
/// A bad cookie is no error; it gives a fresh session. [`kind`](Self::kind) tells what to do, `source` why.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    source: Box<dyn std::error::Error + Send + Sync>,
    removals: Vec<String>,
}

/// What a caller may want to do something about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The session is larger than its cookie (RFC 6265bis §5.7: 4,096 octets of name and value) or record may be. Keep less in it.
    TooLarge {
        /// Octets of the cookie's name and value, or of the record.
        size: usize,
        /// Octets that there may be.
        limit: usize,
        /// The top-level keys that take the most room, largest first, three at most.
        largest_keys: Vec<String>,
    },
    /// The session holds a value that the format cannot store.
    NotStorable {
        /// The top-level key that holds it; the source of the error says where within its value. `None` if it is no single one.
        key: Option<String>,
    },
    /// Something that we depend on fails; trying again later may help.
    Unavailable,
    /// The session was ended while the request was under way, and [`WhenEnded::Refuse`](crate::settings::WhenEnded::Refuse) asks to be told.
    Ended,
    /// The handler has read these keys and then set them, another request changed them meanwhile, and
    /// [`WhenConflict::Refuse`](crate::settings::WhenConflict::Refuse) asks to be told. Nothing is stored: to send the whole request again is right.
    Conflict {
        /// The top-level keys.
        keys: Vec<String>,
    },
    /// Sessions in this place cannot do that.
    Unsupported,
}

impl Error {
    fn new(kind: ErrorKind, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind, source: source.into(), removals: Vec::new() }
    }

    pub(super) fn cookie_too_large(source: CookieTooLarge, data: &Map) -> Self {
        let (size, limit) = (source.size, source.limit);
        Self::new(ErrorKind::TooLarge { size, limit, largest_keys: largest_keys(data) }, source)
    }

    pub(super) fn record_too_large(size: usize, limit: usize, data: &Map) -> Self {
        let kind = ErrorKind::TooLarge { size, limit, largest_keys: largest_keys(data) };
        Self::new(kind, "ServerSide.largest_record says so")
    }

    /// Other writes came first, again and again.
    pub(super) fn gave_up() -> Self {
        Self::new(
            ErrorKind::Unavailable,
            "others changed the session, time and again, before this request could",
        )
    }

    pub(super) fn cannot_merge(why: CannotMerge) -> Self {
        match why {
            CannotMerge::Function(source) => Self::new(ErrorKind::Unavailable, source),
            CannotMerge::Conflict(keys) => {
                let keys = keys.iter().map(Text::to_string).collect();
                Self::new(ErrorKind::Conflict { keys }, "ServerSide.when_conflict says so")
            }
        }
    }

    pub(super) fn unreadable() -> Self {
        Self::new(ErrorKind::Unavailable, "somebody replaced the record by one that cannot be read")
    }

    pub(super) fn ended() -> Self {
        Self::new(ErrorKind::Ended, "the session was ended while the request was under way")
    }

    pub(super) fn response_has_left() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "the response has left, so that the client cannot get the cookie that this needs; change the session before, or keep sessions in \
             a store, where one that the client knows already can be saved at any time",
        )
    }

    pub(super) fn no_owners() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "this store cannot tell whose a session is; use one that has `Store::owners`",
        )
    }

    pub(super) fn no_epochs() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "sessions live in cookies: set ClientSide.epochs to a store, or keep them in one",
        )
    }

    /// The client is told to remove its cookie, although the session could not be ended.
    pub(super) fn with_removal(mut self, set_cookie: String) -> Self {
        if !self.removals.contains(&set_cookie) {
            self.removals.push(set_cookie);
        }
        self
    }

    /// The values of the `Set-Cookie` headers to send with the error response: the user logged out, and at least the client must remove its
    /// cookies.
    pub fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.removals.iter().map(String::as_str)
    }

    /// The first of [`set_cookies`](Self::set_cookies).
    #[must_use]
    pub fn set_cookie(&self) -> Option<&str> {
        self.set_cookies().next()
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The HTTP status that says so: 503 if trying again later may help, 409 if the session was ended or its changes were in conflict with those of another request, else 500.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.kind {
            ErrorKind::Unavailable => 503,
            ErrorKind::Ended | ErrorKind::Conflict { .. } => 409,
            _ => 500,
        }
    }
}

/// The keys that take the most room, three at most: what a developer must know of a session that is too large.
fn largest_keys(data: &Map) -> Vec<String> {
    let size = |key: &Text, value: &Value| {
        MsgPack::native().encode(&Map::from([(key.clone(), value.clone())])).map_or(0, |bytes| bytes.len())
    };
    let mut sizes: Vec<_> = data.iter().map(|(key, value)| (size(key, value), key)).collect();
    sizes.sort_by_key(|(size, _)| Reverse(*size));
    sizes.iter().take(3).map(|(_, key)| key.to_string()).collect()
}

impl From<EncodeError> for Error {
    fn from(source: EncodeError) -> Self {
        let key = match &source {
            EncodeError::InKey { key, .. } => Some(key.clone()),
            _ => None,
        };
        Self::new(ErrorKind::NotStorable { key }, source)
    }
}

impl From<RandomError> for Error {
    fn from(source: RandomError) -> Self {
        Self::new(ErrorKind::Unavailable, source)
    }
}

impl From<StoreError> for Error {
    fn from(source: StoreError) -> Self {
        Self::new(ErrorKind::Unavailable, source)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::TooLarge { size, limit, largest_keys } => write!(
                f,
                "the session is too large: {size} octets, {limit} may be; the largest keys are {}; keep less in it, or keep it \
                 in a store that takes more",
                largest_keys.join(", ")
            ),
            ErrorKind::NotStorable { key: Some(key) } => write!(
                f,
                "the session's key {key:?} holds a value that its format cannot express; store it in another form, or keep the session \
                 in a format that can"
            ),
            ErrorKind::NotStorable { key: None } => {
                f.write_str("the session holds a value that its format cannot express")
            }
            ErrorKind::Unavailable => f.write_str("the session cannot be read or kept right now"),
            ErrorKind::Ended => f.write_str("the session was ended meanwhile"),
            ErrorKind::Conflict { keys } => write!(
                f,
                "another request changed what this one had read of the session: {}; send the request again, or compute new values with \
                 update() or modify(), which are never in conflict",
                keys.join(", ")
            ),
            ErrorKind::Unsupported => f.write_str("sessions that are kept this way cannot do that"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}
