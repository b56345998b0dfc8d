//! What responses say to caches between the server and the client.

use std::collections::BTreeSet;
use std::fs;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, ETAG, VARY};
use axum::http::{HeaderName, Method, Request, StatusCode};
use axum::response::IntoResponse;
use axum::routing::any;
use dewar::cookie::CacheControl;
use dewar::{ClientSide, Session};

use super::app::{all, app, ask, both, cookie_of, flask, login, sealed, seen, send, set_cookies};

/// A method of the session: its name, a use of it, and whether what it answers depends on the cookie.
type Row = (&'static str, fn(&Session), bool);

const ACCESSORS: &[Row] = &[
    ("get", |s| ignore(s.get::<String>("user")), true),
    ("get_value", |s| ignore(s.get_value("user")), true),
    ("insert", |s| s.insert("user", "zoe").unwrap(), true),
    ("insert_value", |s| s.insert_value("user", "zoe"), true),
    ("remove", |s| ignore(s.remove("missing")), true),
    ("take", |s| ignore(s.take::<String>("missing")), true),
    ("update", |s| _ = s.update("n", |n: Option<u8>| n.unwrap_or(0)).unwrap(), true),
    ("modify", |s| s.modify("n", |n: &mut u8| *n += 1).unwrap(), true),
    ("edit", |s| s.edit(|_| ()), true),
    ("read", |s| s.read(|_| ()), true),
    ("contains", |s| ignore(s.contains("user")), true),
    ("keys", |s| ignore(s.keys()), true),
    ("len", |s| assert!(s.len() < 9), true),
    ("is_empty", |s| ignore(s.is_empty()), true),
    ("clear", Session::clear, true),
    ("destroy", Session::destroy, true),
    ("log_in", |s| s.log_in("user:42"), true),
    ("log_out", Session::log_out, true),
    ("regenerate_id", Session::regenerate_id, true),
    ("rotate_id", Session::rotate_id, true),
    ("is_permanent", |s| ignore(s.is_permanent()), true),
    ("set_permanent", |s| s.set_permanent(true), true),
    ("mark_modified", Session::mark_modified, true),
    ("timeouts", |s| ignore(s.timeouts()), true),
    ("set_timeouts", |s| s.set_timeouts(None).unwrap(), true),
    ("is_new", |s| ignore(s.is_new()), true),
    ("is_late_request", |s| ignore(s.is_late_request()), true),
    ("set_owner", |s| s.set_owner("user:42"), true),
    ("clear_owner", Session::clear_owner, true),
    ("owner", |s| ignore(s.owner()), true),
    ("set_device", |s| s.set_device("Firefox", "Lisbon"), true),
    ("flash", |s| s.flash("hello", "message"), true),
    ("flashes", |s| ignore(s.flashes()), true),
    // What the handler itself has set does not depend on the cookie.
    ("is_modified", |s| assert!(!s.is_modified()), false),
    ("is_accessed", |s| assert!(!s.is_accessed()), false),
    ("clone", |s| ignore(s.clone()), false),
];

fn ignore<T>(_: T) {}

#[tokio::test]
async fn every_look_at_the_session_says_vary_cookie() {
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        for &(name, use_it, varies) in ACCESSORS {
            let page = any(move |session: Session| async move { use_it(&session) });
            for cookies in [&[][..], &[cookie.as_str()], &["session=forged; __Host-session=forged"]] {
                let response = ask(app(settings.clone(), page.clone()), cookies).await;
                let expected: &[&str] = if varies { &["Cookie"] } else { &[] };
                assert_eq!(all(response.headers(), VARY), expected, "{name} with {cookies:?}");
            }
        }
    }
}

/// Ensures that no new method is missing above.
#[test]
fn every_public_method_of_the_session_has_a_row() {
    let mut methods = BTreeSet::from(["clone".to_owned()]);
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/session")).unwrap();
    for file in files.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let mut is_of_session = false;
        for line in fs::read_to_string(file).unwrap().lines() {
            is_of_session = if line.starts_with("impl") { line == "impl Session {" } else { is_of_session };
            let declared = line.trim_start().strip_prefix("pub fn ").filter(|_| is_of_session);
            methods.extend(declared.map(|line| line.split(['(', '<']).next().unwrap().to_owned()));
        }
    }
    let rows: BTreeSet<String> = ACCESSORS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(rows, methods);
}

/// CVE-2023-30861: a permanent Flask session is refreshed although no handler looked at it.
#[tokio::test]
async fn a_refresh_without_a_look_says_vary_cookie() {
    let begin = any(|session: Session| async move { session.set_permanent(true) });
    let begun = ask(app(flask(), begin), &[]).await;
    let cookie = super::app::pair(&begun).unwrap();
    let refreshed = ask(app(flask(), any(async || "not looked")), &[&cookie]).await;
    assert_eq!((set_cookies(&refreshed).len(), all(refreshed.headers(), VARY)), (1, vec!["Cookie"]));
}

