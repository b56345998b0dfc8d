//! The future of an extractor.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::HttpRequest;

use super::rejected::{Notice, Rejection};

/// The future of an extractor. That of [`Session`](crate::Session) allocates nothing if no store is needed.
pub struct Extraction<T, E>(Inner<T, E>);

enum Inner<T, E> {
    Now(Option<Result<T, E>>),
    Later(Pin<Box<dyn Future<Output = Result<T, E>>>>, Notice),
}

impl<T, E> Extraction<T, E> {
    pub(super) fn now(outcome: Result<T, E>) -> Self {
        Self(Inner::Now(Some(outcome)))
    }

    pub(super) fn later(
        request: &HttpRequest,
        outcome: impl Future<Output = Result<T, E>> + 'static,
    ) -> Self {
        Self(Inner::Later(Box::pin(outcome), Notice::new(request)))
    }
}

/// Nothing in it is pinned: values are moved out, and a future on the heap is pinned by its box.
impl<T, E> Unpin for Extraction<T, E> {}

impl<T, E: Rejection> Future for Extraction<T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Inner::Now(outcome) => outcome.take().map_or(Poll::Pending, Poll::Ready),
            Inner::Later(outcome, notice) => {
                let outcome = ready!(outcome.as_mut().poll(cx));
                Poll::Ready(outcome.inspect_err(|why| notice.failed(why)))
            }
        }
    }
}

impl<T, E> fmt::Debug for Extraction<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extraction")
    }
}
