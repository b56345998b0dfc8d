//! Pages: what every handler of one needs, and the pages of errors.

use std::pin::Pin;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ContentType, HeaderValue, REFERRER_POLICY,
};
use actix_web::middleware::{DefaultHeaders, Next};
use actix_web::web::{Data, Html, Redirect};
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, Result};
use dewar::Session;
use dewar::web::actix_web::LoggedIn;
use minijinja::{Value, context};
use shop::Pages;

use crate::user::Customer;

/// An extractor of what each page shows: the visitor's session, and the user if somebody is logged in.
pub(crate) struct Page {
    pages: Data<Pages>,
    session: Session,
    user: Option<LoggedIn<Customer>>,
}

impl FromRequest for Page {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parts = <(Data<Pages>, Session, Option<LoggedIn<Customer>>)>::extract(request);
        Box::pin(async move {
            let (pages, session, user) = parts.await?;
            Ok(Self { pages, session, user })
        })
    }
}

impl Page {
    /// The page that a template makes of this.
    pub(crate) fn render(&self, template: &str, more: Value) -> Result<Html> {
        let user = self.user.as_ref().map(|user| &user.0);
        let page = self.pages.render(template, &self.session, user, more).map_err(failed)?;
        Ok(Html::new(page))
    }
}

/// Logs why the database or a template failed. The visitor is told no more than the status, which gets its page from [`error_pages`].
pub(crate) fn failed(error: shop::Error) -> Error {
    tracing::error!(%error);
    InternalError::from_response(error, HttpResponse::InternalServerError().finish()).into()
}

/// A redirect to another page after a form was sent (303).
pub(crate) fn see(path: impl Into<String>) -> Redirect {
    Redirect::to(path.into()).see_other()
}

/// The response that a page is.
pub(crate) fn html(page: String) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::html()).body(page)
}

pub(crate) async fn goods(page: Page) -> Result<Html> {
    page.render("goods.html", context! {})
}

/// Gives errors a page that have none yet: forbidden, not found, our own faults.
pub(crate) async fn error_pages(
    pages: Data<Pages>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>> {
    let response = next.call(request).await?;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.headers().contains_key(CONTENT_TYPE) {
        return Ok(response.map_into_left_body());
    }
    let (request, response) = response.into_parts();
    let mut response = response.set_body(pages.error(status.as_u16()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Ok(ServiceResponse::new(request, response).map_into_right_body())
}

/// The browser stores no page, so that nobody sees one with the back button after a logout; it runs no script, and shows the shop in no frame.
pub(crate) fn safe_headers() -> DefaultHeaders {
    let policy =
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    DefaultHeaders::new()
        .add((CACHE_CONTROL, "no-store"))
        .add((CONTENT_SECURITY_POLICY, policy))
        .add((REFERRER_POLICY, "same-origin"))
}
