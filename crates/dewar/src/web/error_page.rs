//! The program's page for sessions that cannot be opened, used or saved.

use std::fmt;
use std::sync::Arc;

use http::header::{
    self, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, SET_COOKIE,
};
use http::{Response, StatusCode};

use super::tower::SessionFailed;
use crate::manager::Error;

/// The function that makes the page, with a body of type `P`.
pub(super) struct ErrorPage<P>(Arc<MakePage<P>>);

type MakePage<P> = dyn Fn(&Error) -> Response<P> + Send + Sync;

/// Marks a response that already has its page, so that an outer layer leaves it unchanged.
#[derive(Clone)]
struct HasPage;

/// What the headers of a response say about its body.
const ABOUT_THE_BODY: [HeaderName; 8] = [
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    CONTENT_TYPE,
    header::ETAG,
    header::LAST_MODIFIED,
    header::TRANSFER_ENCODING,
];

impl<P> ErrorPage<P> {
    pub(super) fn new(page: impl Fn(&Error) -> Response<P> + Send + Sync + 'static) -> Self {
        Self(Arc::new(page))
    }

    /// Replaces the body by the page if the response is one to a session that failed.
    pub(super) fn put_into<B: From<P>>(&self, response: Response<B>) -> Response<B> {
        let extensions = response.extensions();
        let Some(SessionFailed(why)) = extensions.get().filter(|_| extensions.get::<HasPage>().is_none())
        else {
            return response;
        };
        let (mut page, body) = (self.0)(why).into_parts();
        let (mut failure, _) = response.into_parts();
        if page.status != StatusCode::OK {
            failure.status = page.status;
        }
        add_to(&mut page.headers, &failure.headers);
        failure.headers = page.headers;
        failure.extensions.extend(page.extensions);
        failure.extensions.insert(HasPage);
        Response::from_parts(failure, body.into())
    }
}

/// Adds the headers of the failure to those of the page: what tells caches and the client's cookies is the failure's, the rest the page's.
fn add_to(page: &mut HeaderMap, failure: &HeaderMap) {
    for name in failure.keys().filter(|name| !ABOUT_THE_BODY.contains(name)) {
        if [CACHE_CONTROL, RETRY_AFTER].contains(name) {
            page.remove(name);
        }
        if *name == SET_COOKIE || !page.contains_key(name) {
            page.extend(failure.get_all(name).iter().map(|value| (name.clone(), value.clone())));
        }
    }
    if !page.contains_key(CONTENT_TYPE) {
        page.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    }
}

impl<P> Clone for ErrorPage<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P> fmt::Debug for ErrorPage<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErrorPage")
    }
}
