//! Integration tests: one binary, with one module per topic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod actix;
mod after_response;
mod best_effort;
#[allow(dead_code, reason = "the testbed, which has it too, sets any cookie")]
mod browser;
#[path = "../../../dewar-cli/tests/it/demo/chromium.rs"]
#[expect(dead_code, reason = "the other screens are for the demo's tests")]
mod chromium;
mod client_side;
mod config;
mod counters;
mod ended;
mod examples;
mod guide;
mod hooked_store;
mod http_client;
mod login;
mod lost_changes;
mod migrations;
mod own_framework;
mod own_store;
mod pages;
mod python_zlib;
mod security;
mod server;
mod server_side;
mod shapes;
mod stored;
mod templates;
mod typed;
mod vectors;
mod web;
