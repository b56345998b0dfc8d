//! Early saves, streams and server-sent events.

use dewar_testbed::Framework;

use super::shop::{Shop, in_cookies};
use super::wire::Wire;
use crate::browser::Browser;
use crate::frameworks::on_each_framework;

fn an_early_save_has_its_cookie_and_what_follows_is_saved_too(framework: Framework) {
    let shop = Shop::open(framework);
    let mut visitor = shop.visitor();
    let answer = visitor.get("/save-now?k=a&v=later&n=200");
    assert_eq!((answer.status, answer.all("set-cookie").len()), (200, 1));
    assert_eq!(visitor.get("/get?k=a").body, "later");
    for (name, server) in in_cookies(framework) {
        let mut visitor = Browser::new(server.address);
        let answer = visitor.get("/save-now?k=a&v=later&n=200");
        assert_eq!((answer.status, answer.all("set-cookie").len()), (200, 1), "{name}");
        assert_eq!(visitor.get("/get?k=a").body, "later", "{name}");
    }
}

fn a_stream_can_save_what_it_changes_if_the_client_has_the_cookie(framework: Framework) {
    let shop = Shop::open(framework);
    let zoe = shop.user("zoe");
    for (cookie, expected) in [(zoe.cookie().unwrap(), "1"), ("", "Unsupported")] {
        let mut wire = Wire::open(shop.server.address);
        wire.ask("GET", "/late?k=n", cookie);
        let answer = wire.response();
        assert!(answer.status == 200 && answer.text().starts_with(expected), "{answer:?}");
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(zoe.clone().get("/get?k=n").body, "1");
}

fn the_cookie_goes_out_before_a_long_body(framework: Framework) {
    let shop = Shop::open(framework);
    let mut wire = Wire::open(shop.server.address);
    wire.ask("GET", "/stream?k=a&v=1&n=3000000", "");
    let response = wire.response();
    assert_eq!((response.status, response.body.len()), (200, 3_000_000));
    let cookie = response.header("set-cookie").and_then(|line| line.split(';').next()).unwrap();
    assert_eq!(shop.visitor().with_cookie(Some(cookie)).get("/get?k=a").body, "1");
}

fn server_sent_events_end_at_a_logout_in_another_tab(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let mut wire = Wire::open(shop.server.address);
    wire.ask("GET", "/events", zoe.cookie().unwrap());
    let head = wire.head();
    assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
    assert_eq!(wire.chunk().as_deref(), Some(&b"data: hello\n\n"[..]));
    assert_eq!(zoe.get("/whoami").body, "zoe", "others are served meanwhile");
    zoe.get("/sign-out");
    assert_eq!(wire.chunk(), None, "the end of a whole body");
}

/// A browser that has no session waits for nothing.
fn server_sent_events_of_two_users_end_one_by_one(framework: Framework) {
    let shop = Shop::open(framework);
    let [mut zoe, mut adam] = [shop.user("zoe"), shop.user("adam")];
    let [mut zoes, mut adams] = [&zoe, &adam].map(|user| {
        let mut wire = Wire::open(shop.server.address);
        wire.ask("GET", "/events", user.cookie().unwrap());
        assert_eq!(wire.head().status, 200);
        assert!(wire.chunk().is_some());
        wire
    });
    zoe.get("/logout");
    assert_eq!(zoes.chunk(), None);
    assert_eq!(adam.get("/whoami").body, "adam");
    adam.get("/logout");
    assert_eq!(adams.chunk(), None);
}

on_each_framework!(
    an_early_save_has_its_cookie_and_what_follows_is_saved_too,
    a_stream_can_save_what_it_changes_if_the_client_has_the_cookie,
    the_cookie_goes_out_before_a_long_body,
    server_sent_events_end_at_a_logout_in_another_tab,
    server_sent_events_of_two_users_end_one_by_one,
);
