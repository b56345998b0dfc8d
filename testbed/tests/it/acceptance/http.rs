//! HTTP itself: other methods, one connection for many requests, large bodies.

use dewar_testbed::Framework;

use super::shop::Shop;
use super::wire::Wire;
use crate::frameworks::on_each_framework;

fn head_is_get_without_the_body(framework: Framework) {
    let shop = Shop::open(framework);
    let zoe = shop.user("zoe");
    let cookie = zoe.cookie().unwrap();
    let mut wire = Wire::open(shop.server.address);
    wire.ask("HEAD", "/whoami", cookie);
    let head = wire.head();
    assert_eq!(
        (head.status, head.header("vary"), head.header("content-length")),
        (200, Some("Cookie"), Some("3"))
    );
    // What it changes counts, and the next response on the connection is whole.
    wire.ask("HEAD", "/set?k=a&v=1", cookie);
    assert_eq!(wire.head().status, 200);
    wire.ask("GET", "/get?k=a", cookie);
    assert_eq!(wire.response().text(), "1");
    wire.ask("HEAD", "/login?u=adam", "");
    assert!(wire.head().header("set-cookie").is_some());
}

fn a_method_that_a_route_does_not_have_touches_no_session(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let cookie = zoe.cookie().unwrap().to_owned();
    let mut wire = Wire::open(shop.server.address);
    for method in ["OPTIONS", "POST", "DELETE"] {
        wire.ask(method, "/logout", &cookie);
        let response = wire.response();
        assert_eq!((response.status, response.header("vary")), (405, None), "{method}");
        assert_eq!(response.header("set-cookie"), None, "{method}");
    }
    assert_eq!(zoe.get("/whoami").body, "zoe");
}

fn a_response_without_a_session_is_left_as_it_is(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    for path in ["/touchless", "/nowhere"] {
        let answer = zoe.get(path);
        for header in ["vary", "set-cookie", "cache-control"] {
            assert!(answer.all(header).is_empty(), "{path}: {answer:?}");
        }
    }
    let read = zoe.get("/whoami");
    assert_eq!((read.all("vary"), read.all("set-cookie").len()), (vec!["Cookie"], 0));
    assert!(zoe.get("/login?u=zoe").all("cache-control")[0].contains("no-"), "no cache keeps a cookie");
}

/// All are sent before the first is answered.
fn pipelined_requests_are_answered_in_turn_each_with_its_session(framework: Framework) {
    let shop = Shop::open(framework);
    let [zoe, adam] = [shop.user("zoe"), shop.user("adam")];
    let cookies = [zoe.cookie().unwrap(), adam.cookie().unwrap(), ""];
    let mut wire = Wire::open(shop.server.address);
    let mut sent = String::new();
    for number in 0..30 {
        let cookie = cookies[number % 3];
        let path = if number < 15 { "/whoami" } else { "/incr?k=n" };
        sent += &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n");
    }
    wire.send(sent);
    for number in 0..30 {
        let response = wire.response();
        let user = ["zoe", "adam", ""][number % 3];
        let count = if user.is_empty() { 1 } else { (number / 3).saturating_sub(4) };
        let expected = if number < 15 { user.to_owned() } else { count.to_string() };
        assert_eq!((response.status, response.text()), (200, &*expected), "request {number}");
        let is_new = number >= 15 && user.is_empty();
        assert_eq!(response.header("set-cookie").is_some(), is_new, "request {number}");
    }
}

fn a_large_body_goes_in_and_out_beside_the_session(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let body = "x".repeat(200_000);
    let answer = zoe.post("/upload?k=size", &body);
    assert_eq!((answer.status, answer.body.as_str()), (200, "200000"));
    assert_eq!(zoe.get("/get?k=size").body, "200000");
    assert_eq!(zoe.get("/whoami").body, "zoe");
}

fn a_body_that_is_too_large_for_the_framework_changes_nothing(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let mut wire = Wire::open(shop.server.address);
    let cookie = zoe.cookie().unwrap();
    let body = "x".repeat(3_000_000);
    let length = body.len();
    wire.send_what_is_taken(format!(
        "POST /upload?k=size HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Length: {length}\r\n\r\n{body}"
    ));
    // The answer is 413, if it comes before the connection breaks.
    let answer = wire.rest();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!([zoe.get("/get?k=size").body, zoe.get("/whoami").body], ["", "zoe"]);
}

on_each_framework!(
    head_is_get_without_the_body,
    a_method_that_a_route_does_not_have_touches_no_session,
    a_response_without_a_session_is_left_as_it_is,
    pipelined_requests_are_answered_in_turn_each_with_its_session,
    a_large_body_goes_in_and_out_beside_the_session,
    a_body_that_is_too_large_for_the_framework_changes_nothing,
);