#[tokio::test]
async fn vary_is_added_to_what_the_program_has_said() {
    let table: [(&[&str], &[&str]); 7] = [
        (&[], &["Cookie"]),
        (&["Accept"], &["Accept, Cookie"]),
        (&["Accept", "Origin"], &["Accept, Origin, Cookie"]),
        (&["Cookie"], &["Cookie"]),
        (&["accept, cOOKIE"], &["accept, cOOKIE"]),
        (&["Accept", "cookie"], &["Accept", "cookie"]),
        // As Werkzeug: a response that varies on everything still does.
        (&["*"], &["*, Cookie"]),
    ];
    for (said, expected) in table {
        let page = any(move |session: Session| async move {
            assert!(session.is_new());
            said.iter().map(|value| (VARY, *value)).fold(().into_response(), |mut response, (name, value)| {
                response.headers_mut().append(name, value.parse().unwrap());
                response
            })
        });
        for settings in both() {
            let response = ask(app(settings, page.clone()), &[]).await;
            assert_eq!(all(response.headers(), VARY), expected, "{said:?}");
        }
    }
}

#[tokio::test]
async fn vary_is_said_whatever_the_status_and_the_method() {
    for status in [200, 204, 302, 304, 401, 404, 500] {
        let page = any(move |session: Session| async move {
            assert!(session.is_new());
            (StatusCode::from_u16(status).unwrap(), [(ETAG, "\"1\"")])
        });
        for method in [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS] {
            let request = Request::builder().method(method.clone()).body(Body::empty()).unwrap();
            let response = send(app(sealed(), page.clone()), request).await;
            assert_eq!(all(response.headers(), VARY), ["Cookie"], "{status} to {method}");
        }
    }
}

#[tokio::test]
async fn a_response_that_sets_the_cookie_is_not_for_shared_caches() {
    let table = [
        (None, Some("no-store")),
        (Some("private, max-age=60"), Some("private, max-age=60")),
        (Some("max-age=3600"), Some("private, max-age=3600")),
        (Some("no-cache"), Some("private, no-cache")),
        (Some("public, max-age=60"), Some("private, no-store")),
        (Some("S-MaxAge=60"), Some("private, no-store")),
        (Some("max-age=60, immutable"), Some("private, no-store")),
    ];
    for (said, expected) in table {
        let page = any(move |session: Session| async move {
            session.insert_value("user", "zoe");
            (said.map(|value| [(CACHE_CONTROL, value)]), "hello")
        });
        let enforced = ask(app(sealed(), page.clone()), &[]).await;
        assert_eq!(all(enforced.headers(), CACHE_CONTROL), Vec::from_iter(expected), "{said:?}");
        let settings = ClientSide { cache_control: CacheControl::Leave, ..sealed() };
        let left = ask(app(settings, page), &[]).await;
        assert_eq!(all(left.headers(), CACHE_CONTROL), Vec::from_iter(said), "{said:?}");
    }
}

/// RFC 9213: what is said to a CDN alone overrides `Cache-Control` there.
#[tokio::test]
async fn a_response_that_sets_the_cookie_is_not_for_a_cdn_with_its_own_header() {
    let names = ["cdn-cache-control", "vercel-cdn-cache-control", "surrogate-control"];
    for name in names.map(HeaderName::from_static) {
        let said = name.clone();
        let page = any(move |session: Session| async move {
            if session.is_new() {
                session.insert_value("user", "zoe");
            }
            [(said, "max-age=600")]
        });
        let set = ask(app(sealed(), page.clone()), &[]).await;
        assert_eq!(all(set.headers(), name.clone()), ["private, max-age=600"]);
        let cookie = super::app::pair(&set).unwrap();
        assert_eq!(all(ask(app(sealed(), page), &[&cookie]).await.headers(), name), ["max-age=600"]);
    }
}

#[tokio::test]
async fn a_response_that_only_reads_keeps_its_cache_control() {
    let page = any(|session: Session| async move {
        assert!(session.contains("user"));
        [(CACHE_CONTROL, "public, max-age=60")]
    });
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let response = ask(app(settings, page.clone()), &[&cookie]).await;
        assert_eq!(all(response.headers(), CACHE_CONTROL), ["public, max-age=60"]);
    }
}

#[tokio::test]
async fn an_untouched_session_leaves_the_response_as_it_is_without_the_layer() {
    let page =
        any(async || ([(VARY, "Accept"), (CACHE_CONTROL, "public"), (ETAG, "\"1\"")], "the same for all"));
    let bare = Router::new().route("/", page.clone());
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        for cookies in [&[][..], &[cookie.as_str()], &["session=forged; __Host-session=forged"]] {
            let without = ask(bare.clone(), cookies).await;
            let with = ask(app(settings.clone(), page.clone()), cookies).await;
            assert_eq!(seen(&with), seen(&without), "{cookies:?}");
        }
    }
}

/// Opening the session is not reading it.
#[tokio::test]
async fn a_session_that_was_opened_but_not_looked_at_is_untouched() {
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let with = ask(app(settings, any(async |_: Session| "hello")), &[&cookie]).await;
        let without = ask(Router::new().route("/", any(async || "hello")), &[&cookie]).await;
        assert_eq!(seen(&with), seen(&without));
    }
}

#[tokio::test]
async fn anonymous_visits_get_no_cookie() {
    let looks = any(|session: Session| async move {
        session.remove("user");
        session.get::<String>("user").unwrap();
    });
    for settings in both() {
        let app = app(settings, looks.clone());
        for _ in 0..1_000 {
            assert!(set_cookies(&ask(app.clone(), &[]).await).is_empty());
        }
    }
}

#[tokio::test]
async fn an_unchanged_session_is_not_written_again() {
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let read = any(|session: Session| async move { assert!(session.contains("user")) });
        assert!(set_cookies(&ask(app(settings.clone(), read), &[&cookie]).await).is_empty());
        assert_eq!(set_cookies(&ask(app(settings, login()), &[&cookie]).await).len(), 1);
    }
}
