//! Where Dewar keeps sessions.

pub mod guard;
mod open_error;
#[cfg(feature = "redis")]
mod redis;

pub use self::open_error::OpenError;
#[cfg(feature = "redis")]
pub use self::redis::{Redis, RedisOptions};
