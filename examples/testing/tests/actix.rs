//! Handlers of actix-web, by its module `test`. The cookie of one response goes into the next request, as in a browser.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use actix_web::http::StatusCode;
use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, dev::ServiceResponse};
use dewar::store::Memory;
use dewar::web::actix_web::SessionMiddleware;
use dewar::{ServerSide, SessionManager};
use testing::actix::routes;

fn manager() -> SessionManager {
    SessionManager::server_side(ServerSide::new("test", Memory::new())).unwrap()
}

/// The cookie that a response sets.
fn cookie_of<B>(response: &ServiceResponse<B>) -> String {
    let line = response.headers().get(SET_COOKIE).unwrap().to_str().unwrap();
    line.split(';').next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_user_logs_in_and_out() {
    let app = init_service(App::new().wrap(SessionMiddleware::new(manager())).configure(routes)).await;

    let first = call_service(&app, TestRequest::get().uri("/").to_request()).await;
    let before = cookie_of(&first);
    assert_eq!(read_body(first).await, "visit 1");

    let login = TestRequest::post().uri("/login").insert_header((COOKIE, before.clone()));
    let welcome = call_service(&app, login.set_form([("name", "zoe")]).to_request()).await;
    assert_eq!(welcome.status(), StatusCode::SEE_OTHER);
    let cookie = cookie_of(&welcome);
    assert_ne!(cookie, before, "a login gives the session a new id");

    let home = || TestRequest::get().uri("/").insert_header((COOKIE, cookie.clone())).to_request();
    assert_eq!(read_body(call_service(&app, home()).await).await, "visit 2 of user:zoe");

    let logout = TestRequest::post().uri("/logout").insert_header((COOKIE, cookie.clone()));
    assert_eq!(call_service(&app, logout.to_request()).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(read_body(call_service(&app, home()).await).await, "visit 1", "the old cookie opens nothing");
}

/// A test can look into the session of a cookie, or prepare one.
#[actix_web::test]
async fn a_session_is_prepared_for_a_handler() {
    let manager = manager();
    let session = manager.open([]).await.unwrap();
    session.log_in("user:zoe");
    session.insert("visits", 41).unwrap();
    let reply = manager.save(&session).await.unwrap();
    let cookie = reply.set_cookie().unwrap().split(';').next().unwrap().to_owned();

    let app = init_service(App::new().wrap(SessionMiddleware::new(manager)).configure(routes)).await;
    let home = TestRequest::get().uri("/").insert_header((COOKIE, cookie)).to_request();
    assert_eq!(read_body(call_service(&app, home).await).await, "visit 42 of user:zoe");
}
