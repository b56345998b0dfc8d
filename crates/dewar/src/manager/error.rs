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

/// The error for a session that could not be opened, used or saved. The cause is always on the server, never an invalid request.
///
/// An invalid cookie is not an error; it results in a new session. [`kind`](Self::kind) says what happened, `Display` what to do about it,
/// `source` why. `Debug` shows the same as `Display` and the causes, because a `main` that returns the error prints it that way.
#[derive(Clone)]
pub struct Error {
    kind: ErrorKind,
    /// Advice for the developer or operator.
    advice: &'static str,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    removal_cookies: Vec<String>,
    /// The fingerprint of the session's key in its store.
    #[cfg_attr(not(feature = "tracing"), expect(dead_code, reason = "only logged"))]
    session: Option<Box<str>>,
    /// Whether it was logged and counted.
    is_noted: bool,
}

/// The kind of an [`Error`], for callers that handle kinds differently.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The session is larger than its cookie (RFC 6265bis §5.7: 4,096 bytes of name and value) or record may be. Store less in it.
    TooLarge {
        /// The size in bytes of the cookie's name and value, or of the record.
        size: usize,
        /// The maximum size in bytes.
        limit: usize,
        /// The top-level keys that take the most space, largest first, up to three.
        largest_keys: Vec<String>,
    },
    /// The session contains a value that cannot be represented in its format.
    NotStorable {
        /// The top-level key of the value; the source of the error says where inside it. `None` if it is not a single key.
        key: Option<String>,
    },
    /// Something that sessions depend on failed, such as the store. A retry may succeed.
    Unavailable,
    /// The session was ended during the request, and [`OnEnded::Refuse`](crate::settings::OnEnded::Refuse) is set.
    Ended,
    /// The handler read these keys and then set them, a concurrent write changed them, and
    /// [`OnConflict::Refuse`](crate::settings::OnConflict::Refuse) is set. Nothing is stored. The client may send the whole request again.
    Conflict {
        /// The top-level keys.
        keys: Vec<String>,
    },
    /// Not supported for sessions that are stored this way, such as listing the sessions of an owner when they are stored in cookies.
    Unsupported,
    /// The session contains a value of a type other than the handler asked for, or the handler's value cannot be stored. Made from a
    /// [`ConvertError`](crate::value::ConvertError).
    NotConverted {
        /// The top-level key, if it is a single one.
        key: Option<String>,
    },
    /// The session cannot have the timeouts that the handler asked for. Made from a [`TimeoutsError`](crate::lifetime::TimeoutsError).
    TimeoutsRefused,
}

impl Error {
    fn new(kind: ErrorKind, advice: &'static str) -> Self {
        Self { kind, advice, source: None, removal_cookies: Vec::new(), session: None, is_noted: false }
    }

