//! The example `live`: it counts in the session while it streams, and ends at a logout.

use std::sync::Arc;
use std::time::Duration;

use dewar::ServerSide;
use dewar::store::Memory;
use thirtyfour::prelude::*;

use super::over_http::Connection;
use crate::browser::Browser;
use crate::chromium::{Chromium, Screen};
use crate::examples::live;
use crate::server::Server;

fn site() -> Server {
    Server::start(live::app(ServerSide::new("live", Arc::new(Memory::new()))).unwrap())
}

/// With its own pauses: a tick each second, and a look every five.
#[test]
fn it_counts_and_ends_at_a_logout() {
    let server = site();
    let mut browser = Browser::new(server.address);
    browser.post("/login", "");
    let cookie = browser.cookie().unwrap().to_owned();
    let open = || Connection::open(server.address, "/ticks", &cookie, "Connection: close\r\n");
    let (mut first, mut second) = (open(), open());
    let head = first.read_until("data: ");
    assert!(head.contains("text/event-stream"), "{head}");
    second.read_until("data: ");
    // Both count in one session.
    while first.read_until("\n").trim().parse::<u32>().unwrap() < 3 {
        first.read_until("data: ");
    }
    assert!(browser.get("/").body.contains("Log out"));
    browser.post("/logout", "");
    for stream in [first, second] {
        assert!(String::from_utf8(stream.rest()).unwrap().ends_with("\r\n0\r\n\r\n"));
    }
    assert!(browser.get("/").body.contains("Log in"));
}

/// The page of the other tab stops counting, and shows the login.
#[test]
fn a_page_in_chromium_sees_the_logout() {
    let server = site();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(chromium) = Chromium::start(Screen::Desk).await else { return };
        let page = &chromium.page;
        page.goto(format!("http://localhost:{}", server.address.port())).await.unwrap();
        let button = async |text: &str| {
            let button = page.query(By::XPath(format!("//button[text()='{text}']")));
            button.wait(Duration::from_secs(30), Duration::from_millis(100)).first().await.unwrap()
        };
        button("Log in").await.click().await.unwrap();
        button("Log out").await;
        let ticks = page.query(By::XPath("//output[number(.) >= 2]"));
        ticks.wait(Duration::from_secs(30), Duration::from_millis(100)).first().await.unwrap();
        let cookie = &page.get_all_cookies().await.unwrap()[0];
        let cookie = format!("{}={}", cookie.name, cookie.value);
        let mut other_tab = Browser::new(server.address).with_cookie(Some(&cookie));
        assert_eq!(other_tab.post("/logout", "").status, 303);
        button("Log in").await;
        chromium.quit().await;
    });
}
