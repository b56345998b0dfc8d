//! What can go wrong between open and save.

mod from;
mod text;

use std::cmp::Reverse;
use std::sync::Arc;

use self::text::WithCauses;
use super::observe::note_failed;
use crate::codec::{Codec, MsgPack};
use crate::cookie::CookieTooLarge;
use crate::session::CannotMerge;
use crate::store::StoreKey;
use crate::value::{Map, Text, Value};

/// A session could not be opened, used or saved: our side failed, never the client's.
///
/// A bad cookie is no error; it gives a fresh session. [`kind`](Self::kind) says what happened, `Display` what to do about it, `source` why.
/// `Debug` says the same as `Display`, with the causes: a `main` that returns it prints it so.
#[derive(Clone)]
pub struct Error {
    kind: ErrorKind,
    /// What to do, for a person who can do it.
    advice: &'static str,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    removals: Vec<String>,
    /// The fingerprint of the session's key in its store.
    #[cfg_attr(not(feature = "tracing"), expect(dead_code, reason = "no one is told"))]
    session: Option<Box<str>>,
    /// It was logged and counted.
    is_noted: bool,
}

/// What a caller may want to do something about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The session is larger than its cookie (RFC 6265bis §5.7: 4,096 bytes of name and value) or record may be. Keep less in it.
    TooLarge {
        /// Bytes of the cookie's name and value, or of the record.
        size: usize,
        /// The most bytes that are allowed.
        limit: usize,
        /// The top-level keys that take the most room, largest first, three at most.
        largest_keys: Vec<String>,
    },
    /// The session holds a value that the format cannot store.
    NotStorable {
        /// The top-level key that holds it; the source of the error says where within its value. `None` if it is no single one.
        key: Option<String>,
    },
    /// Something that sessions depend on fails, such as the store; trying again later may help.
    Unavailable,
    /// The session was ended while the request was under way, and [`OnEnded::Refuse`](crate::settings::OnEnded::Refuse) asks to be told.
    Ended,
    /// The handler has read these keys and then set them, another request changed them meanwhile, and
    /// [`OnConflict::Refuse`](crate::settings::OnConflict::Refuse) asks to be told. Nothing is stored: to send the whole request again is right.
    Conflict {
        /// The top-level keys.
        keys: Vec<String>,
    },
    /// Sessions that are stored this way cannot do that.
    Unsupported,
    /// The session holds a value of another type than the handler asked for, or the handler's value cannot be stored: made from a
    /// [`ConvertError`](crate::value::ConvertError).
    NotConverted {
        /// The top-level key, if it is one.
        key: Option<String>,
    },
    /// The session cannot have the timeouts that the handler asked for: made from a [`TimeoutsError`](crate::lifetime::TimeoutsError).
    TimeoutsRefused,
}

impl Error {
    fn new(kind: ErrorKind, advice: &'static str) -> Self {
        Self { kind, advice, source: None, removals: Vec::new(), session: None, is_noted: false }
    }

    /// An error that says no more than its source does.
    fn saying(kind: ErrorKind, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(kind, "").because(source)
    }

    fn says_its_source(&self) -> bool {
        matches!(self.kind, ErrorKind::NotConverted { .. } | ErrorKind::TimeoutsRefused)
    }

    fn because(self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: Some(Arc::from(source.into())), ..self }
    }

    pub(super) fn cookie_too_large(source: CookieTooLarge, data: &Map) -> Self {
        let advice = "Store less, or keep sessions in a store (ServerSide)";
        Self::too_large(source.size, source.limit, data, advice)
    }

    pub(super) fn record_too_large(size: usize, limit: usize, data: &Map) -> Self {
        Self::too_large(size, limit, data, "Store less, or raise ServerSide.largest_record")
    }

    fn too_large(size: usize, limit: usize, data: &Map, advice: &'static str) -> Self {
        Self::new(ErrorKind::TooLarge { size, limit, largest_keys: largest_keys(data) }, advice)
    }

    /// Other writes came first, again and again.
    pub(super) fn gave_up() -> Self {
        Self::new(
            ErrorKind::Unavailable,
            "other requests changed the session again and again before this one could; a later try may succeed",
        )
    }

    pub(super) fn cannot_merge(why: CannotMerge) -> Self {
        match why {
            CannotMerge::Function(source) => Self::new(
                ErrorKind::Unavailable,
                "an update could not be made to what another request has stored",
            )
            .because(source),
            CannotMerge::Conflict(keys) => {
                let keys = keys.iter().map(Text::to_string).collect();
                Self::new(
                    ErrorKind::Conflict { keys },
                    "send the request again, or compute new values with update() or modify(), which are never in conflict",
                )
            }
        }
    }

    pub(super) fn unreadable() -> Self {
        Self::new(ErrorKind::Unavailable, "the record was replaced meanwhile by one that cannot be read")
    }

    pub(super) fn ended() -> Self {
        Self::new(
            ErrorKind::Ended,
            "another request ended the session, or gave it a new id or another owner, before this one could save; ServerSide.on_ended asks for an error then",
        )
    }

    pub(super) fn response_has_left() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "the response was sent, so that the client cannot get the cookie that this needs; change the session before, or keep sessions in \
             a store (ServerSide), where one that the client knows already can be saved at any time",
        )
    }

    pub(super) fn no_response() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "no session layer opened this session, so that no response carries the cookie that this needs; call `save` and send its SessionHeaders",
        )
    }

    pub(super) fn another_manager() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "the layer of another manager opened this session: save it with that one (as an extractor, SessionManager is the innermost layer's)",
        )
    }

    pub(super) fn in_cookie() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "not supported for sessions in cookies, of which the server has no list; keep sessions in a store (ServerSide)",
        )
    }

    pub(super) fn no_owners() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "this store cannot tell whose a session is; use one that has `Store::owners`",
        )
    }

    pub(super) fn no_revocation() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "sessions in cookies end all at once only with a store for that: set ClientSide.revocation, or keep sessions in a store (ServerSide)",
        )
    }

    /// For the log: which session it was about.
    pub(super) fn of_session(self, key: &StoreKey) -> Self {
        Self { session: Some(key.fingerprint().into()), ..self }
    }

    #[cfg(feature = "tracing")]
    pub(super) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// Logs and counts it, unless that was done.
    pub(crate) fn noted(self) -> Self {
        let event = match self.kind {
            ErrorKind::NotConverted { .. } => "not_converted",
            ErrorKind::TimeoutsRefused => "timeouts_refused",
            _ => "call_failed",
        };
        self.noted_as(event)
    }

    pub(super) fn noted_as(self, event: &'static str) -> Self {
        if !self.is_noted {
            note_failed(event, &self);
        }
        Self { is_noted: true, ..self }
    }

    /// What happened, what to do, and each cause.
    pub(crate) fn with_causes(&self) -> String {
        WithCauses(self).to_string()
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

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source: &(dyn std::error::Error + 'static) = self.source.as_deref()?;
        if self.says_its_source() { source.source() } else { Some(source) }
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
