//! One route for each thing that a program does with a session. Each program has a place of its own in an engine; every framework plays
//! each scene over Redis.

use dewar::settings::FlaskEncoding;
use dewar_testbed::Framework;

use super::engines::{Kind, Place};
use super::records::Record;
use super::separate_stores::Apart;
use super::shared_store::with;
use crate::browser::Browser;
use crate::frameworks::on_each_framework;

/// Both programs.
pub(super) fn twins(kind: Kind, framework: Framework) -> Option<Apart> {
    Apart::testbed(kind, framework, &[], |settings| settings)
}

/// Both programs, with records in JSON.
pub(super) fn twins_in_json(kind: Kind, framework: Framework) -> Option<Apart> {
    let json = |settings| with(settings, FlaskEncoding::Json, false);
    Apart::testbed(kind, framework, &[("FORMAT", "json")], json)
}

/// Defines the scenes: a test of each over Redis for each framework, and the list of all.
macro_rules! scenes {
    ($($scene:ident),+ $(,)?) => {
        /// Every scene, by name.
        pub(super) const SCENES: &[(&str, fn(&Apart))] = &[$((stringify!($scene), $scene)),+];

        /// Each over Redis.
        mod over_redis {
            use super::{Framework, Kind, on_each_framework};

            $(
                fn $scene(framework: Framework) {
                    let Some(twins) = super::twins(Kind::Redis, framework) else { return };
                    super::$scene(&twins);
                }
            )+

            on_each_framework!($($scene),+);
        }
    };
}

fn record(payload: &'static [u8]) -> Record {
    Record::new("session:", payload, 2_678_400)
}

fn what_is_only_looked_at_leaves_no_trace(twins: &Apart) {
    let ([looked, untouched, contains], stored) = twins.play(|mut browser| {
        [browser.get("/whoami"), browser.get("/touchless"), browser.get("/contains?k=u")]
    });
    assert_eq!((looked.body.as_str(), contains.body.as_str(), stored.len()), ("", "false", 0));
    assert_eq!((looked.all("vary"), untouched.all("vary")), (vec!["Cookie"], vec![]));
    assert!(looked.all("set-cookie").is_empty());
}

fn logs_in_and_out(twins: &Apart) {
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

fn logging_out_without_a_session_removes_the_cookie_all_the_same(twins: &Apart) {
    let ([logout], _) = twins.play(|mut browser| [browser.get("/logout")]);
    assert!(logout.all("set-cookie")[0].contains("Max-Age=0"));
}

fn values_stand_in_the_record_in_the_order_in_which_they_came(twins: &Apart) {
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

fn numbers_and_long_texts_are_the_same_bytes(twins: &Apart) {
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

fn a_new_id_takes_the_place_of_the_old_one(twins: &Apart) {
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
fn a_new_id_for_no_session_is_no_session(twins: &Apart) {
    for server in [twins.flask.address, twins.ours.address] {
        let mut browser = Browser::new(server);
        assert_eq!(browser.get("/regenerate").status, 200);
        assert_eq!(browser.cookie(), None);
    }
}

fn a_login_changes_the_id_that_somebody_else_may_have_planted(twins: &Apart) {
    let ([planted, login, thief], stored) = twins.play(|mut browser| {
        let planted = browser.get("/set?k=a&v=1");
        let mut thief = browser.clone();
        [planted, browser.get("/login?u=zoe"), thief.get("/whoami")]
    });
    assert_ne!(planted.all("set-cookie"), login.all("set-cookie"));
    assert_eq!(thief.body, "");
    assert_eq!(stored, [record(b"\x83\xaa_permanent\xc3\xa1a\xa11\xa1u\xa3zoe")]);
}

fn a_session_that_was_emptied_begins_anew_under_another_id(twins: &Apart) {
    let ([first, _, again], stored) = twins.play(|mut browser| {
        [browser.get("/set?k=a&v=1"), browser.get("/logout"), browser.get("/set?k=a&v=1")]
    });
    assert_ne!(first.all("set-cookie"), again.all("set-cookie"));
    assert_eq!(stored.len(), 1);
}

/// Rule `a-broken-record-is-a-fresh-session`.
fn a_record_that_cannot_be_read_is_an_error_there_and_a_fresh_session_here(twins: &Apart) {
    let play = |server, place| {
        let mut browser = Browser::new(server);
        browser.get("/login?u=zoe");
        let key = browser.cookie().unwrap().replace("session=", "session:");
        twins.engine.overwrite(place, &key, b"{broken");
        let answer = browser.get("/whoami");
        (answer.status, answer.body)
    };
    assert_eq!(play(twins.flask.address, Place::Theirs).0, 500);
    assert_eq!(play(twins.ours.address, Place::Ours), (200, String::new()));
}

/// In JSON.
pub(super) fn json_is_the_same_bytes(twins: &Apart) {
    let (_, stored) = twins
        .play(|mut browser| [browser.get("/set?k=name&v=%22%E8%80%81%2F%7F%01"), browser.get("/incr?k=n")]);
    let expected = "{\"_permanent\":true,\"name\":\"\\\"老/\u{7f}\\u0001\",\"n\":1}";
    assert_eq!(stored, [record(expected.as_bytes())]);
}

fn in_json(framework: Framework) {
    let Some(twins) = twins_in_json(Kind::Redis, framework) else { return };
    json_is_the_same_bytes(&twins);
}

on_each_framework!(in_json);
scenes!(
    what_is_only_looked_at_leaves_no_trace,
    logs_in_and_out,
    logging_out_without_a_session_removes_the_cookie_all_the_same,
    values_stand_in_the_record_in_the_order_in_which_they_came,
    numbers_and_long_texts_are_the_same_bytes,
    a_new_id_takes_the_place_of_the_old_one,
    a_new_id_for_no_session_is_no_session,
    a_login_changes_the_id_that_somebody_else_may_have_planted,
    a_session_that_was_emptied_begins_anew_under_another_id,
    a_record_that_cannot_be_read_is_an_error_there_and_a_fresh_session_here,
);
