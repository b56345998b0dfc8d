//! How cost grows: with the keys of a session, with the number of sessions, and with the requests of one session at once.

mod at_once;
mod keys;
mod line;
mod section;
mod sessions;

pub(crate) use self::section::measure;
