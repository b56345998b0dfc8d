//! Pages: what every handler of one needs, and the pages of errors.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use dewar::Session;
use dewar::web::axum::{LoggedIn, LoginRejection};
use minijinja::{Value, context};
use shop::{Pages, User};

use crate::routes::App;

/// An extractor of what each page shows: the visitor's session, and the user if somebody is logged in.
pub(crate) struct Page {
    pages: Arc<Pages>,
    session: Session,
    user: Option<LoggedIn<User>>,
}

impl FromRequestParts<App> for Page {
    type Rejection = LoginRejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, LoginRejection> {
        let session = Session::from_request_parts(parts, app).await.map_err(LoginRejection::Session)?;
        let user = Option::from_request_parts(parts, app).await?;
        Ok(Self { pages: Arc::clone(&app.pages), session, user })
    }
}

impl Page {
    /// The page that a template makes of this.
    pub(crate) fn render(&self, template: &str, more: Value) -> Result<Html<String>, StatusCode> {
        let page = self.pages.render(template, &self.session, self.user.as_deref(), more);
        page.map(Html).map_err(failed)
    }
}

/// Logs why the database or a template failed. The visitor is told no more than the status, which gets its page from [`error_pages`].
pub(crate) fn failed(error: shop::Error) -> StatusCode {
    tracing::error!(%error);
    StatusCode::INTERNAL_SERVER_ERROR
}

pub(crate) async fn goods(page: Page) -> Result<Html<String>, StatusCode> {
    page.render("goods.html", context! {})
}

/// Gives errors a page that have none yet: forbidden, not found, our own faults.
pub(crate) async fn error_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.headers().contains_key(CONTENT_TYPE) {
        return response;
    }
    let (mut head, _) = response.into_parts();
    head.headers.remove(CONTENT_LENGTH);
    (head, Html(app.pages.error(status.as_u16()))).into_response()
}

/// The browser stores no page, so that nobody sees one with the back button after a logout; it runs no script, and shows the shop in no frame.
pub(crate) async fn safe_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let policy =
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
