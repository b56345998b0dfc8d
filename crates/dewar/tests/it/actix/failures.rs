//! Sessions that cannot be opened or saved, and mistakes: the program can have a page of its own.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, SET_COOKIE};
use actix_web::test::init_service;
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpResponse, Responder};
use dewar::error::Error;
use dewar::lifetime::{Timeouts, TimeoutsError};
use dewar::session::{SessionData, Typed};
use dewar::value::ConvertError;
use dewar::web::actix_web::{SessionFailed, SessionMiddleware, SessionRejection};
use dewar::{ClientSide, CookiePolicy, SecretKeys, Session, SessionManager};
use serde::{Deserialize, Serialize};

use super::client::{Answer, Client};
use crate::counters::Counters;
use crate::server_side::logs::capture::Capture;
use crate::web::site::{Store, stored};

#[derive(Default, Serialize, Deserialize)]
struct Numbered {
    user: u32,
}

impl SessionData for Numbered {}

async fn begin(session: Session) -> &'static str {
    session.insert_value("user", "zoe");
    "begun"
}

async fn number(session: Session) -> Result<String, ConvertError> {
    session.get::<u32>("user").map(|number| format!("{number:?}"))
}

async fn for_ever(session: Session) -> Result<&'static str, TimeoutsError> {
    session.set_timeouts(Timeouts { idle: None, absolute: None })?;
    Ok("for ever")
}

async fn several(session: Session, manager: SessionManager) -> actix_web::Result<String> {
    manager.save_now(&session).await?;
    Ok(format!("{:?}", session.get::<u32>("user")?))
}

async fn devices(manager: SessionManager, store: web::Data<Store>) -> Result<String, Error> {
    store.hook.fail_writes(true); // and all but loads
    manager.sessions_of("user:zoe", None).await.map(|sessions| sessions.len().to_string())
}

async fn saved_early(
    session: Session,
    manager: SessionManager,
    store: web::Data<Store>,
) -> Result<String, Error> {
    session.insert_value("user", "mallory");
    store.hook.fail_writes(true);
    manager.save_now(&session).await?;
    Ok("a promise".to_owned())
}

async fn change(session: Session, store: web::Data<Store>) -> impl Responder {
    session.insert_value("user", "mallory");
    store.hook.fail_writes(true);
    ("a promise").customize().insert_header(("x-promise", "kept"))
}

async fn log_out(session: Session, store: web::Data<Store>) -> impl Responder {
    session.destroy();
    store.hook.fail_writes(true);
    ("a promise").customize().insert_header(("x-promise", "kept"))
}

async fn guest(session: Result<Session, SessionRejection>) -> &'static str {
    if session.is_ok() { "opened" } else { "as a guest" }
}

fn routes(store: &Arc<Store>) -> impl Fn(&mut ServiceConfig) + use<> {
    let store = web::Data::from(Arc::clone(store));
    move |config| {
        config
            .app_data(store.clone())
            .route("/begin", web::get().to(begin))
            .route("/read", web::get().to(async |session: Session| session.len().to_string()))
            .route("/optional", web::get().to(async |session: Option<Session>| session.is_some().to_string()))
            .route("/guest", web::get().to(guest))
            .route("/change", web::get().to(change))
            .route("/log-out", web::get().to(log_out))
            .route("/saved-early", web::get().to(saved_early))
            .route("/devices", web::get().to(devices))
            .route("/several", web::get().to(several))
            .route("/number", web::get().to(number))
            .route(
                "/typed",
                web::get().to(async |session: Typed<Numbered>| session.get().map(|_| "a struct")),
            )
            .route(
                "/optional-typed",
                web::get().to(async |session: Option<Typed<Numbered>>| session.is_some().to_string()),
            )
            .route("/for-ever", web::get().to(for_ever));
    }
}

const PATHS: [&str; 5] = ["/read", "/optional", "/change", "/log-out", "/saved-early"];

