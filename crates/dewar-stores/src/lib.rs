//! Where Dewar keeps sessions.

pub mod guard;
mod open_error;
#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use self::open_error::OpenError;
