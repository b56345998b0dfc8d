//! The demo: over HTTP, and in a browser.

mod browser;
mod chromium;
mod http;
mod server;

/// Every page that has a scene on it.
const PAGES: [&str; 9] = [
    "/",
    "/login",
    "/get_email",
    "/set_email",
    "/delete_email",
    "/lifetime",
    "/cart",
    "/flash",
    "/inspector",
];
