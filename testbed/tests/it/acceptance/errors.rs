//! Mistakes of a program, and sessions that cannot be stored.

use dewar_testbed::Framework;

use super::shop::{Shop, in_cookies};
use crate::browser::Browser;
use crate::frameworks::on_each_framework;

fn a_route_without_a_layer_is_500_and_says_so_to_developers(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let answer = zoe.get("/bare/whoami");
    assert_eq!(answer.status, 500);
    assert!(
        !cfg!(debug_assertions) || answer.body.contains(".layer(") || answer.body.contains(".wrap("),
        "{}",
        answer.body
    );
    assert_eq!(zoe.get("/bare/optional").body, "false");
    assert_eq!(zoe.get("/optional").body, "true");
}

fn a_session_too_large_for_a_cookie_is_500_and_the_old_one_stays(framework: Framework) {
    for (name, server) in in_cookies(framework) {
        let mut zoe = Browser::new(server.address);
        zoe.get("/login?u=zoe");
        let cookie = zoe.cookie().map(str::to_owned);
        let answer = zoe.get("/fill?k=large&n=5000");
        assert_eq!((answer.status, answer.all("cache-control")), (500, vec!["no-store"]), "{name}");
        assert_eq!(zoe.cookie(), cookie.as_deref(), "{name}");
        assert_eq!([zoe.get("/whoami").body, zoe.get("/get?k=large").body], ["zoe", ""], "{name}");
    }
    // A store has room for it.
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    assert_eq!(zoe.get("/fill?k=large&n=5000").status, 200);
    assert_eq!(zoe.get("/get?k=large").body.len(), 5000);
}

fn a_value_of_another_type_is_an_error_that_a_handler_can_return(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let answer = zoe.get("/number");
    assert_eq!((answer.status, answer.all("cache-control")), (500, vec!["no-store"]));
    assert!(!answer.body.contains("zoe"), "the value is not told: {}", answer.body);
    assert_eq!(zoe.get("/incr?k=u").status, 409, "a handler can answer it itself");
    assert_eq!(zoe.get("/whoami").body, "zoe");
}

/// Sessions in cookies cannot be counted: the library's error, from a handler.
fn an_error_of_the_library_is_a_response(framework: Framework) {
    for (name, server) in in_cookies(framework) {
        assert_eq!(Browser::new(server.address).get("/sessions?o=user:1").status, 500, "{name}");
    }
}

fn what_a_client_sends_as_a_cookie_is_never_an_error(framework: Framework) {
    let shop = Shop::open(framework);
    let mut servers: Vec<_> = in_cookies(framework).into_iter().map(|(_, server)| server).collect();
    servers.push(shop.server);
    for server in servers {
        for cookie in [
            "session=",
            "session",
            "session=..",
            "session=\"",
            "session=\u{e9}\u{8001}",
            "session=%00%ff",
            "=; ;;=; session=x; session=y; session=z",
            &format!("session={}", "A".repeat(43)),
            &format!("session={}", "A".repeat(8_000)),
        ] {
            let mut browser = Browser::new(server.address).with_cookie(Some(cookie));
            let answer = browser.get("/whoami");
            assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{cookie}");
            let mut browser = Browser::new(server.address).with_cookie(Some(cookie));
            browser.get("/login?u=zoe");
            assert_eq!(browser.get("/whoami").body, "zoe", "{cookie}");
        }
    }
}

on_each_framework!(
    a_route_without_a_layer_is_500_and_says_so_to_developers,
    a_session_too_large_for_a_cookie_is_500_and_the_old_one_stays,
    a_value_of_another_type_is_an_error_that_a_handler_can_return,
    an_error_of_the_library_is_a_response,
    what_a_client_sends_as_a_cookie_is_never_an_error,
);
