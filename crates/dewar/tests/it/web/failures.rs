//! Sessions that cannot be opened or saved, and mistakes: each is logged once with advice, and the program can have its own error page.

use std::sync::Arc;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderName, Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::get;
use dewar::config::ConfigError;
use dewar::error::{Error, ErrorKind};
use dewar::lifetime::{Timeouts, TimeoutsError};
use dewar::session::{SessionData, Typed};
use dewar::web::axum::{SessionLayer, SessionRejection};
use dewar::web::tower as in_tower;
use dewar::{ClientSide, CookiePolicy, SecretKeys, ServerSide, Session, SessionManager};
use serde::{Deserialize, Serialize};
use tower_http::compression::CompressionLayer;

use super::site::{Client, Stack, Store, all, assert_is_unavailable, boxed, session_lines, stored};
use crate::counters::Counters;
use crate::server_side::logs::capture::Capture;

fn routes(store: &Arc<Store>) -> Router {
    let failing = |change: fn(&Session)| {
        let store = Arc::clone(store);
        get(async move |session: Session| {
            change(&session);
            store.hook.fail_writes(true);
            ([(HeaderName::from_static("x-promise"), "kept")], "a promise")
        })
    };
    let returns = {
        let store = Arc::clone(store);
        get(async move |session: Session, manager: SessionManager| -> Result<&'static str, Error> {
            session.insert_value("user", "mallory");
            store.hook.fail_writes(true);
            manager.save_now(&session).await?;
            Ok("a promise")
        })
    };
    let devices = {
        let store = Arc::clone(store);
        get(async move |manager: SessionManager| {
            store.hook.fail_writes(true); // and all but loads
            manager.sessions_of("user:zoe", None).await.map(|sessions| sessions.len().to_string())
        })
    };
    Router::new()
        .route("/begin", get(async |session: Session| session.insert_value("user", "zoe")))
        .route(
            "/read",
            get(async |session: Session| session.get::<String>("user").unwrap().unwrap_or_default()),
        )
        .route("/change", failing(|session| session.insert_value("user", "mallory")))
        .route("/log-out", failing(Session::destroy))
        .route("/return", returns)
        .route("/devices", devices)
        .route("/optional", get(async |session: Option<Session>| session.is_some().to_string()))
        .route(
            "/several",
            get(async |session: Session, manager: SessionManager| -> axum::response::Result<String> {
                manager.save_now(&session).await?;
                let number: Option<u32> = session.get("user")?;
                Ok(format!("{number:?}"))
            }),
        )
}

#[derive(Default, Serialize, Deserialize)]
struct Numbered {
    user: u32,
}

impl SessionData for Numbered {}

const ENDLESS: Timeouts = Timeouts { idle: None, absolute: None };

/// What a handler does wrong, as each error that it may return.
fn mistakes() -> Router {
    let number = |session: &Session| session.get::<u32>("user").map(|number| format!("{number:?}"));
    Router::new()
        .route("/mistake/number", get(async move |session: Session| number(&session)))
        .route(
            "/mistake/number-as-error",
            get(async move |session: Session| -> Result<String, Error> { Ok(number(&session)?) }),
        )
        .route("/mistake/typed", get(async |session: Typed<Numbered>| session.get().map(|_| "a struct")))
        .route(
            "/mistake/optional",
            get(async |session: Option<Typed<Numbered>>| session.is_some().to_string()),
        )
        .route(
            "/mistake/timeouts",
            get(async |session: Session| -> Result<&'static str, TimeoutsError> {
                session.set_timeouts(ENDLESS)?;
                Ok("for ever")
            }),
        )
        .route(
            "/mistake/timeouts-as-error",
            get(async |session: Session| -> Result<&'static str, Error> {
                session.set_timeouts(ENDLESS)?;
                Ok("for ever")
            }),
        )
        .route(
            "/mistake/after-a-change",
            get(async move |session: Session| {
                session.flash("Hello", "info");
                session.regenerate_id();
                number(&session)
            }),
        )
}

/// The path, the event that is counted, and the text for developers.
const MISTAKES: [(&str, &str, &str); 7] = [
    ("/mistake/number", "not_converted", "expected u32"),
    ("/mistake/number-as-error", "not_converted", "expected u32"),
    ("/mistake/typed", "not_converted", "expected u32"),
    ("/mistake/optional", "not_converted", "expected u32"),
    ("/mistake/timeouts", "timeouts_refused", "30 days idle, 365 days absolute"),
    ("/mistake/timeouts-as-error", "timeouts_refused", "30 days idle, 365 days absolute"),
    ("/mistake/after-a-change", "not_converted", "expected u32"),
];

const PATHS: [&str; 4] = ["/read", "/change", "/log-out", "/return"];

