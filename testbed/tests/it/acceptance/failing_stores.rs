//! A store that fails: nobody is logged out, nothing is promised that is not stored.

use dewar_testbed::{Framework, Site};

use super::shop::Shop;
use crate::frameworks::on_each_framework;
use crate::http_client::Answer;

#[track_caller]
pub(super) fn assert_unavailable(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 503, "{what}");
    assert_eq!(answer.all("retry-after"), ["1"], "{what}");
    assert_eq!(answer.all("cache-control"), ["no-store"], "{what}");
}

fn a_session_that_cannot_be_opened_is_503_and_the_cookie_stays(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let cookie = zoe.cookie().map(str::to_owned);
    shop.store.hook.fail_loads(true);
    for path in [
        "/whoami",
        "/set?k=a&v=1",
        "/incr?k=n",
        "/typed",
        "/member",
        "/office/safe",
        "/optional",
        "/guest",
        "/logout",
    ] {
        let answer = zoe.get(path);
        assert_unavailable(&answer, path);
        assert_eq!(zoe.cookie(), cookie.as_deref(), "{path}");
    }
    assert_eq!(zoe.get("/touchless").status, 200, "it asks for no session");
    assert_eq!(shop.visitor().get("/whoami").status, 200, "who has no cookie asks the store nothing");
    shop.store.hook.fail_loads(false);
    assert_eq!([zoe.get("/whoami").body, zoe.get("/get?k=a").body], ["zoe", ""]);
}

fn a_session_that_cannot_be_saved_is_503_and_the_cookie_stays(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    shop.store.hook.fail_writes(true);
    for path in
        ["/set?k=a&v=1", "/incr?k=n", "/regenerate", "/save-now?k=a&v=1&n=200", "/sign-in?u=zoe&o=user:zoe"]
    {
        let answer = zoe.get(path);
        assert_unavailable(&answer, path);
        assert!(answer.all("set-cookie").is_empty(), "{path}: {answer:?}");
        assert_ne!(answer.body, "zoe", "{path}: the handler's answer is not sent");
    }
    shop.store.hook.fail_writes(false);
    assert_eq!([zoe.get("/whoami").body, zoe.get("/get?k=a").body], ["zoe", ""]);
}

/// This browser at least forgets it.
fn a_logout_that_cannot_be_stored_is_503_and_removes_the_cookie(framework: Framework) {
    let shop = Shop::open(framework);
    for path in ["/logout", "/sign-out"] {
        let mut zoe = shop.user("zoe");
        shop.store.hook.fail_writes(true);
        let answer = zoe.get(path);
        shop.store.hook.fail_writes(false);
        assert_unavailable(&answer, path);
        assert!(answer.all("set-cookie")[0].contains("Max-Age=0"), "{path}: {answer:?}");
        assert_eq!(zoe.cookie(), None);
    }
}

fn a_page_of_the_program_takes_the_place_of_the_body(framework: Framework) {
    let shop = Shop::with(framework, |settings| settings, |site| Site { has_error_page: true, ..site });
    let mut zoe = shop.user("zoe");
    shop.store.hook.fail_loads(true);
    for path in ["/whoami", "/typed", "/member", "/office/safe"] {
        let answer = zoe.get(path);
        assert_unavailable(&answer, path);
        assert_eq!(answer.body, "Sorry: 503", "{path}");
    }
    shop.store.hook.fail_loads(false);
    shop.store.hook.fail_writes(true);
    for path in ["/set?k=a&v=1", "/save-now?k=a&v=1&n=200", "/logout"] {
        let answer = zoe.clone().get(path);
        assert_unavailable(&answer, path);
        assert_eq!(answer.body, "Sorry: 503", "{path}");
    }
    shop.store.hook.fail_writes(false);
    let mistake = zoe.get("/number");
    assert_eq!((mistake.status, mistake.body.as_str()), (500, "Sorry: 500"));
    // What is no failure of a session is left alone.
    assert_eq!(zoe.get("/fail?k=a&v=1&n=502").body, "");
    assert_eq!(zoe.get("/nowhere").status, 404);
}

on_each_framework!(
    a_session_that_cannot_be_opened_is_503_and_the_cookie_stays,
    a_session_that_cannot_be_saved_is_503_and_the_cookie_stays,
    a_logout_that_cannot_be_stored_is_503_and_removes_the_cookie,
    a_page_of_the_program_takes_the_place_of_the_body,
);
