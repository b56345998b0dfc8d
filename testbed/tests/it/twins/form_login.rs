//! Logs in with a form, and out again, with any name.

use super::Twins;
use super::tokens;
use crate::browser::Browser;
use crate::examples::form_login::app;

const NOBODY: &str = "You are not logged in";

#[test]
fn logs_in_with_the_form_and_out_again() {
    let Some(twins) = Twins::start("form_login", app) else { return };
    let [before, form, login, home, logout, after] = twins.play(|mut browser| {
        let before = browser.get("/");
        let (form, login) = (browser.get("/login"), browser.post("/login", "username=alex"));
        [before, form, login, browser.get("/"), browser.post("/logout", ""), browser.get("/")]
    });
    assert_eq!((before.body.as_str(), home.body.as_str()), (NOBODY, "Logged in as alex"));
    assert!(form.body.contains(r#"name="username""#));
    assert!(form.all("vary").is_empty(), "the form is the same for every user");
    assert_eq!((login.status, login.all("location")), (302, vec!["/"]));
    assert_eq!((logout.status, after.body.as_str()), (302, NOBODY));
    assert!(logout.all("set-cookie")[0].contains("Max-Age=0"), "without values the session ends");
}

#[test]
fn logging_out_without_a_session_sets_no_cookie() {
    let Some(twins) = Twins::start("form_login", app) else { return };
    let [logout] = twins.play(|mut browser| [browser.post("/logout", "")]);
    assert!(logout.all("set-cookie").is_empty());
    assert_eq!(logout.all("vary"), ["Cookie"]);
}

#[test]
fn a_second_name_takes_the_place_of_the_first() {
    let Some(twins) = Twins::start("form_login", app) else { return };
    let [home] = twins.play(|mut browser| {
        browser.post("/login", "username=alex");
        browser.post("/login", "username=zoe");
        [browser.get("/")]
    });
    assert_eq!(home.body, "Logged in as zoe");
}

#[test]
fn names_of_any_script_and_shape_come_back_as_text() {
    let names = [
        ("%E8%80%81%E7%8E%8B", "老王"),
        ("a+b%26c", "a b&amp;c"),
        ("%3Cscript%3Ealert('1')%3C/script%3E", "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"),
        ("%22quoted%22", "&#34;quoted&#34;"),
        ("%F0%9F%8D%B5", "🍵"),
        ("%E2%80%A8", "\u{2028}"),
        ("%7F%00", "\u{7f}\0"),
        ("", ""),
    ];
    let Some(twins) = Twins::start("form_login", app) else { return };
    for (typed, shown) in names {
        let [_, home] = twins
            .play(|mut browser| [browser.post("/login", &format!("username={typed}")), browser.get("/")]);
        assert_eq!(home.body, format!("Logged in as {shown}"));
    }
}

#[test]
fn a_long_name_is_compressed_and_means_the_same_on_both() {
    let Some(twins) = Twins::start("form_login", app) else { return };
    let name = "ha".repeat(2_000);
    twins.both_ways(|one, other| {
        let mut browser = Browser::new(one);
        browser.post("/login", &format!("username={name}"));
        assert!(browser.cookie().is_some_and(|cookie| cookie.starts_with("session=.eJ")));
        let mut moved = Browser::new(other).with_cookie(browser.cookie());
        assert_eq!(moved.get("/").body, format!("Logged in as {name}"));
    });
}

#[test]
fn no_wrong_cookie_is_logged_in() {
    let Some(twins) = Twins::start("form_login", app) else { return };
    for (what, cookie) in tokens::unwelcome(&[("username", "alex")]) {
        let [answer] = twins.play(|browser| [browser.with_cookie(Some(&cookie)).get("/")]);
        assert_eq!(answer.body, NOBODY, "{what}");
    }
}

#[test]
fn a_user_who_logs_in_on_one_logs_out_on_the_other() {
    let Some(twins) = Twins::start("form_login", app) else { return };
    twins.both_ways(|one, other| {
        let mut browser = Browser::new(one);
        browser.post("/login", "username=zoe");
        let mut moved = Browser::new(other).with_cookie(browser.cookie());
        assert_eq!(moved.get("/").body, "Logged in as zoe");
        moved.post("/logout", "");
        assert_eq!(moved.cookie(), None);
        assert_eq!(moved.get("/").body, NOBODY);
    });
}
