//! actix-session: its store for Redis, with a signed cookie that names the session, and its encrypted cookie.

use actix_http::Request;
use actix_session::config::CookieContentSecurity;
use actix_session::storage::{CookieSessionStore, RedisSessionStore, SessionStore};
use actix_session::{Session, SessionMiddleware};
use actix_web::body::MessageBody;
use actix_web::cookie::Key;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::ServiceConfig;
use actix_web::{App, Error, web};
use dewar_bench_meter::{Account, Program, SECRET, WORK, account, visit};

pub(crate) const REDIS: &str = "actix-session, signed (actix-web)";
pub(crate) const IN_COOKIES: &str = "actix-session, private (actix-web)";
pub(crate) const BARE: &str = "actix-web alone";

/// The routes as a service of actix-web.
pub(crate) struct Actix<S>(pub(crate) S);

pub(crate) async fn on_redis(
    port: u16,
) -> Actix<impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>> {
    app(redis_store(port).await, CookieContentSecurity::Signed).await
}

pub(crate) async fn in_cookies()
-> Actix<impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>> {
    app(CookieSessionStore::default(), CookieContentSecurity::Private).await
}

/// What a request costs in this framework without any session.
pub(crate) async fn bare()
-> Actix<impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>> {
    Actix(init_service(App::new().configure(bare_routes)).await)
}

async fn app(
    store: impl SessionStore + 'static,
    security: CookieContentSecurity,
) -> Actix<impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>> {
    Actix(init_service(App::new().configure(routes).wrap(sessions(store, security))).await)
}

/// Its store for Redis.
pub(crate) async fn redis_store(port: u16) -> RedisSessionStore {
    RedisSessionStore::new(format!("redis://127.0.0.1:{port}")).await.unwrap()
}

/// Its middleware.
pub(crate) fn sessions<S: SessionStore>(store: S, security: CookieContentSecurity) -> SessionMiddleware<S> {
    SessionMiddleware::builder(store, Key::from(SECRET.as_bytes())).cookie_content_security(security).build()
}

/// The routes that use no session.
pub(crate) fn bare_routes(config: &mut ServiceConfig) {
    for (path, _) in WORK {
        config.route(path, web::get().to(ok));
    }
}

/// The routes that use the session as actix-session has it.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .route("/untouched", web::get().to(ok))
        .route("/read", web::get().to(read))
        .route("/write", web::get().to(write))
        .route("/new", web::get().to(new))
        .route("/regenerate", web::get().to(regenerate))
        .route("/logout", web::get().to(logout));
}

impl<S, B> Program for Actix<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
{
    type Request = Request;
    type Response = Result<ServiceResponse<B>, Error>;
    type Answer = S::Future;

    fn request(path: &str, cookies: &str) -> Request {
        TestRequest::get().uri(path).insert_header((COOKIE, cookies)).to_request()
    }

    fn answer(&mut self, request: Request) -> S::Future {
        self.0.call(request)
    }

    fn cookies(response: &Self::Response) -> Vec<String> {
        let response = response.as_ref().unwrap();
        assert_eq!(response.status(), 200);
        response.headers().get_all(SET_COOKIE).map(|line| line.to_str().unwrap().to_owned()).collect()
    }
}

pub(crate) async fn ok() -> &'static str {
    "ok"
}

async fn read(session: Session) -> &'static str {
    assert_eq!(session.get::<u64>("user_id").unwrap(), Some(42));
    "ok"
}

async fn write(session: Session) -> &'static str {
    session.insert("visits", visit()).unwrap();
    "ok"
}

async fn new(session: Session) -> &'static str {
    let Account { user_id, name, csrf, roles, cart } = account();
    session.insert("user_id", user_id).unwrap();
    for (key, value) in [("name", name), ("csrf", csrf), ("roles", roles), ("cart", cart)] {
        session.insert(key, value).unwrap();
    }
    "ok"
}

async fn regenerate(session: Session) -> &'static str {
    session.renew();
    "ok"
}

async fn logout(session: Session) -> &'static str {
    session.purge();
    "ok"
}
