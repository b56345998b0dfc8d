//! Logins and logouts: new ids, other devices, and nothing that comes back.

use std::thread;

use dewar_testbed::Framework;

use super::shop::{Shop, in_cookies};
use crate::browser::Browser;
use crate::frameworks::on_each_framework;

fn a_login_gives_a_new_id_and_keeps_what_the_visitor_had(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.visitor();
    zoe.get("/set?k=tea&v=green");
    let mut thief = zoe.clone();
    assert_eq!(zoe.get("/sign-in?u=zoe&o=user:zoe").body, "zoe");
    assert_ne!(zoe.cookie(), thief.cookie());
    assert_eq!([zoe.get("/whoami").body, zoe.get("/get?k=tea").body], ["zoe", "green"]);
    assert_eq!(
        [thief.get("/whoami").body, thief.get("/get?k=tea").body],
        ["", ""],
        "the old id opens nothing"
    );
}

fn a_login_of_another_user_begins_without_the_data_of_the_first(framework: Framework) {
    let shop = Shop::open(framework);
    let mut browser = shop.user("zoe");
    browser.get("/set?k=tea&v=green");
    browser.get("/sign-in?u=adam&o=user:adam");
    assert_eq!([browser.get("/whoami").body, browser.get("/get?k=tea").body], ["adam", ""]);
}

fn a_logout_is_one_in_every_tab_and_says_goodbye(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let mut tab = zoe.clone();
    let logout = zoe.get("/sign-out");
    assert_eq!(logout.status, 200);
    assert_eq!([zoe.get("/flashes").body, zoe.get("/flashes").body], ["Goodbye", ""], "shown once");
    assert_eq!(tab.get("/whoami").body, "");
    tab.get("/set?k=late&v=1");
    assert_eq!(tab.get("/whoami").body, "", "nothing is revived");
}

fn a_destroyed_session_removes_the_cookie_and_stays_ended(framework: Framework) {
    for (name, server) in in_cookies(framework) {
        let mut zoe = Browser::new(server.address);
        zoe.get("/login?u=zoe");
        assert_eq!(zoe.get("/whoami").body, "zoe", "{name}");
        let logout = zoe.get("/logout");
        assert!(logout.all("set-cookie")[0].contains("Max-Age=0"), "{name}: {logout:?}");
        assert_eq!(zoe.get("/whoami").body, "", "{name}");
    }
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let mut tab = zoe.clone();
    zoe.get("/logout");
    assert_eq!((zoe.cookie(), tab.get("/whoami").body.as_str()), (None, ""));
}

/// The cookie of a session that ends with the browser has no date.
fn a_remembered_login_outlives_the_browser(framework: Framework) {
    let shop = Shop::open(framework);
    for (by, is_remembered) in [("", false), ("remember", true)] {
        let login = shop.visitor().get(&format!("/sign-in?u=zoe&o=user:zoe&by={by}"));
        let [line] = login.all("set-cookie")[..] else { panic!("one cookie: {login:?}") };
        assert_eq!(line.contains("Expires="), is_remembered, "{line}");
        assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
    }
}

fn a_new_id_has_the_same_data_and_the_old_one_opens_nothing(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let mut left_behind = zoe.clone();
    assert_eq!(zoe.get("/regenerate").all("set-cookie").len(), 1);
    assert_ne!(zoe.cookie(), left_behind.cookie());
    assert_eq!([zoe.get("/whoami").body, left_behind.get("/whoami").body], ["zoe", ""]);
}

fn a_user_sees_the_other_sessions_and_ends_them(framework: Framework) {
    let shop = Shop::open(framework);
    let [mut here, mut there, mut stranger] = [shop.user("zoe"), shop.user("zoe"), shop.user("adam")];
    assert_eq!(here.get("/devices").body, "1 of 2");
    assert_eq!(here.get("/end-others").body, "1");
    assert_eq!(here.get("/devices").body, "1 of 1");
    assert_eq!([here.get("/member").body, stranger.get("/member").body], ["zoe", "adam"]);
    assert_eq!(there.get("/member").status, 401);
}

/// As after a double click, or where the connection broke before the answer came.
fn a_login_whose_answer_was_lost_can_be_repeated(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.visitor();
    zoe.get("/set?k=tea&v=green");
    let mut lost = zoe.clone();
    lost.get("/sign-in?u=zoe&o=user:zoe");
    zoe.get("/sign-in?u=zoe&o=user:zoe");
    assert_eq!([zoe.get("/whoami").body, zoe.get("/get?k=tea").body], ["zoe", "green"]);
}

/// The write is held back until the logout is answered.
fn a_write_that_is_under_way_during_a_logout_revives_nothing(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let [mut writing, mut reading] = [zoe.clone(), zoe.clone()];
    shop.store.hook.hold_next_write();
    let write = thread::spawn(move || writing.get("/set?k=late&v=1"));
    shop.store.hook.wait_for_held_write();
    assert_eq!(zoe.get("/logout").status, 200);
    shop.store.hook.release();
    let late = write.join().unwrap();
    assert_eq!((late.status, late.all("set-cookie").len()), (200, 0));
    assert_eq!(reading.get("/whoami").body, "");
}

on_each_framework!(
    a_login_gives_a_new_id_and_keeps_what_the_visitor_had,
    a_login_of_another_user_begins_without_the_data_of_the_first,
    a_logout_is_one_in_every_tab_and_says_goodbye,
    a_destroyed_session_removes_the_cookie_and_stays_ended,
    a_remembered_login_outlives_the_browser,
    a_new_id_has_the_same_data_and_the_old_one_opens_nothing,
    a_user_sees_the_other_sessions_and_ends_them,
    a_login_whose_answer_was_lost_can_be_repeated,
    a_write_that_is_under_way_during_a_logout_revives_nothing,
);
