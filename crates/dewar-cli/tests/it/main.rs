//! The command as a person meets it: its output, its exit code, and the demo in a browser.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod command;
mod cookie;
mod demo;
mod secret;
mod sessions;
mod terminal;
