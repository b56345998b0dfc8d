//! A login is shown in every tab of the browser, and in no other browser.

use super::Twins;
use super::tokens;
use crate::browser::Browser;
use crate::examples::first_login::app;

const PLEASE_LOG_IN: &str = "please log in";

#[test]
fn logs_in_and_is_welcome_in_every_tab_but_in_no_other_browser() {
    let Some(twins) = Twins::start("first_login", app) else { return };
    let [before, login, home, new_tab, elsewhere] = twins.play(|mut browser| {
        let mut other_browser = browser.clone();
        let (before, login, home) = (browser.get("/"), browser.get("/login"), browser.get("/"));
        let mut new_tab = browser.clone();
        [before, login, home, new_tab.get("/"), other_browser.get("/")]
    });
    assert_eq!((before.body.as_str(), elsewhere.body.as_str()), (PLEASE_LOG_IN, PLEASE_LOG_IN));
    assert_eq!((home.body.as_str(), new_tab.body.as_str()), ("welcome zoe", "welcome zoe"));
    assert_eq!((login.status, login.all("location")), (302, vec!["/"]));
    assert_eq!(home.all("vary"), ["Cookie"]);
    assert!(home.all("set-cookie").is_empty(), "nothing has changed");
    // Ends with the browser: no Expires, no Max-Age.
    let [line] = login.all("set-cookie")[..] else { panic!("one cookie: {login:?}") };
    assert!(
        line.starts_with("session=eyJ1aWQiOiIxMjM0NTYi") && line.ends_with("; HttpOnly; Path=/"),
        "{line}"
    );
    assert!(!line.contains("Expires"), "{line}");
}

#[test]
fn posts_do_the_same_as_gets() {
    let Some(twins) = Twins::start("first_login", app) else { return };
    let [before, login, home] =
        twins.play(|mut browser| [browser.post("/", ""), browser.post("/login", ""), browser.post("/", "")]);
    assert_eq!((before.body.as_str(), login.status, home.body.as_str()), (PLEASE_LOG_IN, 302, "welcome zoe"));
}

#[test]
fn a_second_login_gives_the_same_cookie_at_the_same_moment() {
    let Some(twins) = Twins::start("first_login", app) else { return };
    let [first, second] = twins.play(|mut browser| [browser.get("/login"), browser.get("/login")]);
    assert_eq!(first.all("set-cookie"), second.all("set-cookie"));
}

#[test]
fn a_page_that_does_not_exist_says_nothing_of_the_session() {
    let Some(twins) = Twins::start("first_login", app) else { return };
    twins.on_each(|mut browser| {
        browser.get("/login");
        let answer = browser.get("/nowhere");
        assert_eq!((answer.status, answer.all("vary").len(), answer.all("set-cookie").len()), (404, 0, 0));
    });
}

#[test]
fn no_wrong_cookie_is_welcome() {
    let Some(twins) = Twins::start("first_login", app) else { return };
    for (what, cookie) in tokens::unwelcome(&[("uid", "123456"), ("username", "zoe")]) {
        let [answer] = twins.play(|browser| [browser.with_cookie(Some(&cookie)).get("/")]);
        assert_eq!(answer.body, PLEASE_LOG_IN, "{what}");
        assert!(answer.all("set-cookie").is_empty(), "{what}: Flask leaves a bad cookie where it is");
    }
}

#[test]
fn every_cookie_that_flask_takes_is_welcome() {
    let Some(twins) = Twins::start("first_login", app) else { return };
    for (what, cookie) in tokens::welcome(&[("uid", "123456"), ("username", "zoe")]) {
        let [answer] = twins.play(|browser| [browser.with_cookie(Some(&cookie)).get("/")]);
        assert_eq!(answer.body, "welcome zoe", "{what}");
    }
}

#[test]
fn a_user_who_logs_in_on_one_is_welcome_on_the_other() {
    let Some(twins) = Twins::start("first_login", app) else { return };
    twins.both_ways(|one, other| {
        let mut browser = Browser::new(one);
        browser.get("/login");
        let mut moved = Browser::new(other).with_cookie(browser.cookie());
        assert_eq!(moved.get("/").body, "welcome zoe");
    });
}
