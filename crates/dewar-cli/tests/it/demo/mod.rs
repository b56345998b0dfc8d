//! The demo: over HTTP, and in a browser.

mod browser;
mod chromium;
mod http;
mod server;
