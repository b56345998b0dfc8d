//! axum, with users and sessions in one pool of sqlx.

use std::error::Error;
use std::path::Path;

use axum::Router;
use axum::extract::{Path as Parameter, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use dewar::web::axum::SessionLayer;
use dewar::{ServerSide, Session, SessionManager};
use dewar_sqlx::{Sqlite, SqlxOptions};
use dewar_stores::guard::{Guard, GuardOptions};

#[path = "../../parts/sqlx_users.rs"]
mod users;

use users::Users;

type Failed = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:5000").await?;
    let (app, _) = app("program.db".as_ref()).await?;
    Ok(axum::serve(listener, app).await?)
}

/// The program, on this file, and its pool.
async fn app(file: &Path) -> Result<(Router, sqlx::SqlitePool), Failed> {
    let users = Users::open(file).await?;
    let pool = users.0.clone();
    let store =
        Sqlite::new(pool.clone(), SqlxOptions { create_table: true, ..SqlxOptions::default() }).await?;
    let store = Guard::new(store, GuardOptions::default());
    let sessions = SessionManager::server_side(ServerSide::new("neighbour", store))?;
    let routes = Router::new().route("/", get(home)).route("/login/{name}", post(login));
    Ok((routes.layer(SessionLayer::new(sessions)).with_state(users), pool))
}

async fn login(
    session: Session,
    State(users): State<Users>,
    Parameter(name): Parameter<String>,
) -> Result<(), StatusCode> {
    let id = users.add(name).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    session.log_in(format!("user:{id}"));
    session.insert_value("id", id);
    Ok(())
}

async fn home(session: Session, State(users): State<Users>) -> Result<String, StatusCode> {
    let id = session.get("id").map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    match id {
        Some(id) => users.name(id).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR),
        None => Err(StatusCode::UNAUTHORIZED),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::http::header::{COOKIE, SET_COOKIE};
    use axum::response::Response;
    use tower::ServiceExt;

    use super::*;

    async fn ask(app: &Router, method: &str, path: &str, cookie: &str) -> Response {
        let request = Request::builder().method(method).uri(path).header(COOKIE, cookie);
        app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn users_and_sessions_share_a_pool() {
        let folder = tempfile::tempdir().unwrap();
        let (app, pool) = app(&folder.path().join("program.db")).await.unwrap();
        assert_eq!(ask(&app, "GET", "/", "").await.status(), StatusCode::UNAUTHORIZED);
        let answer = ask(&app, "POST", "/login/zoe", "").await;
        assert_eq!(answer.status(), StatusCode::OK);
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let body = to_bytes(ask(&app, "GET", "/", &cookie).await.into_body(), 1 << 10).await.unwrap();
        assert_eq!(body, "zoe");
        let sessions: i64 =
            sqlx::query_scalar("SELECT count(*) FROM dewar_sessions").fetch_one(&pool).await.unwrap();
        assert_eq!(sessions, 1);
    }
}
