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
    LogOut,
    /// A logout, and a message for the next page.
    Goodbye,
    /// No request: eleven seconds pass, so that no request with an old id can still be under way.
    Wait,
}

/// A program, correct or faulty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    Correct,
    /// A login in several calls, as it was before there was one for it all. It keeps the data of another owner.
    LogsInStepByStep,
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

    /// A login of this owner ends the session of another one.
    pub(super) fn ends_sessions_of_others(self) -> bool {
        self == Self::Correct
    }

    fn log_in(self, session: &Session, owner: Option<&'static str>) {
        match (self, owner) {
            (Self::Correct | Self::LogsInWithoutSaving, Some(owner)) => return session.log_in(owner),
            (Self::LogsInByRotation, _) => session.rotate_id(),
            (Self::LogsInUnderTheOldId, _) => {}
            (_, _) => session.regenerate_id(),
        }
        if let Some(owner) = owner {
            session.set_owner(owner);
        }
    }
}

impl Action {
    pub(super) fn apply_to(self, session: &Session, who: Who, program: Program) {
        match self {
            Self::Set(key, value) => session.insert_value(key, value),
            Self::Increment => _ = session.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap(),
            Self::Remove(key) => _ = session.remove(key),
            Self::Look => _ = session.get_value("user"),
            Self::Rotate => session.rotate_id(),
            Self::Login(owner) => {
                program.log_in(session, owner);
                session.insert_value("rights", who.mark());
            }
            Self::Clear => session.clear(),
            Self::Destroy => session.destroy(),
            Self::LogOut => session.log_out(),
            Self::Goodbye => {
                session.log_out();
                session.insert_value("goodbye", 1);
            }
            Self::Wait => {}
        }
    }

    pub(super) fn is_login(self) -> bool {
        matches!(self, Self::Login(_))
    }

    /// Whether the session ends with it.
    pub(super) fn ends(self) -> bool {
        matches!(self, Self::Clear | Self::Remove("user")) || self.logs_out()
    }

    /// Whether the session ends with it under every id that it has.
    pub(super) fn logs_out(self) -> bool {
        matches!(self, Self::Destroy | Self::LogOut | Self::Goodbye)
    }
}