    /// An error that has no message other than that of its source.
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
        let advice = "Store less, or store sessions on the server (ServerSide)";
        Self::too_large(source.size, source.limit, data, advice)
    }

    pub(super) fn record_too_large(size: usize, limit: usize, data: &Map) -> Self {
        Self::too_large(size, limit, data, "Store less, or raise ServerSide.largest_record")
    }

    fn too_large(size: usize, limit: usize, data: &Map, advice: &'static str) -> Self {
        Self::new(ErrorKind::TooLarge { size, limit, largest_keys: largest_keys(data) }, advice)
    }

    /// Concurrent writes came first too many times.
    pub(super) fn gave_up() -> Self {
        Self::new(
            ErrorKind::Unavailable,
            "too many concurrent writes changed the session first; retry the request",
        )
    }

    pub(super) fn cannot_merge(why: CannotMerge) -> Self {
        match why {
            CannotMerge::Function(source) => Self::new(
                ErrorKind::Unavailable,
                "a function passed to update() or modify() failed on the value that another request has stored",
            )
            .because(source),
            CannotMerge::Conflict(keys) => {
                let keys = keys.iter().map(Text::to_string).collect();
                Self::new(
                    ErrorKind::Conflict { keys },
                    "retry the request, or compute new values with update() or modify(), which never conflict",
                )
            }
        }
    }

    pub(super) fn unreadable() -> Self {
        Self::new(ErrorKind::Unavailable, "the record was replaced by one that cannot be read")
    }

    pub(super) fn ended() -> Self {
        Self::new(
            ErrorKind::Ended,
            "another request ended the session, or gave it a new id or another owner, before this one could save; this is an error because ServerSide.on_ended is set to Refuse",
        )
    }

    pub(super) fn response_has_left() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "the response was already sent, so the client cannot get the cookie that this needs; change the session earlier, or store sessions on \
             the server (ServerSide), where a session whose cookie the client already has can be saved at any time",
        )
    }

    pub(super) fn no_response() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "no session layer opened this session, so no response would carry the cookie that this needs; call `save` and send its SessionHeaders",
        )
    }

    pub(super) fn another_manager() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "the layer of another manager opened this session: save it with that manager (the extractor SessionManager gives that of the innermost layer)",
        )
    }

    pub(super) fn in_cookie() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "not supported for sessions in cookies, because the server has no list of them; store sessions on the server (ServerSide)",
        )
    }

    pub(super) fn no_lister() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "this store cannot list sessions; use one that implements `Store::lister`",
        )
    }

    pub(super) fn no_owners() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "this store cannot list sessions by owner; use one that implements `Store::owners`",
        )
    }

    pub(super) fn no_revocation() -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "ending all sessions that are in cookies needs a store for revocation: set ClientSide.revocation, or store sessions on the server (ServerSide)",
        )
    }

    /// Adds the session, for the log.
    pub(super) fn of_session(self, key: &StoreKey) -> Self {
        Self { session: Some(key.fingerprint().into()), ..self }
    }

    #[cfg(feature = "tracing")]
    pub(super) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// Logs and counts the error, unless that was already done.
    pub(crate) fn noted(self) -> Self {
        let event = match self.kind {
            ErrorKind::NotConverted { .. } => "not_converted",
            ErrorKind::TimeoutsRefused => "timeouts_refused",
            _ => "call_failed",
        };
        self.noted_as(event)
    }

    /// The session could not be opened, so that its request fails.
    pub(crate) fn open_failed(self) -> Self {
        self.noted_as("open_failed")
    }

    pub(super) fn noted_as(self, event: &'static str) -> Self {
        if !self.is_noted {
            note_failed(event, &self);
        }
        Self { is_noted: true, ..self }
    }

    /// The message and each cause.
    pub(crate) fn with_causes(&self) -> String {
        WithCauses(self).to_string()
    }

    /// Makes the response remove the client's cookie, although the session could not be ended.
    pub(super) fn with_removal(mut self, set_cookie: String) -> Self {
        if !self.removal_cookies.contains(&set_cookie) {
            self.removal_cookies.push(set_cookie);
        }
        self
    }

    /// Returns the values of the `Set-Cookie` headers to send with the error response. They remove cookies when the user logged out,
    /// although the session could not be ended.
    pub fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.removal_cookies.iter().map(String::as_str)
    }

    /// Returns the first of [`set_cookies`](Self::set_cookies).
    #[must_use]
    pub fn set_cookie(&self) -> Option<&str> {
        self.set_cookies().next()
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Returns the HTTP status for the error: 503 if a retry may succeed, 409 if the session was ended or its changes conflict with a
    /// concurrent write, otherwise 500.
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

/// The keys that take the most space, up to three: what a developer needs to know about a session that is too large.
fn largest_keys(data: &Map) -> Vec<String> {
    let size = |key: &Text, value: &Value| {
        MsgPack::native().encode(&Map::from([(key.clone(), value.clone())])).map_or(0, |bytes| bytes.len())
    };
    let mut sizes: Vec<_> = data.iter().map(|(key, value)| (size(key, value), key)).collect();
    sizes.sort_by_key(|(size, _)| Reverse(*size));
    sizes.iter().take(3).map(|(_, key)| key.to_string()).collect()
}
