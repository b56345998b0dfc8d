//! Handlers that fail: what they changed is saved, unless the layer is told otherwise.

use dewar_testbed::{Framework, Site};

use super::shop::Shop;
use crate::frameworks::on_each_framework;

fn by_default_all_is_saved(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    for status in [400, 404, 500, 503] {
        let value = status.to_string();
        assert_eq!(zoe.get(&format!("/fail?k=a&v={value}&n={status}")).status, status);
        assert_eq!(zoe.get("/get?k=a").body, value);
    }
    // The framework's own error, returned by the handler.
    assert_eq!(zoe.get("/err?k=a&v=tea").status, 418);
    assert_eq!(zoe.get("/get?k=a").body, "tea");
    assert_eq!(zoe.get("/err?k=a&v=soup&n=500").status, 500);
    assert_eq!(zoe.get("/get?k=a").body, "soup");
    assert_eq!(zoe.get("/save-now?k=a&v=later&n=500").status, 500);
    assert_eq!(zoe.get("/get?k=a").body, "later");
    assert_eq!(zoe.get("/fail-at-logout?n=500").status, 500);
    assert_eq!(zoe.get("/whoami").body, "");
}

fn a_layer_that_is_told_so_saves_nothing_but_an_end(framework: Framework) {
    let told = |site| Site { save_after_server_error: false, ..site };
    let shop = Shop::with(framework, |settings| settings, told);
    let mut zoe = shop.user("zoe");
    zoe.get("/set?k=a&v=before");
    for (path, status, left) in [
        ("/fail?k=a&v=lost&n=500", 500, "before"),
        ("/err?k=a&v=lost&n=500", 500, "before"),
        ("/save-now?k=a&v=lost&n=500", 500, "saved"),
        ("/fail?k=a&v=stored&n=400", 400, "stored"),
        ("/err?k=a&v=stored+too", 418, "stored too"),
    ] {
        assert_eq!(zoe.get(path).status, status, "{path}");
        assert_eq!(zoe.get("/get?k=a").body, left, "{path}");
    }
    let mut tab = zoe.clone();
    let logout = zoe.get("/fail-at-logout?n=500");
    assert!(logout.status == 500 && logout.all("set-cookie")[0].contains("Max-Age=0"), "{logout:?}");
    assert_eq!(tab.get("/whoami").body, "");
}

fn a_new_session_of_a_handler_that_failed_has_its_cookie(framework: Framework) {
    let shop = Shop::open(framework);
    for path in ["/fail?k=a&v=1&n=500", "/err?k=a&v=1", "/save-now?k=a&v=1&n=500"] {
        let mut visitor = shop.visitor();
        let answer = visitor.get(path);
        assert_eq!((answer.all("set-cookie").len(), answer.all("vary")), (1, vec!["Cookie"]), "{path}");
        assert_eq!(visitor.get("/get?k=a").body, "1", "{path}");
    }
}

/// The connection of the panic is the framework's to answer or to close; every other request goes on.
fn a_handler_that_panics_harms_no_other_request(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let cookie = zoe.cookie().unwrap().to_owned();
    for _ in 0..3 {
        let mut wire = super::wire::Wire::open(shop.server.address);
        wire.ask("GET", "/panic?k=a&v=1", &cookie);
        let answer = wire.rest();
        assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
        assert_eq!(
            [zoe.get("/whoami").body, zoe.get("/get?k=a").body],
            ["zoe", ""],
            "nothing of it is saved"
        );
    }
    assert_eq!(zoe.get("/incr?k=n").body, "1");
}

on_each_framework!(
    by_default_all_is_saved,
    a_layer_that_is_told_so_saves_nothing_but_an_end,
    a_new_session_of_a_handler_that_failed_has_its_cookie,
    a_handler_that_panics_harms_no_other_request,
);
