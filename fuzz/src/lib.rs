//! What no input may ever do to Dewar: a function for each part that strangers' bytes reach, which panics if something promised
//! does not hold.
//!
//! `cargo test -p dewar-fuzz` feeds them with random bytes and damaged real tokens, on stable Rust and in seconds. cargo-fuzz looks
//! for more: `RUSTC_BOOTSTRAP=1 cargo fuzz run sealed`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken promise must stop the fuzzer"
)]

mod cookie_header;
mod input;
mod json;
mod keys;
mod msgpack;
mod pickle;
mod record;
mod sealed;
mod session_ops;
mod set_cookie;
mod unsign;

pub use self::cookie_header::cookie_header;
pub use self::json::tagged_json;
pub use self::msgpack::msgpack;
pub use self::pickle::pickle;
pub use self::record::record;
pub use self::sealed::sealed;
pub use self::session_ops::session_ops;
pub use self::set_cookie::set_cookie;
pub use self::unsign::unsign;
