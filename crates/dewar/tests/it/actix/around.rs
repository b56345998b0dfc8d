//! The middleware inside and outside of others, and what comes back from them.

use std::fmt;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT_ENCODING;
use actix_web::middleware::{
    Compress, DefaultHeaders, ErrorHandlerResponse, ErrorHandlers, Logger, Next, NormalizePath, from_fn,
};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, FromRequest, HttpRequest, HttpResponse, ResponseError};
use dewar::web::actix_web::SessionMiddleware;
use dewar::{Session, SessionManager};

use super::client::Client;
use crate::web::site::stored;

async fn visit(session: Session) -> actix_web::Result<String> {
    let visits = session.update("visits", |visits: Option<u32>| visits.unwrap_or(0) + 1)?;
    Ok(format!("visit {visits}"))
}

/// Changes the session, and answers with the status that its path names.
async fn answer(session: Session, request: HttpRequest) -> HttpResponse {
    session.insert_value("answered", true);
    let status = request.match_info().query("status").parse().unwrap();
    HttpResponse::new(StatusCode::from_u16(status).unwrap())
}

/// The same as an error.
async fn fail(session: Session, request: HttpRequest) -> Result<String, Failed> {
    session.insert_value("answered", true);
    Err(Failed(request.match_info().query("status").parse().unwrap()))
}

async fn keys(session: Session) -> String {
    session.keys().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// An error of the program's.
#[derive(Debug)]
struct Failed(u16);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed with {}", self.0)
    }
}

impl ResponseError for Failed {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0).unwrap()
    }
}

fn routes(config: &mut ServiceConfig) {
    config
        .route("/visit", web::get().to(visit))
        .route("/visit/", web::get().to(visit))
        .route("/answer/{status}", web::get().to(answer))
        .route("/fail/{status}", web::get().to(fail))
        .route(
            "/log-out/{status}",
            web::get().to(async |session: Session, request: HttpRequest| {
                session.log_out();
                fail(session, request).await
            }),
        )
        .route("/keys", web::get().to(keys))
        .route("/untouched", web::get().to(async || "untouched"))
        .default_service(web::to(visit));
}

/// As a middleware that looks at the handler's response, and is not content.
async fn not_content(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> actix_web::Result<ServiceResponse<impl MessageBody>> {
    let status = request.headers().get("x-fail-with").map(|status| status.to_str().unwrap().parse().unwrap());
    let response = next.call(request).await?;
    match status {
        Some(status) => Err(Failed(status).into()),
        None => Ok(response),
    }
}

async fn pass<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> actix_web::Result<ServiceResponse<B>> {
    next.call(request).await
}

fn pass_errors<B: MessageBody + 'static>() -> ErrorHandlers<B> {
    ErrorHandlers::new()
        .default_handler(|response| Ok(ErrorHandlerResponse::Response(response.map_into_left_body())))
}

/// Counts to two, and leaves a response alone whose handler did not ask for the session.
macro_rules! assert_works {
    ($name:literal, $app:expr) => {{
        let app = init_service($app.configure(routes)).await;
        let mut client = Client::default();
        let untouched = client.get(&app, "/untouched").await;
        assert_eq!(untouched.body, "untouched", $name);
        assert_eq!(untouched.all("set-cookie").len(), 0, $name);
        for expected in ["visit 1", "visit 2"] {
            assert_eq!(client.get(&app, "/visit").await.body, expected, $name);
        }
        assert_eq!(client.get(&app, "/nowhere").await.body, "visit 3", $name);
        let zipped = TestRequest::with_uri("/visit").insert_header((ACCEPT_ENCODING, "gzip"));
        let zipped = client.send(&app, zipped).await;
        assert!(zipped.all("vary").join(",").to_ascii_lowercase().contains("cookie"), $name);
        assert_eq!(client.get(&app, "/keys").await.body, "visits", $name);
    }};
}

