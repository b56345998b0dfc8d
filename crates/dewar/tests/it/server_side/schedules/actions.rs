//! What the handlers of requests do.

use dewar::Session;

use super::history::Who;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Set(&'static str, i64),
    /// Of the key `n`.
    Increment,
    Remove(&'static str),
    Look,
    /// A new id, as a program gives it now and then.
    Rotate,
    /// A login: a new id, more rights, and an owner, if the program sets one.
    Login(Option<&'static str>),
    Clear,
    Destroy,
    /// No request: eleven seconds pass, so that no request with an old id can still be under way.
    Wait,
}

/// A program, correct or faulty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    Correct,
    /// A login does not change the id: session fixation.
    LogsInUnderTheOldId,
    /// A login asks for another id, but does not begin a new session if the old one has ended.
    LogsInByRotation,
    /// A login is answered and never saved.
    LogsInWithoutSaving,
}

impl Program {
    pub(super) const FAULTY: [Self; 3] =
        [Self::LogsInUnderTheOldId, Self::LogsInByRotation, Self::LogsInWithoutSaving];

    fn change_id(self, session: &Session) {
        match self {
            Self::Correct | Self::LogsInWithoutSaving => session.regenerate_id(),
            Self::LogsInByRotation => session.rotate_id(),
            Self::LogsInUnderTheOldId => {}
        }
    }
}

impl Action {
    pub(super) fn apply_to(self, session: &Session, who: Who, program: Program) {
        match self {
            Self::Set(key, value) => session.insert_value(key, value),
            Self::Increment => _ = session.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap(),
            Self::Remove(key) => _ = session.remove(key),
            Self::Look => _ = session.value("user"),
            Self::Rotate => session.rotate_id(),
            Self::Login(owner) => {
                program.change_id(session);
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

    /// Whether the session ends with it.
    pub(super) fn ends(self) -> bool {
        matches!(self, Self::Clear | Self::Destroy | Self::Remove("user"))
    }
}
