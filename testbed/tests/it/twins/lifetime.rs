//! A session of two hours: begun, shown, cleared.

use super::Twins;
use super::tokens;
use crate::browser::Browser;
use crate::examples::lifetime::app;

const NO_SESSION: &str = "no session";

#[test]
fn begins_is_shown_and_is_cleared() {
    let Some(twins) = Twins::start("lifetime", app) else { return };
    let [before, begin, shown, end, after] = twins.play(|mut browser| {
        let before = browser.get("/getSession/");
        let (begin, shown) = (browser.get("/"), browser.get("/getSession/"));
        [before, begin, shown, browser.get("/deleteSession/"), browser.get("/getSession/")]
    });
    assert_eq!(
        (before.body.as_str(), shown.body.as_str(), after.body.as_str()),
        (NO_SESSION, "zoe", NO_SESSION)
    );
    assert_eq!(begin.body, "Hello World!");
    let [line] = begin.all("set-cookie")[..] else { panic!("one cookie: {begin:?}") };
    assert!(line.contains("; Expires=Thu, 29 Feb 2024 14:34:56 GMT;"), "two hours: {line}");
    assert_eq!(shown.all("set-cookie"), begin.all("set-cookie"), "refreshed with each request");
    let removal = "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/";
    assert_eq!(end.all("set-cookie"), [removal]);
    assert!(after.all("set-cookie").is_empty());
}

#[test]
fn is_refreshed_on_a_page_that_does_not_look_at_it() {
    let Some(twins) = Twins::start("lifetime", app) else { return };
    twins.on_each(|mut browser| {
        let begin = browser.get("/");
        let nowhere = browser.get("/nowhere");
        assert_eq!(nowhere.status, 404);
        assert_eq!(nowhere.all("set-cookie"), begin.all("set-cookie"));
        assert_eq!(nowhere.all("vary"), ["Cookie"], "CVE-2023-30861");
    });
}

#[test]
fn clearing_what_is_not_there_removes_the_cookie_all_the_same() {
    let Some(twins) = Twins::start("lifetime", app) else { return };
    let [end] = twins.play(|mut browser| [browser.get("/deleteSession/")]);
    assert!(end.all("set-cookie")[0].contains("Max-Age=0"));
}

#[test]
fn a_cookie_of_two_hours_is_good_and_one_second_older_is_not() {
    let Some(twins) = Twins::start("lifetime", app) else { return };
    for (age, expected) in [(0, "zoe"), (7_199, "zoe"), (7_200, "zoe"), (7_201, NO_SESSION)] {
        let cookie = tokens::signed_ago(&[("username", "zoe"), ("theme", "dark")], age);
        let [answer] = twins.play(|browser| [browser.with_cookie(Some(&cookie)).get("/getSession/")]);
        assert_eq!(answer.body, expected, "{age} s old");
    }
}

#[test]
fn a_session_begun_on_one_is_shown_and_cleared_on_the_other() {
    let Some(twins) = Twins::start("lifetime", app) else { return };
    twins.both_ways(|one, other| {
        let mut browser = Browser::new(one);
        browser.get("/");
        let mut moved = Browser::new(other).with_cookie(browser.cookie());
        assert_eq!(moved.get("/getSession/").body, "zoe");
        moved.get("/deleteSession/");
        assert_eq!(moved.cookie(), None);
    });
}