/// A failure of each kind, of a user who has a session.
async fn fail(store: &Store, stack: &Stack, path: &str) -> Response<String> {
    let mut zoe = Client::default();
    assert_eq!(zoe.get(stack, "/begin").await.status(), 200);
    store.hook.fail_loads(path == "/read");
    let response = zoe.get(stack, path).await;
    store.hook.fail_loads(false);
    store.hook.fail_writes(false);
    response
}

#[tokio::test]
async fn a_page_of_the_program_takes_the_place_of_the_body() {
    let (manager, store) = stored();
    let page = |failure: &Error| format!("<h1>{}</h1>", failure.status());
    let axum = SessionLayer::new(manager.clone())
        .on_error(move |failure| ([("x-page", "ours")], Html(page(failure))));
    let tower = in_tower::SessionLayer::new(manager).on_error(move |failure| {
        Response::builder()
            .header("x-page", "ours")
            .header("cache-control", "public")
            .body(page(failure))
            .unwrap()
    });
    for (name, stack) in [
        ("axum", boxed(routes(&store).layer(axum.clone()))),
        ("tower", boxed(routes(&store).layer(tower.clone()))),
        ("a compression inside", boxed(routes(&store).layer(CompressionLayer::new()).layer(tower))),
        ("a compression outside", boxed(routes(&store).layer(axum).layer(CompressionLayer::new()))),
    ] {
        for path in PATHS {
            let name = &format!("{name} {path}");
            let response = fail(&store, &stack, path).await;
            assert_is_unavailable(&response, name);
            assert_eq!(response.body(), "<h1>503</h1>", "{name}");
            assert_eq!(all(&response, &CONTENT_TYPE), ["text/html; charset=utf-8"], "{name}");
            assert_eq!(response.headers()["x-page"], "ours", "{name}");
            assert!(!response.headers().contains_key("x-promise"), "{name}");
            assert_eq!(session_lines(&response).len(), usize::from(path == "/log-out"), "{name}");
            assert!(response.extensions().get::<in_tower::SessionFailed>().is_some(), "{name}");
        }
        // Other responses are left alone.
        assert_eq!(fail(&store, &stack, "/nowhere").await.status(), 404, "{name}");
    }
}

/// A page can say more than the failure does.
#[tokio::test]
async fn a_page_can_have_another_status_and_cookies() {
    let (manager, store) = stored();
    let layer = SessionLayer::new(manager).on_error(|_| {
        let mut page = Redirect::to("/sorry").into_response();
        page.headers_mut().insert(SET_COOKIE, "seen=1".parse().unwrap());
        page.headers_mut().insert(RETRY_AFTER, "99".parse().unwrap());
        page
    });
    let stack = boxed(routes(&store).layer(layer));
    let response = fail(&store, &stack, "/log-out").await;
    assert_eq!(
        (response.status(), &response.headers()[LOCATION]),
        (StatusCode::SEE_OTHER, &"/sorry".parse().unwrap())
    );
    assert_eq!((all(&response, &CACHE_CONTROL), all(&response, &RETRY_AFTER)), (vec!["no-store"], vec!["1"]));
    let lines = all(&response, &SET_COOKIE);
    assert!(lines.len() == 2 && lines[0] == "seen=1" && lines[1].contains("Max-Age=0"), "{lines:?}");
}

/// The layer that failed has its page; one further out leaves it.
#[tokio::test]
async fn of_two_layers_with_pages_the_inner_one_s_is_shown() {
    let (manager, store) = stored();
    let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    let cookie = CookiePolicy { name: "cart".into(), ..CookiePolicy::default() };
    let outer = SessionManager::client_side(ClientSide { cookie, ..ClientSide::new(keys) }).unwrap();
    let inner = SessionLayer::new(manager).on_error(|_| "inner");
    let stack = boxed(routes(&store).layer(inner).layer(SessionLayer::new(outer).on_error(|_| "outer")));
    for path in PATHS {
        assert_eq!(fail(&store, &stack, path).await.body(), "inner", "{path}");
    }
}

/// A handler that answers a failure by itself is left alone.
#[tokio::test]
async fn a_handler_can_answer_the_failure_itself() {
    let (manager, store) = stored();
    let page = get(async |session: Result<Session, SessionRejection>| match session {
        Ok(_) => "opened",
        Err(_) => "as a guest",
    });
    let layer = SessionLayer::new(manager).on_error(|_| "a page");
    let stack = boxed(routes(&store).route("/guest", page).layer(layer));
    let mut zoe = Client::default();
    let _ = zoe.get(&stack, "/begin").await;
    store.hook.fail_loads(true);
    let response = zoe.get(&stack, "/guest").await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "as a guest"));
}

