//! What the handlers of requests do.

use dewar::Session;

use super::history::Who;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Set(&'static str, i64),
    /// Of the key `n`.
    Increment,
    Remove(&'static str),
    Look,
    /// Another id, now and then.
    Rotate,
    /// A login: a new id, more rights, and whose the session is, if the program says so.
    Login(Option<&'static str>),
    Clear,
    Destroy,
    /// No request: eleven seconds pass, so that what comes with an old id is not under way any more.
    Wait,
}

/// A program, sound or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    Sound,
    /// A login keeps the id: session fixation.
    LogsInUnderTheOldId,
    /// A login asks for another id, but does not begin anew if the id is no more.
    LogsInByRotation,
    /// A login is answered before it is saved.
    LogsInWithoutSaving,
}

impl Program {
    pub(super) const WRONG: [Self; 3] =
        [Self::LogsInUnderTheOldId, Self::LogsInByRotation, Self::LogsInWithoutSaving];

    fn gives_login_id(self, session: &Session) {
        match self {
            Self::Sound | Self::LogsInWithoutSaving => session.regenerate_id(),
            Self::LogsInByRotation => session.rotate_id(),
            Self::LogsInUnderTheOldId => {}
        }
    }
}

impl Deed {
    pub(super) fn done_to(self, session: &Session, who: Who, program: Program) {
        match self {
            Self::Set(key, value) => session.insert_value(key, value),
            Self::Increment => session.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap(),
            Self::Remove(key) => _ = session.remove(key),
            Self::Look => _ = session.value("user"),
            Self::Rotate => session.rotate_id(),
            Self::Login(owner) => {
                program.gives_login_id(session);
                session.insert_value("rights", who.mark());
                if let Some(owner) = owner {
                    session.set_owner(owner);
                }
            }
            Self::Clear => session.clear(),
            Self::Destroy => session.destroy(),
            Self::Wait => {}
        }
    }

    pub(super) fn is_login(self) -> bool {
        matches!(self, Self::Login(_))
    }

    /// Whether it leaves nobody there.
    pub(super) fn ends(self) -> bool {
        matches!(self, Self::Clear | Self::Destroy | Self::Remove("user"))
    }
}
