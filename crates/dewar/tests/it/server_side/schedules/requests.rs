//! Requests of one browser, and what became of each.

use std::sync::Arc;

use dewar::clock::Clock;
use dewar::store::Store;
use dewar::{ErrorKind, ServerSide, Session, SessionManager, WhenEnded};

use super::super::{START, held};

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Native,
    Flask,
}

/// What the handler of a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Set(&'static str, i64),
    /// Of the key `n`.
    Increment,
    Remove(&'static str),
    Look,
    NewId,
    /// A new id, and more rights.
    Login,
    Clear,
    Destroy,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// With a good response, and the cookie that it gives, if it gives one.
    Kept(Option<String>),
    /// With the response that the session had ended.
    Refused,
    /// With 503, or it was dropped: it may have been done or not.
    Unknown,
}

/// A program that asks to be told when nothing was kept.
pub(super) fn manager(format: Format, store: Arc<dyn Store>) -> SessionManager {
    let preset = match format {
        Format::Native => ServerSide::new("shop", store),
        Format::Flask => ServerSide::flask(store),
    };
    let settings = ServerSide { when_ended: WhenEnded::Refuse, clock: Clock::from_fn(|| START), ..preset };
    SessionManager::server_side(settings).unwrap()
}

/// A whole request.
pub(super) async fn request(manager: &SessionManager, cookie: &str, deed: Deed) -> End {
    let Ok(session) = manager.open([cookie.as_bytes()]).await else { return End::Unknown };
    deed.done_to(&session);
    match manager.save(&session).await {
        Ok(reply) => End::Kept(held(&reply).filter(|cookie| !cookie.is_empty())),
        Err(error) if *error.kind() == ErrorKind::Ended => End::Refused,
        Err(_) => End::Unknown,
    }
}

impl Deed {
    fn done_to(self, session: &Session) {
        match self {
            Self::Set(key, value) => session.insert_value(key, value),
            Self::Increment => session.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap(),
            Self::Remove(key) => _ = session.remove(key),
            Self::Look => _ = session.value("user"),
            Self::NewId => session.regenerate_id(),
            Self::Login => {
                session.regenerate_id();
                session.insert_value("rights", "all");
            }
            Self::Clear => session.clear(),
            Self::Destroy => session.destroy(),
        }
    }

    /// Whether it leaves nobody there.
    pub(super) fn ends(self) -> bool {
        matches!(self, Self::Clear | Self::Destroy | Self::Remove("user"))
    }

    pub(super) fn gives_new_id(self) -> bool {
        matches!(self, Self::NewId | Self::Login)
    }
}
