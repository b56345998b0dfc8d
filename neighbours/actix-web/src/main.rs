//! actix-web, and users in SQLite by sqlx, with the sessions beside them in the same file.

#[path = "../../parts/sqlx_users.rs"]
mod users;

use std::error::Error;
use std::path::Path;

use actix_web::error::{ErrorInternalServerError, ErrorUnauthorized};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer, Result};
use dewar::web::actix_web::SessionMiddleware;
use dewar::{ServerSide, Session, SessionManager};
use users::Users;

async fn login(session: Session, users: Data<Users>, name: web::Path<String>) -> Result<&'static str> {
    let id = users.add(name.into_inner()).await.map_err(ErrorInternalServerError)?;
    session.log_in(format!("user:{id}"));
    session.insert_value("id", id);
    Ok("Welcome")
}

async fn home(session: Session, users: Data<Users>) -> Result<String> {
    let id = session.get("id")?.ok_or_else(|| ErrorUnauthorized("You are not logged in"))?;
    users.name(id).await.map_err(ErrorInternalServerError)
}

fn routes(config: &mut ServiceConfig) {
    config.route("/", web::get().to(home)).route("/login/{name}", web::post().to(login));
}

async fn state(file: &Path) -> Result<(Data<Users>, SessionMiddleware), Box<dyn Error>> {
    let users = Users::open(file).await?;
    let store = dewar_stores::open(&format!("sqlite://{}", file.display())).await?;
    let sessions = SessionManager::server_side(ServerSide::new("neighbour", store))?;
    Ok((Data::new(users), SessionMiddleware::new(sessions)))
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (users, sessions) = state("program.db".as_ref()).await?;
    let app = move || App::new().wrap(sessions.clone()).app_data(users.clone()).configure(routes);
    Ok(HttpServer::new(app).bind("127.0.0.1:5000")?.run().await?)
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::http::header::{COOKIE, SET_COOKIE};
    use actix_web::test::{TestRequest, call_and_read_body, call_service, init_service};

    use super::*;

    #[actix_web::test]
    async fn users_and_sessions_share_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let (users, sessions) = state(&folder.path().join("program.db")).await.unwrap();
        let app = init_service(App::new().wrap(sessions).app_data(users).configure(routes)).await;
        let visitor = call_service(&app, TestRequest::get().to_request()).await;
        assert_eq!(visitor.status(), StatusCode::UNAUTHORIZED);
        for name in ["zoe", "ann"] {
            let login = TestRequest::post().uri(&format!("/login/{name}")).to_request();
            let answer = call_service(&app, login).await;
            assert_eq!(answer.status(), StatusCode::OK);
            let cookie = answer.headers().get(SET_COOKIE).unwrap().to_str().unwrap();
            let cookie = cookie.split(';').next().unwrap().to_owned();
            let home = TestRequest::get().insert_header((COOKIE, cookie)).to_request();
            assert_eq!(call_and_read_body(&app, home).await, name);
        }
    }
}
