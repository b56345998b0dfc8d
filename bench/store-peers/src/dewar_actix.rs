//! Dewar in actix-web, with its defaults: sealed cookies, and its own records in Redis.

use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::init_service;
use actix_web::web::ServiceConfig;
use actix_web::{App, Error, web};
use dewar::web::actix_web::SessionMiddleware;
use dewar::{ClientSide, SecretKeys, ServerSide, Session, SessionManager};
use dewar_bench_meter::{Account, SECRET, account, visit};

use crate::actix::{Actix, ok};

pub(crate) const IN_COOKIES: &str = "dewar, sealed (actix-web)";
pub(crate) const REDIS: &str = "dewar (actix-web)";

pub(crate) fn in_cookies() -> SessionManager {
    SessionManager::client_side(ClientSide::new(SecretKeys::new(SECRET).unwrap())).unwrap()
}

/// As a program opens it: with its guard.
pub(crate) async fn on_redis(port: u16) -> SessionManager {
    let store = dewar_stores::open(&format!("redis://127.0.0.1:{port}")).await.unwrap();
    SessionManager::server_side(ServerSide::new("shop", store)).unwrap()
}

pub(crate) async fn app(
    manager: SessionManager,
) -> Actix<impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>> {
    Actix(init_service(App::new().configure(routes).wrap(SessionMiddleware::new(manager))).await)
}

/// The routes that use the session as Dewar has it.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .route("/untouched", web::get().to(ok))
        .route("/read", web::get().to(read))
        .route("/write", web::get().to(write))
        .route("/new", web::get().to(new));
}

async fn read(session: Session) -> &'static str {
    assert_eq!(session.get::<u64>("user_id").unwrap(), Some(42));
    "ok"
}

async fn write(session: Session) -> &'static str {
    session.insert_value("visits", visit());
    "ok"
}

async fn new(session: Session) -> &'static str {
    let Account { user_id, name, csrf, roles, cart } = account();
    session.insert("user_id", user_id).unwrap();
    for (key, value) in [("name", name), ("csrf", csrf), ("roles", roles), ("cart", cart)] {
        session.insert_value(key, value);
    }
    "ok"
}
