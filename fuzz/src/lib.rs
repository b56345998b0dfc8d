//! What no input may do to Dewar: a function for each part that untrusted bytes reach, which panics if a
//! promise does not hold.
//!
//! `cargo test -p dewar-fuzz` runs them with random bytes and damaged real tokens, on stable Rust and in
//! seconds. cargo-fuzz searches for more: `RUSTC_BOOTSTRAP=1 cargo fuzz run sealed`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken promise must stop the fuzzer"
)]

mod codecs;
mod cookie_header;
mod deflate;
mod input;
mod program;
mod record;
mod sealed;
mod session_ops;
mod set_cookie;
mod unsign;

pub use self::codecs::{msgpack, pickle, tagged_json};
pub use self::cookie_header::cookie_header;
pub use self::deflate::deflate;
pub use self::program::now;
pub use self::record::record;
pub use self::sealed::sealed;
pub use self::session_ops::session_ops;
pub use self::set_cookie::set_cookie;
pub use self::unsign::unsign;
