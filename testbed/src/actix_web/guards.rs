//! Pages for users, and how they log in.

use actix_web::http::StatusCode;
use actix_web::web::{self, Redirect, ServiceConfig};
use actix_web::{HttpRequest, ResponseError};
use dewar::error::Error;
use dewar::web::LocalPath;
use dewar::web::actix_web::{Allowed, LoggedIn, Require, SessionUser};

use super::app::read;
use crate::users::{Admin, Customer, DatabaseDown, User};

pub(super) fn routes(app: &mut ServiceConfig) {
    // The one handler asks for no user: the guard is what keeps visitors out.
    let office = web::scope("/office")
        .service(read("/report", |admin: Allowed<User, Admin>| async move { admin.name.clone() }))
        .service(read("/safe", || async { "gold" }))
        .wrap(Require::<Allowed<User, Admin>>::new());
    app.service(read("/member", |user: LoggedIn<User>| async move { user.name.clone() }))
        .service(read("/account", account))
        .service(read("/guest", guest))
        .service(read("/devices", devices))
        .service(read("/end-others", end_others))
        .service(read("/welcome", account))
        .service(read("/next", |next: LocalPath| async move {
            Redirect::to(next.as_str().to_owned()).see_other()
        }))
        .service(office);
}

async fn account(user: LoggedIn<Customer>) -> String {
    user.0.name.clone()
}

async fn guest(user: Option<LoggedIn<User>>) -> String {
    user.map_or("a guest".to_owned(), |user| user.name.clone())
}

async fn devices(user: LoggedIn<User>) -> Result<String, Error> {
    let sessions = user.sessions().await?;
    Ok(format!("{} of {}", sessions.iter().filter(|session| session.is_current).count(), sessions.len()))
}

async fn end_others(user: LoggedIn<User>) -> Result<String, Error> {
    Ok(user.end_other_sessions().await?.to_string())
}

impl SessionUser for User {
    type Error = DatabaseDown;

    async fn load(owner: &str, _: &HttpRequest) -> Result<Option<Self>, DatabaseDown> {
        Self::find(owner)
    }
}

impl SessionUser for Customer {
    type Error = DatabaseDown;
    const LOGIN_PAGE: Option<&'static str> = Some(User::LOGIN_PAGE);

    async fn load(owner: &str, _: &HttpRequest) -> Result<Option<Self>, DatabaseDown> {
        Ok(User::find(owner)?.map(Self))
    }
}

impl ResponseError for DatabaseDown {
    fn status_code(&self) -> StatusCode {
        StatusCode::BAD_GATEWAY
    }
}
