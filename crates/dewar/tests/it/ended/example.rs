//! The example `live`: it counts in the session while it streams, and ends at a logout.

use std::sync::Arc;

use dewar::ServerSide;
use dewar::store::Memory;

use super::over_http::Connection;
use crate::browser::Browser;
use crate::examples::live;
use crate::server::Server;

/// With its own pauses: a tick each second, and a look every five.
#[test]
fn it_counts_and_ends_at_a_logout() {
    let server = Server::start(live::app(ServerSide::new("live", Arc::new(Memory::new()))).unwrap());
    let mut browser = Browser::new(server.address);
    browser.post("/login", "");
    let cookie = browser.cookie().unwrap().to_owned();
    let open = || Connection::open(server.address, "/ticks", &cookie, "Connection: close\r\n");
    let (mut first, mut second) = (open(), open());
    let head = first.read_until("data: ");
    assert!(head.contains("text/event-stream"), "{head}");
    second.read_until("data: ");
    // Both count in one session.
    first.read_until("data: 3");
    assert!(browser.get("/").body.contains("Log out"));
    browser.post("/logout", "");
    for stream in [first, second] {
        assert!(String::from_utf8(stream.rest()).unwrap().ends_with("\r\n0\r\n\r\n"));
    }
    assert!(browser.get("/").body.contains("Log in"));
}
