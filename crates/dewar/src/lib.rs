//! Web sessions.

mod civil;
pub mod clock;
pub mod codec;
pub mod cookie;
pub mod random;
pub mod signing;
pub mod value;
