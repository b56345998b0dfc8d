//! Logged-in users and their permissions, shared by the adapters of frameworks with extractors.

mod allowed;
mod loaded;
mod logged_in;
mod not_logged_in;

pub use self::allowed::{Allowed, Forbidden, Permission};
pub(super) use self::loaded::Loaded;
pub use self::logged_in::LoggedIn;
pub use self::not_logged_in::NotLoggedIn;
pub(super) use self::not_logged_in::Wanted;