/// A failure of each kind, of a user who has a session.
async fn fail(middleware: SessionMiddleware, store: &Arc<Store>, path: &str) -> Answer {
    let app = init_service(App::new().wrap(middleware).configure(routes(store))).await;
    let mut zoe = Client::default();
    assert_eq!(zoe.get(&app, "/begin").await.body, "begun");
    store.hook.fail_loads(["/read", "/optional", "/guest"].contains(&path));
    let answer = zoe.get(&app, path).await;
    store.hook.fail_loads(false);
    store.hook.fail_writes(false);
    answer
}

fn assert_is_unavailable(answer: &Answer, path: &str) {
    assert_eq!(answer.status, 503, "{path}: {answer:?}");
    assert_eq!(
        (answer.all("cache-control"), answer.all("retry-after")),
        (vec!["no-store"], vec!["1"]),
        "{path}"
    );
    assert_eq!(answer.all("x-promise").len(), 0, "{path}");
    assert_eq!(answer.session_lines().len(), usize::from(path == "/log-out"), "{path}");
}

#[tokio::test]
async fn a_failure_takes_the_place_of_the_response() {
    let (manager, store) = stored();
    for path in PATHS {
        let answer = fail(SessionMiddleware::new(manager.clone()), &store, path).await;
        assert_is_unavailable(&answer, path);
        assert_eq!(
            answer.body.contains("the cable is out"),
            cfg!(debug_assertions),
            "{path}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_page_of_the_program_takes_the_place_of_the_body() {
    let (manager, store) = stored();
    let middleware = SessionMiddleware::new(manager).on_error(|failure| {
        let page = format!("<h1>{}</h1>", failure.status());
        HttpResponse::Ok()
            .insert_header(("x-page", "ours"))
            .insert_header(("cache-control", "public"))
            .content_type("text/html")
            .body(page)
    });
    for path in PATHS {
        let answer = fail(middleware.clone(), &store, path).await;
        assert_is_unavailable(&answer, path);
        assert_eq!((answer.body.as_str(), answer.all("x-page")), ("<h1>503</h1>", vec!["ours"]), "{path}");
        assert_eq!(answer.all("content-type"), ["text/html"], "{path}");
    }
    assert_eq!(fail(middleware.clone(), &store, "/nowhere").await.status, 404);
    for path in ["/several", "/number", "/typed", "/optional-typed", "/for-ever"] {
        let answer = fail(middleware.clone(), &store, path).await;
        assert_eq!((answer.status, answer.body.as_str()), (500, "<h1>500</h1>"), "{path}");
    }
}

/// A page can say more than the failure does.
#[tokio::test]
async fn a_page_can_have_another_status_and_cookies() {
    let (manager, store) = stored();
    let middleware = SessionMiddleware::new(manager).on_error(|_| {
        let mut page = HttpResponse::new(StatusCode::SEE_OTHER);
        page.headers_mut().insert("location".parse().unwrap(), HeaderValue::from_static("/sorry"));
        page.headers_mut().insert(SET_COOKIE, HeaderValue::from_static("seen=1"));
        page.headers_mut().insert("retry-after".parse().unwrap(), HeaderValue::from_static("99"));
        page
    });
    let answer = fail(middleware, &store, "/log-out").await;
    assert_eq!((answer.status, answer.all("location")), (303, vec!["/sorry"]));
    assert_eq!((answer.all("cache-control"), answer.all("retry-after")), (vec!["no-store"], vec!["1"]));
    let lines = answer.all("set-cookie");
    assert!(lines.len() == 2 && lines[0] == "seen=1" && lines[1].contains("Max-Age=0"), "{lines:?}");
}

#[tokio::test]
async fn of_two_middlewares_with_pages_the_inner_one_s_is_shown() {
    let (manager, store) = stored();
    let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    let cookie = CookiePolicy { name: "cart".into(), ..CookiePolicy::default() };
    let outer = SessionManager::client_side(ClientSide { cookie, ..ClientSide::new(keys) }).unwrap();
    let page = |text: &'static str| move |_: &Error| HttpResponse::Ok().body(text);
    let app = App::new()
        .wrap(SessionMiddleware::new(manager).on_error(page("inner")))
        .wrap(SessionMiddleware::new(outer).on_error(page("outer")))
        .configure(routes(&store));
    let app = init_service(app).await;
    let mut zoe = Client::default();
    assert_eq!(zoe.get(&app, "/begin").await.status, 200);
    store.hook.fail_loads(true);
    assert_eq!(zoe.get(&app, "/read").await.body, "inner");
}

/// `Result` says that the handler wants to deal with it, `Option` does not.
#[tokio::test]
async fn a_handler_can_answer_the_failure_itself() {
    let (manager, store) = stored();
    let answer = fail(SessionMiddleware::new(manager), &store, "/guest").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "as a guest"));
}

