//! The program's page for sessions that cannot be opened, used or saved.

use std::fmt;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;

use super::Body;
use crate::manager::Error;
use crate::web::failed::{SessionFailed, add_failure_headers};

/// The function that makes the page.
#[derive(Clone)]
pub(super) struct ErrorPage(Arc<MakePage>);

type MakePage = dyn Fn(&Error) -> HttpResponse + Send + Sync;

/// Marks a response that already has its page, so that outer middleware leaves it unchanged.
struct HasPage;

impl ErrorPage {
    pub(super) fn new(page: impl Fn(&Error) -> HttpResponse + Send + Sync + 'static) -> Self {
        Self(Arc::new(page))
    }

    /// Replaces the response by the page if it is one to a session that failed.
    pub(super) fn put_into<B>(&self, response: ServiceResponse<Body<B>>) -> ServiceResponse<Body<B>> {
        match self.page_of(response.response()) {
            Some(page) => response.into_response(page).map_into_right_body(),
            None => response,
        }
    }

    /// The same for an error that has not been turned into a response yet.
    pub(super) fn put_into_errors(&self, response: HttpResponse) -> HttpResponse {
        self.page_of(&response).unwrap_or(response)
    }

    fn page_of<B>(&self, failure: &HttpResponse<B>) -> Option<HttpResponse> {
        let why = failure.extensions().get::<SessionFailed>().cloned()?;
        if failure.extensions().contains::<HasPage>() {
            return None;
        }
        let mut page = (self.0)(&why.0);
        if page.status() == StatusCode::OK {
            *page.status_mut() = failure.status();
        }
        add_failure_headers(page.headers_mut(), failure.headers());
        page.extensions_mut().insert(why);
        page.extensions_mut().insert(HasPage);
        Some(page)
    }
}

impl fmt::Debug for ErrorPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErrorPage")
    }
}
