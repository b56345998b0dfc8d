//! The tests that play on the programs of the testbed, each on every framework, and beside the real Flask.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod acceptance;
#[path = "../../../crates/dewar/tests/it/browser.rs"]
mod browser;
#[path = "../../../crates/dewar-cli/tests/it/demo/chromium.rs"]
#[expect(dead_code, reason = "the other screens are for the demo's tests")]
mod chromium;
mod command_line;
#[path = "../races/engine.rs"]
#[expect(dead_code, reason = "the rest is for the races")]
mod engine;
mod events;
mod examples;
mod frameworks;
#[path = "../../../crates/dewar/tests/it/hooked_store.rs"]
#[expect(dead_code, reason = "the rest is for the tests of the library")]
mod hooked_store;
#[path = "../../../crates/dewar/tests/it/http_client.rs"]
mod http_client;
mod moves_in_chromium;
mod plain_http;
mod routes;
#[path = "../races/server.rs"]
#[expect(dead_code, reason = "the rest is for the races")]
mod server;
mod twins;
