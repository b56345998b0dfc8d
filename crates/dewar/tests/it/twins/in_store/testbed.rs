//! One route for each thing that a program does with a session. Each program has a database of its own.

use dewar::{ServerSide, SessionManager};

use super::records::Record;
use super::separate_stores::Apart;
use crate::browser::Browser;
use crate::examples::testbed::app;

fn twins() -> Option<Apart> {
    Apart::start("testbed", &[], program)
}

fn program(settings: ServerSide) -> axum::Router {
    app(SessionManager::server_side(settings).unwrap())
}

fn record(payload: &'static [u8]) -> Record {
    Record::new("session:", payload, 2_678_400)
}

#[test]
fn what_is_only_looked_at_leaves_no_trace() {
    let Some(twins) = twins() else { return };
    let ([looked, untouched, contains], stored) = twins.play(|mut browser| {
        [browser.get("/whoami"), browser.get("/touchless"), browser.get("/contains?k=u")]
    });
    assert_eq!((looked.body.as_str(), contains.body.as_str(), stored.len()), ("", "false", 0));
    assert_eq!((looked.all("vary"), untouched.all("vary")), (vec!["Cookie"], vec![]));
    assert!(looked.all("set-cookie").is_empty());
}

#[test]
fn logs_in_and_out() {
    let Some(twins) = twins() else { return };
    let ([_, home, untouched, logout, after], stored) = twins.play(|mut browser| {
        [
            browser.get("/login?u=zoe"),
            browser.get("/whoami"),
            browser.get("/touchless"),
            browser.get("/logout"),
            browser.get("/whoami"),
        ]
    });
    assert_eq!((home.body.as_str(), after.body.as_str(), stored.len()), ("zoe", "", 0));
    assert_eq!(untouched.all("set-cookie").len(), 1, "each request moves the end of a permanent session");
    assert!(logout.all("set-cookie")[0].contains("Max-Age=0"));
}

#[test]
fn logging_out_without_a_session_removes_the_cookie_all_the_same() {
    let Some(twins) = twins() else { return };
    let ([logout], _) = twins.play(|mut browser| [browser.get("/logout")]);
    assert!(logout.all("set-cookie")[0].contains("Max-Age=0"));
}

#[test]
fn values_stand_in_the_record_in_the_order_in_which_they_came() {
    let Some(twins) = twins() else { return };
    let (_, stored) = twins.play(|mut browser| {
        [
            browser.get("/set?k=b&v=1"),
            browser.get("/incr?k=n"),
            browser.get("/set?k=a&v=%E8%80%81%E7%8E%8B"),
            browser.get("/set?k=b&v=2"),
            browser.get("/incr?k=n"),
        ]
    });
    assert_eq!(
        stored,
        [record(b"\x84\xaa_permanent\xc3\xa1b\xa12\xa1n\x02\xa1a\xa6\xe8\x80\x81\xe7\x8e\x8b")]
    );
}

#[test]
fn numbers_and_long_texts_are_the_same_octets() {
    let Some(twins) = twins() else { return };
    for length in [31, 32, 255, 256, 4000] {
        let (_, stored) = twins.play(|mut browser| {
            [browser.get(&format!("/set?k=k&v={}", "x".repeat(length))), browser.get("/incr?k=n")]
        });
        assert!(stored[0].payload.len() > length);
    }
    let (_, stored) = twins.play(|mut browser| {
        for _ in 0..129 {
            browser.get("/incr?k=n");
        }
        [browser.get("/incr?k=n")]
    });
    assert_eq!(stored, [record(b"\x82\xaa_permanent\xc3\xa1n\xcc\x82")]);
}

#[test]
fn a_new_id_takes_the_place_of_the_old_one() {
    let Some(twins) = twins() else { return };
    let ([login, renewed, home, thief], stored) = twins.play(|mut browser| {
        let login = browser.get("/login?u=zoe");
        let mut thief = browser.clone();
        [login, browser.get("/regenerate"), browser.get("/whoami"), thief.get("/whoami")]
    });
    assert_ne!(login.all("set-cookie"), renewed.all("set-cookie"));
    assert_eq!((home.body.as_str(), thief.body.as_str()), ("zoe", ""));
    assert!(thief.all("set-cookie").is_empty());
    assert_eq!(stored, [record(b"\x82\xaa_permanent\xc3\xa1u\xa3zoe")]);
}

/// Rule `a-new-id-for-nothing-removes-the-cookie`.
#[test]
fn a_new_id_for_no_session_is_no_session() {
    let Some(twins) = twins() else { return };
    for server in [twins.flask.address, twins.ours.address] {
        let mut browser = Browser::new(server);
        assert_eq!(browser.get("/regenerate").status, 200);
        assert_eq!(browser.cookie(), None);
    }
}

#[test]
fn a_login_changes_the_id_that_somebody_else_may_have_planted() {
    let Some(twins) = twins() else { return };
    let ([planted, login, thief], stored) = twins.play(|mut browser| {
        let planted = browser.get("/set?k=a&v=1");
        let mut thief = browser.clone();
        [planted, browser.get("/login?u=zoe"), thief.get("/whoami")]
    });
    assert_ne!(planted.all("set-cookie"), login.all("set-cookie"));
    assert_eq!(thief.body, "");
    assert_eq!(stored, [record(b"\x83\xaa_permanent\xc3\xa1a\xa11\xa1u\xa3zoe")]);
}

#[test]
fn a_session_that_was_emptied_begins_anew_under_another_id() {
    let Some(twins) = twins() else { return };
    let ([first, _, again], stored) = twins.play(|mut browser| {
        [browser.get("/set?k=a&v=1"), browser.get("/logout"), browser.get("/set?k=a&v=1")]
    });
    assert_ne!(first.all("set-cookie"), again.all("set-cookie"));
    assert_eq!(stored.len(), 1);
}

/// Rule `a-broken-record-is-a-fresh-session`.
#[test]
fn a_record_that_cannot_be_read_is_an_error_there_and_a_fresh_session_here() {
    let Some(twins) = twins() else { return };
    let play = |server, database| {
        let mut browser = Browser::new(server);
        browser.get("/login?u=zoe");
        let key = browser.cookie().unwrap().replace("session=", "session:");
        twins.redis.command(&["-n", database, "SET", &key, "{broken"]).unwrap();
        let answer = browser.get("/whoami");
        (answer.status, answer.body)
    };
    assert_eq!(play(twins.flask.address, "1").0, 500);
    assert_eq!(play(twins.ours.address, "2"), (200, String::new()));
}

#[test]
fn json_is_the_same_octets() {
    let Some(twins) = Apart::start("testbed", &[("FORMAT", "json")], |settings| {
        program(super::shared_store::with(settings, dewar::settings::FlaskEncoding::Json, false))
    }) else {
        return;
    };
    let (_, stored) = twins
        .play(|mut browser| [browser.get("/set?k=name&v=%22%E8%80%81%2F%7F%01"), browser.get("/incr?k=n")]);
    let expected = "{\"_permanent\":true,\"name\":\"\\\"老/\u{7f}\\u0001\",\"n\":1}";
    assert_eq!(stored, [record(expected.as_bytes())]);
}
