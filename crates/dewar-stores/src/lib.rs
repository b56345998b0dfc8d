//! Where Dewar keeps sessions.

mod open_error;
#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use self::open_error::OpenError;
