//! Where Dewar keeps sessions.

pub mod guard;
mod open_error;

pub use self::open_error::OpenError;