#[tokio::test]
async fn a_mistake_is_an_error_that_a_handler_can_return() {
    let (manager, store) = stored();
    for (path, reason) in [
        ("/number", "expected u32"),
        ("/typed", "expected u32"),
        ("/optional-typed", "expected u32"),
        ("/several", "expected u32"),
        ("/for-ever", "30 days idle, 365 days absolute"),
    ] {
        let answer = fail(SessionMiddleware::new(manager.clone()), &store, path).await;
        assert_eq!(answer.status, 500, "{path}");
        assert_eq!(
            answer.body.matches(reason).count(),
            usize::from(cfg!(debug_assertions)),
            "{path}: {}",
            answer.body
        );
        assert!(!answer.body.contains("zoe"), "{path}: {}", answer.body);
    }
}

#[test]
fn each_failure_is_counted_and_logged_once() {
    for (path, event, count) in [
        ("/read", "open_failed", 1),
        ("/optional", "open_failed", 1),
        ("/guest", "open_failed", 1),
        ("/change", "save_failed", 1),
        ("/log-out", "save_failed", 1),
        ("/saved-early", "save_failed", 2), // by the handler, and by the middleware
        ("/devices", "call_failed", 1),
        ("/number", "not_converted", 1),
        ("/typed", "not_converted", 1),
        ("/optional-typed", "not_converted", 1),
        ("/for-ever", "timeouts_refused", 1),
    ] {
        let (counters, log) = (Counters::default(), Capture::default());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (manager, store) = stored();
        metrics::with_local_recorder(&counters, || {
            log.during(|| runtime.block_on(fail(SessionMiddleware::new(manager), &store, path)))
        });
        assert_eq!(counters.value("dewar_session_events_total", event), count, "{path}");
        let text = log.text();
        let lines = text.lines().filter(|line| line.contains(&format!("event=\"{event}\"")));
        assert_eq!(lines.count() as u64, count, "{path}: {text}");
    }
}

/// For a middleware of the program's further out.
#[tokio::test]
async fn the_response_to_a_failure_says_what_failed() {
    let (manager, store) = stored();
    let told = actix_web::middleware::from_fn(
        async |request: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<_>| {
            let mut response = next.call(request).await?;
            let failed =
                response.response().extensions().get::<SessionFailed>().map(|failed| failed.0.status());
            if let Some(status) = failed {
                response.headers_mut().insert("x-failed".parse().unwrap(), HeaderValue::from(status));
            }
            Ok::<_, actix_web::Error>(response)
        },
    );
    let app = App::new().wrap(SessionMiddleware::new(manager)).wrap(told).configure(routes(&store));
    let app = init_service(app).await;
    let mut zoe = Client::default();
    assert_eq!(zoe.get(&app, "/begin").await.all("x-failed").len(), 0);
    assert_eq!(zoe.get(&app, "/change").await.all("x-failed"), ["503"]);
}
