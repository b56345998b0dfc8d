//! Users in SQLite with hashed passwords: `cargo run -p dewar --example login --features axum,minijinja`, <http://127.0.0.1:3000>.

use std::{error::Error, sync::Arc, time::Duration};

use axum::extract::{Form, State};
use axum::response::{Html, Redirect, Result};
use axum::{Router, http::StatusCode, routing::get, routing::post};
use dewar::web::axum::{LoggedIn, SessionLayer, SessionUser};
use dewar::web::{LocalPath, minijinja::context as in_template};
use dewar::{CookiePolicy, ServerSide, Session, SessionManager};
use minijinja::{Environment, context};
use rusqlite::{Connection, OptionalExtension, Row};
use tokio::{net::TcpListener, sync::Mutex, task::spawn_blocking};

type Db = Arc<Mutex<Connection>>;

#[derive(Clone)]
struct User {
    name: String,
    password_hash: String,
}

#[derive(serde::Deserialize)]
struct Login {
    name: String,
    password: String,
}

impl SessionUser<Db> for User {
    type Error = StatusCode;
    const LOGIN_PAGE: Option<&'static str> = Some("/login");

    async fn load(name: &str, db: &Db) -> Result<Option<Self>, StatusCode> {
        let (name, db) = (name.to_owned(), Arc::clone(db));
        let user = |row: &Row<'_>| Ok(Self { name: row.get(0)?, password_hash: row.get(1)? });
        let select = "SELECT name, password_hash FROM users WHERE name = ?";
        let found = spawn_blocking(move || db.blocking_lock().query_row(select, [name], user).optional());
        found.await.map_err(failed)?.map_err(failed)
    }
}

fn failed(why: impl std::fmt::Display) -> StatusCode {
    tracing::error!(%why);
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn protected(user: LoggedIn<User>) -> Result<Html<String>> {
    let context = context! { name => user.name.as_str(), ..in_template(user.session()) };
    let page =
        Environment::new().render_named_str("page.html", include_str!("login/protected.html"), context);
    Ok(Html(page.map_err(failed)?))
}

async fn login_page(session: Session) -> Result<Html<String>> {
    let context = in_template(&session);
    let page = Environment::new().render_named_str("page.html", include_str!("login/login.html"), context);
    Ok(Html(page.map_err(failed)?))
}

async fn log_in(db: State<Db>, session: Session, next: LocalPath, form: Form<Login>) -> Result<Redirect> {
    let Form(Login { name, password }) = form;
    let user = User::load(&name, &db).await?;
    let is_right = move |user: &User| password_auth::verify_password(password, &user.password_hash).is_ok();
    let Some(user) = spawn_blocking(|| user.filter(is_right)).await.map_err(failed)? else {
        session.flash("Invalid credentials", "error");
        return Ok(Redirect::to(&next.as_next_of("/login")));
    };
    session.log_in(user.name.as_str());
    session.flash(format!("Successfully logged in as {}", user.name), "success");
    Ok(Redirect::to(next.as_str()))
}

async fn log_out(session: Session) -> Redirect {
    session.log_out();
    Redirect::to("/login")
}

/// The program, with any place for sessions.
pub fn app(settings: ServerSide) -> Result<Router, Box<dyn Error>> {
    let db = Connection::open_in_memory()?;
    db.execute_batch(include_str!("login/users.sql"))?;
    let sessions = SessionManager::server_side(settings)?;
    tokio::spawn(dewar_stores::sweep_periodically(sessions.clone(), Duration::from_secs(60)));
    let routes = Router::new().route("/", get(protected)).route("/logout", post(log_out));
    let routes = routes.route("/login", get(login_page).post(log_in)).with_state(Arc::new(Mutex::new(db)));
    Ok(routes.layer(SessionLayer::new(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Or `sqlite:///var/lib/app/sessions.db`, or `redis://localhost`.
    let settings = ServerSide::new("login", dewar_stores::open("memory:").await?);
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    let app = app(ServerSide { cookie: CookiePolicy::plain_http(), ..settings })?;
    Ok(axum::serve(listener, app).await?)
}
