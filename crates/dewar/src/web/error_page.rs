//! The program's page for sessions that cannot be opened, used or saved.

use std::fmt;
use std::sync::Arc;

use http::{Response, StatusCode};

use super::failed::{SessionFailed, add_failure_headers};
use crate::manager::Error;

/// The function that makes the page, with a body of type `P`.
pub(super) struct ErrorPage<P>(Arc<MakePage<P>>);

type MakePage<P> = dyn Fn(&Error) -> Response<P> + Send + Sync;

/// Marks a response that already has its page, so that an outer layer leaves it unchanged.
#[derive(Clone)]
struct HasPage;

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
        add_failure_headers(&mut page.headers, &failure.headers);
        failure.headers = page.headers;
        failure.extensions.extend(page.extensions);
        failure.extensions.insert(HasPage);
        Response::from_parts(failure, body.into())
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
