//! The site of the extractors' tests: a shop with an account page, an API and a back office.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, State};
use axum::http::header::COOKIE;
use axum::http::{Request, Response, StatusCode};
use axum::middleware::from_extractor_with_state;
use axum::response::IntoResponse;
use axum::routing::{any, get, post};
use dewar::error::Error;
use dewar::store::Memory;
use dewar::web::axum::{Allowed, Forbidden, LoggedIn, Permission, SessionLayer, SessionUser};
use dewar::{ServerSide, SessionManager};
use tower_service::Service;

/// The users, and how often one was loaded.
#[derive(Clone, Default)]
pub(super) struct App {
    pub(super) users: Arc<HashMap<&'static str, User>>,
    pub(super) loads: Arc<AtomicUsize>,
    pub(super) is_down: Arc<AtomicBool>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct User {
    pub(super) name: &'static str,
    pub(super) is_admin: bool,
}

impl App {
    pub(super) async fn find(&self, owner: &str) -> Result<Option<User>, Down> {
        self.loads.fetch_add(1, Ordering::Relaxed);
        if self.is_down.load(Ordering::Relaxed) { Err(Down) } else { Ok(self.users.get(owner).cloned()) }
    }
}

/// The database cannot be reached.
pub(super) struct Down;

impl IntoResponse for Down {
    fn into_response(self) -> axum::response::Response {
        (StatusCode::BAD_GATEWAY, "no database").into_response()
    }
}

impl SessionUser<App> for User {
    type Error = Down;
    const LOGIN_PAGE: Option<&'static str> = Some("/login");

    async fn load(owner: &str, app: &App) -> Result<Option<Self>, Down> {
        app.find(owner).await
    }
}

/// The same user for an API, which does not redirect.
#[derive(Debug, Clone)]
pub(super) struct ApiUser(User);

impl SessionUser<App> for ApiUser {
    type Error = Down;

    async fn load(owner: &str, app: &App) -> Result<Option<Self>, Down> {
        Ok(app.find(owner).await?.map(ApiUser))
    }
}

pub(super) struct Admin;

impl Permission<User> for Admin {
    fn allows(user: &User) -> bool {
        user.is_admin
    }
}

pub(super) async fn index(user: Option<LoggedIn<User>>) -> &'static str {
    user.map_or("nobody", |user| user.name)
}

pub(super) async fn account(user: LoggedIn<User>) -> &'static str {
    user.name
}

pub(super) async fn thrice(
    one: LoggedIn<User>,
    two: Option<LoggedIn<User>>,
    three: Allowed<User, Admin>,
) -> String {
    format!("{} {} {}", one.name, two.unwrap().name, three.name)
}

pub(super) async fn may(user: LoggedIn<User>) -> Result<&'static str, Forbidden> {
    user.require(|user| user.is_admin)?;
    Ok("done")
}

pub(super) async fn new_password(user: LoggedIn<User>) -> Result<String, Error> {
    Ok(user.end_other_sessions().await?.to_string())
}

pub(super) async fn becomes_bob(
    State(app): State<App>,
    user: LoggedIn<User>,
    request: Request<Body>,
) -> String {
    user.session().log_in("user:bob");
    let (mut parts, _) = request.into_parts();
    let bob = LoggedIn::<User>::from_request_parts(&mut parts, &app).await.unwrap();
    format!("{} {}", user.name, bob.name)
}

pub(super) struct Site {
    pub(super) app: App,
    pub(super) router: Router,
    pub(super) manager: SessionManager,
}

impl Site {
    pub(super) fn new(manager: SessionManager) -> Self {
        let user = |name, is_admin| User { name, is_admin };
        let users =
            Arc::new(HashMap::from([("user:zoe", user("zoe", true)), ("user:bob", user("bob", false))]));
        let app = App { users, ..App::default() };
        let office = Router::new()
            .route("/report", get(async || "report"))
            .route("/me", get(account))
            .route_layer(from_extractor_with_state::<Allowed<User, Admin>, _>(app.clone()));
        let router = Router::new()
            .route("/", get(index))
            .route("/account", any(account))
            .route("/api", any(async |user: LoggedIn<ApiUser>| user.0.name))
            .route("/thrice", get(thrice))
            .route("/may", post(may))
            .route("/password", post(new_password))
            .route("/becomes-bob", get(becomes_bob))
            .route("/login", get(account))
            .nest("/office", office)
            .fallback(async |_: LoggedIn<User>| StatusCode::NOT_FOUND)
            .layer(SessionLayer::new(manager.clone()))
            .with_state(app.clone());
        Self { app, router, manager }
    }

    pub(super) fn in_store() -> Self {
        let settings = ServerSide::new("shop", Arc::new(Memory::new()));
        Self::new(SessionManager::server_side(settings).unwrap())
    }

    pub(super) async fn cookie(&self, owner: &str) -> String {
        let session = self.manager.open([]).await.unwrap();
        session.log_in(owner);
        let reply = self.manager.save(&session).await.unwrap();
        reply.set_cookie().unwrap().split(';').next().unwrap().to_owned()
    }

    pub(super) async fn ask(&self, method: &str, path: &str, cookie: &str) -> Response<String> {
        let request = Request::builder().method(method).uri(path).header(COOKIE, cookie);
        let response = self.router.clone().call(request.body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Response::from_parts(head, String::from_utf8(body.into()).unwrap())
    }

    pub(super) async fn get(&self, path: &str, cookie: &str) -> Response<String> {
        self.ask("GET", path, cookie).await
    }

    /// The status and the text of a page.
    pub(super) async fn text(&self, path: &str, cookie: &str) -> (u16, String) {
        let response = self.get(path, cookie).await;
        (response.status().as_u16(), response.into_body())
    }

    pub(super) fn loads(&self) -> usize {
        self.app.loads.swap(0, Ordering::Relaxed)
    }
}

pub(super) fn header(response: &Response<String>, name: axum::http::HeaderName) -> Option<&str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}
