//! The demo: over HTTP, and in a browser.

mod accessible;
mod axe;
mod browser;
mod chromium;
mod client;
mod cookies;
mod devices;
mod engines;
mod http;
mod inspector;
mod person;
mod server;
mod start;

pub(crate) use self::server::Demo;

/// Sessions in the cookie itself.
const COOKIE: &[&str] = &["--store", "cookie"];

/// Sessions in a store: the demo's own file, and memory.
const IN_STORES: [&[&str]; 2] = [&[], &["--store", "memory:"]];

/// Wherever they are stored.
const ANYWHERE: [&[&str]; 3] = [&[], &["--store", "memory:"], COOKIE];

/// Every page that has a scene on it.
const PAGES: [&str; 11] = [
    "/",
    "/login",
    "/get_email",
    "/set_email",
    "/delete_email",
    "/lifetime",
    "/cart",
    "/flash",
    "/sessions",
    "/race",
    "/inspector",
];
