//! A login in axum: the users are in a driver of the program's own, the sessions beside them in the same file.

use std::error::Error;
use std::path::Path;

use axum::Router;
use axum::extract::{Path as Parameter, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use dewar::web::axum::SessionLayer;
use dewar::{ServerSide, Session, SessionManager};

use crate::users::Users;

pub type Failed = Box<dyn Error + Send + Sync>;

/// The program, on this file.
pub async fn app(file: &Path) -> Result<Router, Failed> {
    let users = Users::open(file).await?;
    let store = dewar_stores::open(&format!("sqlite://{}", file.display())).await?;
    let sessions = SessionManager::server_side(ServerSide::new("neighbour", store))?;
    let routes = Router::new().route("/", get(home)).route("/login/{name}", post(login));
    Ok(routes.layer(SessionLayer::new(sessions)).with_state(users))
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

    async fn text(response: Response) -> String {
        String::from_utf8(to_bytes(response.into_body(), 1 << 10).await.unwrap().into()).unwrap()
    }

    #[tokio::test]
    async fn users_and_sessions_share_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("program.db");
        let app = app(&file).await.unwrap();
        assert_eq!(ask(&app, "GET", "/", "").await.status(), StatusCode::UNAUTHORIZED);
        let mut cookies = Vec::new();
        for name in ["zoe", "ann"] {
            let answer = ask(&app, "POST", &format!("/login/{name}"), "").await;
            assert_eq!(answer.status(), StatusCode::OK);
            let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
            cookies.push(cookie.split(';').next().unwrap().to_owned());
        }
        // A second process, or the next start of the program.
        let again = super::app(&file).await.unwrap();
        for (name, cookie) in [("zoe", &cookies[0]), ("ann", &cookies[1])] {
            assert_eq!(text(ask(&app, "GET", "/", cookie).await).await, name);
            assert_eq!(text(ask(&again, "GET", "/", cookie).await).await, name);
        }
    }
}
