//! What handlers ask for.

use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Next, from_fn};
use actix_web::test::init_service;
use actix_web::{App, FromRequest, HttpResponse, web};
use dewar::session::{SessionData, Typed};
use dewar::value::ConvertError;
use dewar::web::LocalPath;
use dewar::web::actix_web::{SessionMiddleware, SessionRejection, Sessions};
use dewar::{CookiePolicy, ServerSide, Session, SessionManager};
use serde::{Deserialize, Serialize};

use super::client::Client;
use crate::web::site::stored;

#[derive(Default, Serialize, Deserialize)]
struct Guest {
    visits: u32,
}

impl SessionData for Guest {}

async fn visit(guest: Typed<Guest>) -> Result<String, ConvertError> {
    let visits = guest.modify(|guest| {
        guest.visits += 1;
        guest.visits
    })?;
    guest.session().flash(format!("visit {visits}"), "info");
    Ok(visits.to_string())
}

async fn messages(session: Session) -> String {
    session.flashes().iter().map(|flash| flash.text().into_owned()).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn a_session_is_read_changed_flashed_and_ended() {
    let (manager, _) = stored();
    let app = App::new()
        .wrap(SessionMiddleware::new(manager))
        .route("/visit", web::get().to(visit))
        .route("/messages", web::get().to(messages))
        .route(
            "/out",
            web::get().to(async |session: Session| {
                session.log_out();
                session.flash("Goodbye", "info");
                "out"
            }),
        )
        .route(
            "/end",
            web::get().to(async |session: Session| {
                session.destroy();
                HttpResponse::NoContent().finish()
            }),
        )
        .route("/untouched", web::get().to(async || "untouched"));
    let app = init_service(app).await;
    let mut zoe = Client::default();
    let untouched = zoe.get(&app, "/untouched").await;
    assert_eq!((untouched.all("vary").len(), untouched.all("set-cookie").len()), (0, 0));
    assert_eq!(zoe.get(&app, "/visit").await.body, "1");
    let second = zoe.get(&app, "/visit").await;
    assert_eq!((second.body.as_str(), second.all("vary")), ("2", vec!["Cookie"]));
    assert_eq!(zoe.get(&app, "/messages").await.body, "visit 1, visit 2");
    assert_eq!(zoe.get(&app, "/messages").await.body, "");
    let old = zoe.cookie.clone();
    assert_eq!(zoe.get(&app, "/out").await.all("cache-control"), ["no-store"]);
    assert_ne!(zoe.cookie, old);
    assert_eq!(zoe.get(&app, "/messages").await.body, "Goodbye");
    assert_eq!(zoe.get(&app, "/visit").await.body, "1");
    assert!(zoe.get(&app, "/end").await.session_lines()[0].contains("Max-Age=0"));
    let mut late = Client { cookie: old };
    assert_eq!(late.get(&app, "/messages").await.body, "");
}

#[tokio::test]
async fn what_is_saved_early_is_stored_though_the_handler_fails() {
    let (manager, _) = stored();
    let fail = async |session: Session, manager: SessionManager| -> actix_web::Result<String> {
        session.insert_value("user", "zoe");
        manager.save_now(&session).await?;
        session.insert_value("user", "mallory");
        Err(actix_web::error::ErrorInternalServerError("no luck"))
    };
    let app = App::new()
        .wrap(SessionMiddleware::new(manager).save_after_server_error(false))
        .route("/fail", web::get().to(fail))
        .route("/user", web::get().to(user));
    let app = init_service(app).await;
    let mut zoe = Client::default();
    let failed = zoe.get(&app, "/fail").await;
    assert_eq!((failed.status, failed.session_lines().len()), (500, 1));
    assert_eq!(zoe.get(&app, "/user").await.body, "zoe");
}

async fn user(session: Session) -> Result<String, ConvertError> {
    Ok(session.get("user")?.unwrap_or_default())
}

#[tokio::test]
async fn middlewares_with_cookies_of_different_names_give_a_session_each() {
    let (login, _) = stored();
    let cart = ServerSide::new("cart", dewar::store::Memory::new());
    let cookie = CookiePolicy { name: "__Host-cart-session".to_owned(), ..cart.cookie.clone() };
    let cart = SessionManager::server_side(ServerSide { cookie, ..cart }).unwrap();
    let fill = async |innermost: Session, sessions: Sessions| -> Result<String, SessionRejection> {
        innermost.insert_value("things", 3);
        sessions.named("__Host-session").await?.insert_value("user", "zoe");
        let no_such = sessions.named("theme").await.unwrap_err();
        Ok(no_such.to_string())
    };
    // Around the inner one the session is the outer one's, before and after it.
    let between = from_fn(async |request: ServiceRequest, next: Next<_>| {
        let response = next.call(request).await?;
        let session = Session::extract(response.request()).await?;
        assert_eq!((session.contains("user"), session.contains("things")), (true, false));
        Ok::<_, actix_web::Error>(response)
    });
    let shop = web::scope("/shop")
        .wrap(SessionMiddleware::new(login.clone()))
        .wrap(SessionMiddleware::new(cart.clone()))
        .wrap(between)
        .route("", web::get().to(fill));
    let app = App::new().wrap(SessionMiddleware::new(login.clone())).service(shop);
    let app = init_service(app).await;
    let filled = Client::default().get(&app, "/shop").await;
    assert!(filled.body.contains("no session middleware whose cookie is named \"theme\""), "{}", filled.body);
    let lines = filled.session_lines();
    assert_eq!(lines.len(), 2, "the middleware of the same name lets the request pass: {lines:?}");
    for (manager, key) in [(&login, "user"), (&cart, "things")] {
        let line =
            lines.iter().find(|line| line.starts_with(&format!("{}=", manager.cookie_name()))).unwrap();
        let session = manager.open([line.split(';').next().unwrap().as_bytes()]).await.unwrap();
        assert_eq!(session.keys(), [key]);
    }
}

#[tokio::test]
async fn a_route_without_a_middleware_says_what_to_add() {
    let app = App::new()
        .route("/session", web::get().to(user))
        .route("/manager", web::get().to(async |manager: SessionManager| manager.cookie_name().to_owned()))
        .route("/optional", web::get().to(async |session: Option<Session>| session.is_some().to_string()));
    let app = init_service(app).await;
    for path in ["/session", "/manager"] {
        let missing = Client::default().get(&app, path).await;
        assert_eq!(missing.status, 500);
        if cfg!(debug_assertions) {
            assert!(
                missing.body.contains("add `.wrap(SessionMiddleware::new(manager))`"),
                "{}",
                missing.body
            );
            assert_eq!(missing.all("content-type"), ["text/plain; charset=utf-8"]);
        }
    }
    let optional = Client::default().get(&app, "/optional").await;
    assert_eq!((optional.status, optional.body.as_str()), (200, "false"));
}

#[tokio::test]
async fn the_next_of_a_login_is_a_path_of_this_site() {
    let app = App::new().route("/login", web::get().to(async |next: LocalPath| next.to_string()));
    let app = init_service(app).await;
    for (query, next) in
        [("?next=/orders%3Fpage%3D2", "/orders?page=2"), ("?next=//evil.example", "/"), ("", "/")]
    {
        assert_eq!(Client::default().get(&app, &format!("/login{query}")).await.body, next);
    }
}