#[tokio::test]
async fn it_works_inside_and_outside_of_other_middlewares() {
    let (manager, _) = stored();
    let sessions = || SessionMiddleware::new(manager.clone());
    assert_works!("alone", App::new().wrap(sessions()));
    assert_works!("twice", App::new().wrap(sessions()).wrap(sessions()));
    assert_works!("in Logger", App::new().wrap(sessions()).wrap(Logger::default()));
    assert_works!("around Logger", App::new().wrap(Logger::default()).wrap(sessions()));
    assert_works!("in Compress", App::new().wrap(sessions()).wrap(Compress::default()));
    assert_works!("around Compress", App::new().wrap(Compress::default()).wrap(sessions()));
    assert_works!("in NormalizePath", App::new().wrap(sessions()).wrap(NormalizePath::trim()));
    assert_works!("around NormalizePath", App::new().wrap(NormalizePath::trim()).wrap(sessions()));
    assert_works!("in ErrorHandlers", App::new().wrap(sessions()).wrap(pass_errors()));
    assert_works!("around ErrorHandlers", App::new().wrap(pass_errors()).wrap(sessions()));
    assert_works!("in from_fn", App::new().wrap(sessions()).wrap(from_fn(pass)));
    assert_works!("around from_fn", App::new().wrap(from_fn(pass)).wrap(sessions()));
    assert_works!("around a middleware that fails", App::new().wrap(from_fn(not_content)).wrap(sessions()));
    let several = || DefaultHeaders::new().add(("vary", "Origin"));
    assert_works!(
        "between",
        App::new().wrap(Compress::default()).wrap(sessions()).wrap(several()).wrap(Logger::default())
    );
}

#[tokio::test]
async fn a_scope_and_a_resource_have_sessions_of_their_own() {
    let (manager, _) = stored();
    let sessions = || SessionMiddleware::new(manager.clone());
    let app = App::new()
        .service(web::scope("/shop").wrap(sessions()).configure(routes))
        .service(web::resource("/only").wrap(sessions()).route(web::get().to(visit)))
        .service(web::scope("/deep").service(web::scope("/deeper").wrap(sessions()).configure(routes)))
        .route("/outside", web::get().to(visit));
    let app = init_service(app).await;
    let mut client = Client::default();
    for (path, expected) in
        [("/shop/visit", "visit 1"), ("/only", "visit 2"), ("/deep/deeper/visit", "visit 3")]
    {
        assert_eq!(client.get(&app, path).await.body, expected);
    }
    assert_eq!(client.get(&app, "/outside").await.status, 500);
}

/// What a handler says with a status or as an error is the same to the session.
#[tokio::test]
async fn a_session_is_saved_whatever_the_handler_answers() {
    let (manager, _) = stored();
    let app = init_service(App::new().wrap(SessionMiddleware::new(manager)).configure(routes)).await;
    for path in ["/answer/200", "/answer/404", "/answer/500", "/fail/404", "/fail/500"] {
        let mut client = Client::default();
        assert_eq!(client.get(&app, path).await.session_lines().len(), 1, "{path}");
        assert_eq!(client.get(&app, "/keys").await.body, "answered", "{path}");
    }
}

#[tokio::test]
async fn after_a_server_error_only_an_end_is_saved_where_the_program_says_so() {
    let (manager, _) = stored();
    let middleware = SessionMiddleware::new(manager).save_after_server_error(false);
    let app = App::new().wrap(from_fn(not_content)).wrap(middleware).configure(routes);
    let app = init_service(app).await;
    for (path, with, keys) in [
        ("/answer/404", None, "visits, answered"),
        ("/answer/503", None, "visits"),
        ("/fail/404", None, "visits, answered"),
        ("/fail/500", None, "visits"),
        ("/log-out/500", None, ""),
        ("/answer/200", Some("404"), "visits, answered"),
        ("/answer/200", Some("500"), "visits"),
        ("/log-out/200", Some("500"), ""),
    ] {
        let mut client = Client::default();
        assert_eq!(client.get(&app, "/visit").await.status, 200);
        let mut request = TestRequest::with_uri(path);
        if let Some(status) = with {
            request = request.insert_header(("x-fail-with", status));
        }
        let _ = client.send(&app, request).await;
        assert_eq!(client.get(&app, "/keys").await.body, keys, "{path} {with:?}");
    }
}

/// actix-web makes the response to such an error outside of all middlewares.
#[tokio::test]
async fn a_middleware_that_fails_after_the_handler_loses_nothing() {
    let (manager, store) = stored();
    let failed = |status| TestRequest::with_uri("/visit").insert_header(("x-fail-with", status));
    let middleware = SessionMiddleware::new(manager).on_error(|_| HttpResponse::Ok().body("a page"));
    let sees_its_type = from_fn(async |request: ServiceRequest, next: Next<_>| {
        let response = next.call(request).await;
        if let Err(error) = &response
            && error.as_response_error().status_code() != 503
        {
            assert_eq!(error.as_error::<Failed>().map(|failed| failed.0), Some(418));
        }
        response
    });
    let app = App::new().wrap(from_fn(not_content)).wrap(middleware).wrap(sees_its_type).configure(routes);
    let app = init_service(app).await;
    let mut client = Client::default();
    let answer = client.send(&app, failed("418")).await;
    assert_eq!((answer.status, answer.body.as_str()), (418, "failed with 418"));
    assert_eq!(
        (answer.session_lines().len(), answer.all("vary"), answer.all("cache-control")),
        (1, vec!["Cookie"], vec!["no-store"])
    );
    assert_eq!(client.get(&app, "/visit").await.body, "visit 2");

    store.hook.fail_writes(true);
    let answer = client.send(&app, failed("418")).await;
    assert_eq!((answer.status, answer.body.as_str(), answer.all("retry-after")), (503, "a page", vec!["1"]));
    store.hook.fail_writes(false);
    assert_eq!(client.get(&app, "/visit").await.body, "visit 3");
}

