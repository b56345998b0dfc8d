//! What each command does.

mod cookie;
mod look;
mod run;
mod secret;

pub(crate) use self::run::run;
pub(crate) use self::secret::random_secret;

/// What a command found, where it did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    Good,
    Bad,
}