#[test]
fn each_failure_is_counted_once() {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let counted = |event| counters.value("dewar_session_events_total", event);
    metrics::with_local_recorder(&counters, || {
        runtime.block_on(async {
            let (manager, store) = stored();
            let stack = boxed(routes(&store).layer(SessionLayer::new(manager)));
            for (path, expected) in [("/read", (1, 0)), ("/change", (1, 1)), ("/log-out", (1, 2))] {
                let _ = fail(&store, &stack, path).await;
                assert_eq!((counted("open_failed"), counted("save_failed")), expected, "{path}");
            }
            // Both saves failed, that of the handler and that of the layer.
            let _ = fail(&store, &stack, "/return").await;
            assert_eq!((counted("open_failed"), counted("save_failed")), (1, 4));
            let bare = boxed(routes(&store));
            let _ = Client::default().get(&bare, "/read").await;
            assert_eq!(counted("no_layer"), 1);
            // An error that was counted already is not counted again as a response; any other is.
            assert_eq!(counted("call_failed"), 0);
            assert_eq!(fail(&store, &stack, "/devices").await.status(), 503);
            assert_eq!(counted("call_failed"), 1);
        });
    });
}

/// With the reason, what to do, and which session it was about, but not its id.
#[test]
fn each_failure_is_logged_once() {
    for (path, event, count) in [
        ("/read", "open_failed", 1),
        ("/change", "save_failed", 1),
        ("/log-out", "save_failed", 1),
        ("/return", "save_failed", 2),
    ] {
        let log = Capture::default();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let id = log.during(|| {
            runtime.block_on(async {
                let (manager, store) = stored();
                let stack = boxed(routes(&store).layer(SessionLayer::new(manager)));
                let mut zoe = Client::default();
                let _ = zoe.get(&stack, "/begin").await;
                let id =
                    zoe.cookie.as_deref().and_then(|cookie| cookie.split_once('=')).unwrap().1.to_owned();
                store.hook.fail_loads(path == "/read");
                let _ = zoe.get(&stack, path).await;
                id
            })
        });
        let text = log.text();
        let lines: Vec<&str> =
            text.lines().filter(|line| line.contains(&format!("event=\"{event}\""))).collect();
        assert_eq!(lines.len(), count, "{path}: {text}");
        assert!(lines.iter().all(|line| line.starts_with("ERROR dewar::session")), "{lines:?}");
        for part in
            ["session=\"", "status=503", "check that the session store is running", "the cable is out"]
        {
            assert!(lines.iter().all(|line| line.contains(part)), "{path}: {part} is not in {lines:?}");
        }
        assert!(!text.contains(&id), "{text}");
    }
}

/// A refresh that nothing asked for is left for another request, and is no failure.
#[test]
fn a_refresh_that_fails_is_not_counted_as_a_failure() {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics::with_local_recorder(&counters, || {
        runtime.block_on(async {
            let store = Arc::new(Store::default());
            let settings = ServerSide::flask(Arc::clone(&store) as Arc<dyn dewar::store::Store>);
            let stack = boxed(
                routes(&store)
                    .route("/plain", get(async || "no session needed"))
                    .layer(SessionLayer::new(SessionManager::server_side(settings).unwrap())),
            );
            let mut zoe = Client::default();
            let _ = zoe.get(&stack, "/begin").await;
            store.hook.fail_loads(true);
            assert_eq!(zoe.get(&stack, "/plain").await.body(), "no session needed");
        });
    });
    let counted = |event| counters.value("dewar_session_events_total", event);
    assert_eq!((counted("open_failed"), counted("best_effort_skipped")), (0, 1));
}

/// Without a page: the reason in debug builds, nothing in release builds, and never the value.
#[tokio::test]
async fn a_mistake_is_an_error_that_a_handler_can_return() {
    let (manager, store) = stored();
    let stack = boxed(routes(&store).merge(mistakes()).layer(SessionLayer::new(manager)));
    let several = ("/several", "not_converted", "expected u32");
    for (path, _, reason) in MISTAKES.into_iter().chain([several]) {
        let response = fail(&store, &stack, path).await;
        let body = response.body();
        assert_eq!(response.status(), 500, "{path}");
        assert_eq!(body.matches(reason).count(), usize::from(cfg!(debug_assertions)), "{path}: {body}");
        assert_eq!(body.is_empty(), !cfg!(debug_assertions), "{path}: {body}");
        assert!(!body.contains("zoe"), "{path}: {body}");
        assert_eq!(all(&response, &CACHE_CONTROL), ["no-store"], "{path}");
    }
}

