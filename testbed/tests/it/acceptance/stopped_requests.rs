//! Clients that are slow, or hang up.

use dewar_testbed::Framework;

use super::shop::Shop;
use super::wire::Wire;
use crate::frameworks::on_each_framework;

/// A byte at a time, with other requests in between.
fn a_request_that_comes_slowly_has_its_session(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let cookie = zoe.cookie().unwrap().to_owned();
    let mut wire = Wire::open(shop.server.address);
    let head = format!(
        "POST /upload?k=size HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Length: 5\r\n\r\n"
    );
    for byte in head.bytes().chain(*b"hel") {
        wire.send([byte]);
    }
    assert_eq!(zoe.get("/incr?k=n").body, "1", "others are served meanwhile");
    wire.send("lo");
    assert_eq!(wire.response().text(), "5");
    assert_eq!([zoe.get("/get?k=size").body, zoe.get("/get?k=n").body], ["5", "1"]);
}

/// The body never comes: the handler never runs.
fn a_client_that_hangs_up_in_its_body_changes_nothing(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let cookie = zoe.cookie().unwrap().to_owned();
    for _ in 0..5 {
        let mut wire = Wire::open(shop.server.address);
        wire.send(format!(
            "POST /upload?k=size HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Length: 500\r\n\r\nhello"
        ));
        wire.close_sending();
        let answer = wire.rest();
        assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    }
    assert_eq!([zoe.get("/get?k=size").body, zoe.get("/whoami").body], ["", "zoe"]);
}

/// The connection is closed while the store is asked to write. It is done or not, and nothing else is harmed.
fn a_client_that_hangs_up_during_a_write_harms_nothing(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let cookie = zoe.cookie().unwrap().to_owned();
    let mut rounds = 0;
    for number in 1..=5 {
        let mut wire = Wire::open(shop.server.address);
        shop.store.hook.hold_next_write();
        wire.ask("GET", "/incr?k=n", &cookie);
        shop.store.hook.wait_for_held_write();
        drop(wire);
        assert_eq!(zoe.get("/whoami").body, "zoe");
        shop.store.hook.release();
        let count: usize = zoe.get("/incr?k=n").body.parse().unwrap();
        assert!((rounds + 1..=2 * number).contains(&count), "{count} after {number}");
        rounds = count;
    }
    // No lock, no half-written record is left.
    assert_eq!([zoe.get("/whoami").body, zoe.get("/get?k=n").body], ["zoe".to_owned(), rounds.to_string()]);
    assert_eq!(zoe.get("/logout").status, 200);
}

on_each_framework!(
    a_request_that_comes_slowly_has_its_session,
    a_client_that_hangs_up_in_its_body_changes_nothing,
    a_client_that_hangs_up_during_a_write_harms_nothing,
);
