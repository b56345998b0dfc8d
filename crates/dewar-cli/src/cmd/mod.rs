//! `dewar cookie` and `dewar secret`.

mod cookie;
mod look;
mod secret;

pub(crate) use self::cookie::run as cookie;
pub(crate) use self::secret::{random_secret, run as secret};

/// What a command found, where it did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    Good,
    Bad,
}