/// As of any other failure; what the handler changed before is saved, and the cookie goes out with the page.
#[tokio::test]
async fn a_page_of_the_program_takes_the_place_of_a_mistake() {
    let (manager, store) = stored();
    let page = |failure: &Error| format!("<h1>{}</h1>", failure.status());
    let axum = SessionLayer::new(manager.clone()).on_error(move |failure| Html(page(failure)));
    let tower = in_tower::SessionLayer::new(manager).on_error(move |failure| Response::new(page(failure)));
    let routes = || routes(&store).merge(mistakes());
    for (name, stack) in [("axum", boxed(routes().layer(axum))), ("tower", boxed(routes().layer(tower)))] {
        for (path, event, reason) in MISTAKES {
            let name = &format!("{name} {path}");
            let response = fail(&store, &stack, path).await;
            assert_eq!(
                (response.status().as_u16(), response.body().as_str()),
                (500, "<h1>500</h1>"),
                "{name}"
            );
            assert_eq!(session_lines(&response).len(), usize::from(path.ends_with("-change")), "{name}");
            let in_tower::SessionFailed(why) = response.extensions().get().expect("why");
            match why.kind() {
                ErrorKind::NotConverted { key } => assert_eq!(key.as_deref(), Some("user"), "{name}"),
                kind => {
                    assert_eq!((kind, event), (&ErrorKind::TimeoutsRefused, "timeouts_refused"), "{name}")
                }
            }
            assert!(why.to_string().contains(reason), "{name}: {why}");
        }
    }
}

#[test]
fn each_mistake_is_counted_and_logged_once() {
    for (path, event, reason) in MISTAKES {
        let (log, counters) = (Capture::default(), Counters::default());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (manager, store) = stored();
        let layer = SessionLayer::new(manager).on_error(|_| "a page");
        let stack = boxed(routes(&store).merge(mistakes()).layer(layer));
        let ask = || runtime.block_on(fail(&store, &stack, path));
        metrics::with_local_recorder(&counters, || log.during(ask));
        for counted in ["not_converted", "timeouts_refused", "call_failed"] {
            let expected = u64::from(counted == event);
            assert_eq!(counters.value("dewar_session_events_total", counted), expected, "{path}: {counted}");
        }
        let text = log.text();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("ERROR")).collect();
        assert_eq!(lines.len(), 1, "{path}: {text}");
        for part in ["dewar::session", &format!("event=\"{event}\""), "status=500", reason] {
            assert!(lines[0].contains(part), "{path}: {part} is not in {lines:?}");
        }
        assert!(!text.contains("zoe"), "{text}");
    }
}

#[tokio::test]
async fn an_optional_session_is_none_without_a_layer_and_fails_with_the_store() {
    let (manager, store) = stored();
    let bare = boxed(routes(&store));
    assert_eq!(Client::default().get(&bare, "/optional").await.body(), "false");
    let stack = boxed(routes(&store).layer(SessionLayer::new(manager)));
    let mut zoe = Client::default();
    assert_eq!(zoe.get(&stack, "/optional").await.body(), "true");
    let _ = zoe.get(&stack, "/begin").await;
    store.hook.fail_loads(true);
    assert_is_unavailable(&zoe.get(&stack, "/optional").await, "optional");
}

#[tokio::test]
async fn a_middleware_outside_of_the_layer_is_told_how_to_order_them() {
    let (manager, store) = stored();
    let asks = async |_: Session, request: axum::extract::Request, next: Next| next.run(request).await;
    let wrong = boxed(routes(&store).layer(SessionLayer::new(manager.clone())).layer(from_fn(asks)));
    let response = Client::default().get(&wrong, "/begin").await;
    assert_eq!(response.status(), 500);
    let tells = "add the session layer after that middleware";
    assert_eq!(response.body().contains(tells), cfg!(debug_assertions), "{}", response.body());
    let right = boxed(routes(&store).layer(from_fn(asks)).layer(SessionLayer::new(manager)));
    assert_eq!(Client::default().get(&right, "/begin").await.status(), 200);
}

/// A `main` that returns an error prints its `Debug`.
#[tokio::test]
async fn the_errors_of_a_start_tell_with_debug_what_to_do() {
    fn told(error: &(impl std::error::Error + ?Sized)) -> [String; 2] {
        [format!("{error:?}"), error.to_string()]
    }
    let weak = SecretKeys::new("dev").unwrap_err();
    let settings =
        SessionManager::server_side(ServerSide::new("No Name", Arc::new(Store::default()))).unwrap_err();
    let url = dewar_stores::open("nonsense").await.unwrap_err();
    for [debug, display] in [told(&weak), told(&settings), told(&ConfigError::NoStore), told(&url)] {
        assert!(debug.starts_with(&display) && display.len() > 20, "{debug}");
    }
}