/// The error of a middleware can be a response that can be taken once.
#[tokio::test]
async fn the_response_in_an_error_is_sent_whole() {
    let answers = from_fn(async |request: ServiceRequest, next: Next<_>| {
        let status = request.headers().get("x-fail-with").unwrap().to_str().unwrap().parse().unwrap();
        let _: ServiceResponse = next.call(request).await?;
        let body = HttpResponse::build(StatusCode::from_u16(status).unwrap()).body("a body");
        Err::<ServiceResponse, _>(InternalError::from_response("a reason", body).into())
    });
    let (manager, _) = stored();
    let middleware = SessionMiddleware::new(manager).save_after_server_error(false);
    let app = init_service(App::new().wrap(answers).wrap(middleware).configure(routes)).await;
    for (status, lines) in [(409, 1), (502, 0)] {
        let request = TestRequest::with_uri("/visit").insert_header(("x-fail-with", status.to_string()));
        let answer = Client::default().send(&app, request).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, "a body"));
        assert_eq!(answer.session_lines().len(), lines, "{status}");
    }
}

/// An extractor in a middleware is outside of handlers: its failure is an error of the middleware.
#[tokio::test]
async fn an_extractor_in_a_middleware_fails_with_the_program_s_page() {
    let (manager, store) = stored();
    let asks = from_fn(async |_: Session, request: ServiceRequest, next: Next<_>| next.call(request).await);
    let middleware = SessionMiddleware::new(manager).on_error(|_| HttpResponse::Ok().body("a page"));
    let app = init_service(App::new().wrap(asks).wrap(middleware).configure(routes)).await;
    let mut client = Client::default();
    assert_eq!(client.get(&app, "/visit").await.body, "visit 1");
    store.hook.fail_loads(true);
    let answer = client.get(&app, "/visit").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.all("retry-after")), (503, "a page", vec!["1"]));
}

/// The way out of a middleware further out still has the session, for a log.
#[tokio::test]
async fn a_middleware_outside_sees_the_session_when_the_response_is_there() {
    let (manager, _) = stored();
    let logs = from_fn(async |request: ServiceRequest, next: Next<_>| {
        let response = next.call(request).await?;
        let session = Session::extract(response.request()).await?;
        assert_eq!(session.get::<u32>("visits")?, Some(1));
        Ok::<_, actix_web::Error>(response)
    });
    let app = App::new().wrap(SessionMiddleware::new(manager)).wrap(logs).configure(routes);
    let app = init_service(app).await;
    assert_eq!(Client::default().get(&app, "/visit").await.status, 200);
}

/// A client that goes away in the middle of a request: nothing is saved, and nothing is left behind.
#[tokio::test]
async fn a_request_that_is_dropped_saves_nothing() {
    let (manager, _) = stored();
    let waits = async |session: Session| {
        session.insert_value("answered", true);
        std::future::pending::<()>().await;
        ""
    };
    let app = App::new()
        .wrap(SessionMiddleware::new(manager))
        .route("/waits", web::get().to(waits))
        .configure(routes);
    let app = init_service(app).await;
    let mut client = Client::default();
    assert_eq!(client.get(&app, "/visit").await.body, "visit 1");
    {
        let mut request = std::pin::pin!(client.get(&app, "/waits"));
        for _ in 0..10 {
            let once =
                std::future::poll_fn(|cx| std::task::Poll::Ready(request.as_mut().poll(cx).is_ready()));
            assert!(!once.await);
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(client.get(&app, "/keys").await.body, "visits");
    assert_eq!(client.get(&app, "/visit").await.body, "visit 2");
}

/// What a manager is used for in a program without a middleware for it.
#[tokio::test]
async fn a_manager_is_shared_by_all_workers() {
    let (manager, _) = stored();
    let apps = [manager.clone(), manager]
        .map(|manager: SessionManager| App::new().wrap(SessionMiddleware::new(manager)).configure(routes));
    let mut client = Client::default();
    for (app, expected) in apps.into_iter().zip(["visit 1", "visit 2"]) {
        let app = init_service(app).await;
        assert_eq!(client.get(&app, "/visit").await.body, expected);
    }
}
