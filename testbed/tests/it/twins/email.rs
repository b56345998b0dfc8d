//! An address is asked for, shown by the template, deleted; two browsers have two.

use super::Twins;
use super::tokens;
use crate::browser::Browser;
use crate::examples::email::app;

const ASKED: &str = r#"<h1>Welcome! Please enter your email <a href="/set_email">here.</a></h1>"#;

#[test]
fn an_address_is_asked_for_shown_and_deleted() {
    let Some(twins) = Twins::start("email", app) else { return };
    let [before, form, set, shown, deleted, after] = twins.play(|mut browser| {
        let (before, form) = (browser.get("/get_email"), browser.get("/set_email"));
        let (set, shown) =
            (browser.post("/set_email", "email_address=zoe%40example.com"), browser.get("/get_email"));
        [before, form, set, shown, browser.get("/delete_email"), browser.get("/get_email")]
    });
    assert_eq!((before.body.trim(), after.body.trim()), (ASKED, ASKED));
    assert!(form.body.contains(r#"name="email_address""#));
    assert_eq!((set.status, set.all("location")), (302, vec!["/get_email"]));
    assert_eq!(shown.body.trim(), "<h1>Welcome zoe@example.com!</h1>");
    assert_eq!(shown.all("vary"), ["Cookie"]);
    assert_eq!(deleted.body, "<h1>Session deleted!</h1>");
    assert!(deleted.all("set-cookie")[0].contains("Max-Age=0"));
}

#[test]
fn two_browsers_have_two_sessions() {
    let Some(twins) = Twins::start("email", app) else { return };
    let [first, second] = twins.play(|mut first| {
        let mut second = first.clone();
        first.post("/set_email", "email_address=one%40example.com");
        second.post("/set_email", "email_address=two%40example.com");
        [first.get("/get_email"), second.get("/get_email")]
    });
    assert!(first.body.contains("one@example.com") && !first.body.contains("two@"));
    assert!(second.body.contains("two@example.com") && !second.body.contains("one@"));
}

#[test]
fn deleting_an_address_that_is_not_there_sets_no_cookie() {
    let Some(twins) = Twins::start("email", app) else { return };
    let [deleted] = twins.play(|mut browser| [browser.get("/delete_email")]);
    assert!(deleted.all("set-cookie").is_empty());
}

#[test]
fn markup_in_an_address_stays_text() {
    let Some(twins) = Twins::start("email", app) else { return };
    let [_, shown] = twins.play(|mut browser| {
        let set = browser.post("/set_email", "email_address=%3Cb%3E%26%40example.com");
        [set, browser.get("/get_email")]
    });
    assert_eq!(shown.body.trim(), "<h1>Welcome &lt;b&gt;&amp;@example.com!</h1>");
}

/// minijinja writes other character references for them than MarkupSafe, and one for `/`; a browser shows the same.
#[test]
fn quotes_and_slashes_in_an_address_mean_the_same() {
    let Some(twins) = Twins::start("email", app) else { return };
    twins.on_each(|mut browser| {
        browser.post("/set_email", "email_address=o'neill/%22x%22%40example.com");
        let page = browser.get("/get_email").body;
        let shown = page.replace("&#x27;", "&#39;").replace("&#x2f;", "/").replace("&quot;", "&#34;");
        assert_eq!(shown.trim(), "<h1>Welcome o&#39;neill/&#34;x&#34;@example.com!</h1>");
    });
}

#[test]
fn no_wrong_cookie_shows_an_address() {
    let Some(twins) = Twins::start("email", app) else { return };
    for (what, cookie) in tokens::unwelcome(&[("email", "zoe@example.com")]) {
        let [answer] = twins.play(|browser| [browser.with_cookie(Some(&cookie)).get("/get_email")]);
        assert_eq!(answer.body.trim(), ASKED, "{what}");
    }
}

#[test]
fn an_address_given_to_one_is_shown_and_deleted_on_the_other() {
    let Some(twins) = Twins::start("email", app) else { return };
    twins.both_ways(|one, other| {
        let mut browser = Browser::new(one);
        browser.post("/set_email", "email_address=zoe%40example.com");
        let mut moved = Browser::new(other).with_cookie(browser.cookie());
        assert_eq!(moved.get("/get_email").body.trim(), "<h1>Welcome zoe@example.com!</h1>");
        moved.get("/delete_email");
        assert_eq!(moved.cookie(), None);
    });
}
