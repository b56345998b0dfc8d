//! Each route of the testbed, over HTTP, with sealed cookies.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dewar::store::Memory;
use dewar::{ClientSide, CookiePolicy, SecretKeys, ServerSide, SessionManager};
use dewar_testbed::{Framework, Server};

use crate::browser::Browser;
use crate::frameworks::on_each_framework;

fn start(framework: Framework) -> (Server, Browser) {
    let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    let cookie = CookiePolicy { name: "session".into(), secure: false, ..CookiePolicy::default() };
    let sessions = SessionManager::client_side(ClientSide { cookie, ..ClientSide::new(keys) });
    let server = Server::start(framework, sessions.unwrap());
    let browser = Browser::new(server.address);
    (server, browser)
}

fn login_whoami_and_logout(framework: Framework) {
    let (_server, mut browser) = start(framework);
    assert_eq!(browser.get("/whoami").body, "");
    assert_eq!(browser.get("/login?u=zoe").body, "zoe");
    assert_eq!(browser.get("/whoami").body, "zoe");
    assert_eq!(browser.get("/logout").body, "");
    assert_eq!(browser.cookie(), None);
    assert_eq!(browser.get("/whoami").body, "");
}

fn set_get_and_contains(framework: Framework) {
    let (_server, mut browser) = start(framework);
    assert_eq!(browser.get("/contains?k=tea").body, "false");
    assert_eq!(browser.get("/set?k=tea&v=green").body, "green");
    assert_eq!(browser.get("/get?k=tea").body, "green");
    assert_eq!(browser.get("/get?k=coffee").body, "");
    let contains = browser.get("/contains?k=tea");
    assert_eq!((contains.body.as_str(), contains.all("vary")), ("true", vec!["Cookie"]));
}

fn slow_sees_what_was_there_when_it_began_and_the_last_cookie_wins(framework: Framework) {
    let (_server, mut browser) = start(framework);
    browser.get("/login?u=zoe");
    let mut second_tab = browser.clone();
    let slow = std::thread::spawn(move || {
        let begun = Instant::now();
        let answer = second_tab.get("/slow?ms=150&k=a&v=1");
        assert!(begun.elapsed() >= Duration::from_millis(150));
        assert_eq!(answer.body, "1");
        second_tab
    });
    browser.get("/set?k=b&v=2");
    let mut last = slow.join().unwrap();
    assert_eq!([last.get("/get?k=a").body, last.get("/get?k=b").body], ["1", ""]);
}

fn slowread_waits_and_changes_nothing(framework: Framework) {
    let (_server, mut browser) = start(framework);
    browser.get("/login?u=zoe");
    let begun = Instant::now();
    let answer = browser.get("/slowread?ms=50");
    assert!(begun.elapsed() >= Duration::from_millis(50));
    assert_eq!((answer.body.as_str(), answer.all("set-cookie").len()), ("zoe", 0));
}

fn incr_counts_and_refuses_what_is_no_number(framework: Framework) {
    let (_server, mut browser) = start(framework);
    let counted = [(); 3].map(|()| browser.get("/incr?k=n").body);
    assert_eq!(counted, ["1", "2", "3"]);
    assert_eq!(browser.get("/get?k=n").body, "3");
    browser.get("/set?k=n&v=many");
    assert_eq!(browser.get("/incr?k=n").status, 409);
    assert_eq!(browser.get("/get?k=n").body, "many");
}

fn touchless_does_not_use_the_session(framework: Framework) {
    let (_server, mut browser) = start(framework);
    browser.get("/login?u=zoe");
    let answer = browser.get("/touchless");
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert!(answer.all("vary").is_empty() && answer.all("set-cookie").is_empty());
}

fn regenerate_gives_a_new_cookie_with_the_same_data(framework: Framework) {
    let (_server, mut browser) = start(framework);
    browser.get("/login?u=zoe");
    let before = browser.cookie().map(str::to_owned);
    assert_eq!(browser.get("/regenerate").all("set-cookie").len(), 1);
    assert_ne!(browser.cookie(), before.as_deref());
    assert_eq!(browser.get("/whoami").body, "zoe");
}

fn sessions_counts_those_of_an_owner(framework: Framework) {
    let manager = SessionManager::server_side(ServerSide {
        cookie: CookiePolicy { name: "session".into(), secure: false, ..CookiePolicy::default() },
        ..ServerSide::new("shop", Arc::new(Memory::new()))
    });
    let server = Server::start(framework, manager.unwrap());
    let [mut here, mut there] = [(); 2].map(|()| Browser::new(server.address));
    here.get("/login?u=zoe&o=user:1");
    there.get("/login?u=zoe&o=user:1");
    assert_eq!(here.get("/sessions?o=user:1").body, "2");
    there.get("/logout");
    assert_eq!(here.get("/sessions?o=user:1").body, "1");
    assert_eq!(
        start(framework).1.get("/sessions?o=user:1").status,
        500,
        "sessions in cookies cannot be counted"
    );
}

on_each_framework!(
    login_whoami_and_logout,
    set_get_and_contains,
    slow_sees_what_was_there_when_it_began_and_the_last_cookie_wins,
    slowread_waits_and_changes_nothing,
    incr_counts_and_refuses_what_is_no_number,
    touchless_does_not_use_the_session,
    regenerate_gives_a_new_cookie_with_the_same_data,
    sessions_counts_those_of_an_owner,
);
