//! Where Dewar keeps sessions.

mod open_error;

pub use self::open_error::OpenError;
