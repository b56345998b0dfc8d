//! The cookie ends with the browser, the record after 31 days.

use super::records::Record;
use super::separate_stores::Apart;
use crate::examples::browser_session::app;

const RECORD: &[u8] = b"\x81\xa5items\x7b";

fn twins() -> Option<Apart> {
    let twins = Apart::start("browser_session", |settings| app(settings).unwrap())?;
    Some(Apart { prefix: "__", ..twins })
}

#[test]
fn a_visit_is_stored_although_the_cookie_has_no_expiry_date() {
    let Some(twins) = twins() else { return };
    let ([first, second], stored) = twins.play(|mut browser| [browser.get("/"), browser.get("/")]);
    assert_eq!((first.status, first.body.as_str()), (200, "Index"));
    assert!(first.all("set-cookie")[0].ends_with("; HttpOnly; Path=/"));
    assert!(!first.all("set-cookie")[0].contains("Expires"));
    assert_eq!(first.all("set-cookie"), second.all("set-cookie"), "each change says it again");
    assert_eq!(stored, [Record::new("__", RECORD, 2_678_400)]);
}

/// A page that does not exist opens the session too, to extend it in the store; the cookie has no end to extend.
#[test]
fn a_page_that_never_looks_at_the_session_sets_no_cookie() {
    let Some(twins) = twins() else { return };
    let elsewhere = |answer: crate::http_client::Answer| {
        assert_eq!(answer.status, 404);
        (answer.all("set-cookie").len(), answer.all("vary").len())
    };
    let (_, stored) = twins.play(|mut browser| {
        assert_eq!(elsewhere(browser.get("/nowhere")), (0, 0), "no session yet");
        let first = browser.get("/");
        assert_eq!(elsewhere(browser.get("/nowhere")), (0, 0));
        [first]
    });
    assert_eq!(stored.len(), 1);
}

#[test]
fn no_id_that_is_not_in_the_store_is_taken_over() {
    let Some(twins) = twins() else { return };
    let unknown =
        ["A".repeat(43), "A".repeat(22), "junk".into(), String::new(), "../../etc/passwd".into(), "é".into()];
    for token in unknown {
        let cookie = format!("session={token}");
        let ([answer], stored) = twins.play(|browser| [browser.with_cookie(Some(&cookie)).get("/")]);
        assert!(token.is_empty() || !answer.all("set-cookie")[0].contains(&token), "{token}");
        assert_eq!(stored.len(), 1);
    }
}
