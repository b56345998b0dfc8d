//! The command as a person meets it: its output, its exit code, and the demo in a browser.

mod command;
mod cookie;
mod demo;
mod secret;
