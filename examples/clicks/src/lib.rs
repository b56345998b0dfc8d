//! Tests of the examples: each runs as a program of its own, and a person clicks through its pages in Chromium.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    missing_debug_implementations
)]

#[path = "../../../crates/dewar-cli/tests/it/demo/axe.rs"]
mod axe;
#[path = "../../../crates/dewar-cli/tests/it/demo/chromium.rs"]
#[expect(dead_code, reason = "the other screens are for the demo's tests")]
mod chromium;
mod client;
mod person;
mod program;
pub mod shop;

pub use self::client::{Answer, Client};
pub use self::person::{Person, play, play_two};
pub use self::program::Program;
