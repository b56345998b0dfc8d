//! Registration, login, logout, and a new password.

use actix_web::http::header::USER_AGENT;
use actix_web::web::{Data, Form, Html, Redirect};
use actix_web::{HttpRequest, Result};
use dewar::web::LocalPath;
use dewar::web::actix_web::LoggedIn;
use dewar::{Login, Session};
use minijinja::context;
use serde::Deserialize;
use shop::{Database, Registered, User, browser_name};

use crate::pages::{Page, failed, see};
use crate::user::Customer;

#[derive(Deserialize)]
pub(crate) struct Credentials {
    name: String,
    password: String,
    /// A browser sends `on`, or nothing.
    remember_me: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct NewPassword {
    old: String,
    new: String,
}

pub(crate) async fn registration(page: Page) -> Result<Html> {
    page.render("register.html", context! {})
}

pub(crate) async fn register(
    database: Data<Database>,
    session: Session,
    request: HttpRequest,
    Form(form): Form<Credentials>,
) -> Result<Redirect> {
    match database.register(&form.name, form.password).await.map_err(failed)? {
        Registered::User(user) => {
            session.log_in(login(&user, &request));
            session.flash(format!("Welcome, {}!", user.name), "info");
            Ok(see("/"))
        }
        Registered::Refused(why) => {
            session.flash(why, "error");
            Ok(see("/register"))
        }
    }
}

pub(crate) async fn login_page(page: Page) -> Result<Html> {
    page.render("login.html", context! {})
}

/// `next` is the page that asked for the login; a `LocalPath` leads to no other site.
pub(crate) async fn log_in(
    database: Data<Database>,
    session: Session,
    next: LocalPath,
    request: HttpRequest,
    Form(form): Form<Credentials>,
) -> Result<Redirect> {
    let Some(user) = database.authenticate(&form.name, form.password).await.map_err(failed)? else {
        session.flash("Wrong name or password.", "error");
        return Ok(see(next.as_next_of("/login")));
    };
    session.log_in(login(&user, &request).remember_me(form.remember_me.is_some()));
    session.flash(format!("Welcome back, {}!", user.name), "info");
    Ok(see(next.as_str()))
}

/// By POST only: a link or an image on another site must log nobody out.
pub(crate) async fn log_out(session: Session) -> Redirect {
    session.log_out();
    session.flash("You are logged out.", "info");
    see("/")
}

pub(crate) async fn show(_: LoggedIn<Customer>, page: Page) -> Result<Html> {
    page.render("account.html", context! {})
}

pub(crate) async fn change_password(
    database: Data<Database>,
    user: LoggedIn<Customer>,
    Form(form): Form<NewPassword>,
) -> Result<Redirect> {
    let session = user.session();
    if let Some(refusal) = database.change_password(&user, form.old, form.new).await.map_err(failed)? {
        session.flash(refusal, "error");
        return Ok(see("/account"));
    }
    // Who knew the old password may be logged in elsewhere. If this fails, the page of devices can do it again.
    user.end_other_sessions().await?;
    session.flash("Your password is changed, and your other devices are logged out.", "info");
    Ok(see("/account"))
}

/// The login of a user, with a label for the page of devices.
fn login(user: &User, request: &HttpRequest) -> Login {
    let user_agent =
        request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Login::new(user.owner()).device(browser_name(user_agent), "")
}
