//! The layer for any tower stack that speaks `http` 1: axum, tonic, hyper's own.
//!
//! A request whose handler never asks for the session pays for a slot in the request's extensions and nothing else: no cookie is
//! read, no header written.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::header::{HeaderValue, RETRY_AFTER};
use http::{Request, Response, StatusCode, request};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::headers;
use super::slot::Slot;
use crate::manager::{Error, Reply, SessionManager};
use crate::session::Session;

/// Gives every request its session, and every response what is to be said of it.
#[derive(Debug, Clone)]
pub struct SessionLayer {
    manager: SessionManager,
}

impl SessionLayer {
    /// The layer of this manager.
    #[must_use]
    pub fn new(manager: SessionManager) -> Self {
        Self { manager }
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService { inner, manager: self.manager.clone() }
    }
}

/// What [`SessionLayer`] makes of a service.
#[derive(Debug, Clone)]
pub struct SessionService<S> {
    inner: S,
    manager: SessionManager,
}

impl<S, Req, Res> Service<Request<Req>> for SessionService<S>
where
    S: Service<Request<Req>, Response = Response<Res>>,
    Res: Default,
{
    type Response = Response<Res>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Req>) -> Self::Future {
        let slot = Slot::new(self.manager.clone(), request.headers());
        request.extensions_mut().insert(slot.clone());
        ResponseFuture { slot, handler: self.inner.call(request) }
    }
}

/// The session of a request that went through a [`SessionLayer`], opened if it was not yet; `None` if there is no layer.
///
/// Frameworks with extractors have one of their own (see [`axum`](super::axum)).
///
/// # Errors
/// When our side is out of order; what the client sent is no error.
pub async fn session(request: &request::Parts) -> Option<Result<Session, Error>> {
    let slot = request.extensions.get::<Slot>()?;
    Some(Ok(slot.open(&request.headers).clone()))
}

/// In the extensions of a response that stands in for the handler's because the session could not be saved: what went wrong, for a
/// layer outside this one to log, count or explain. The response itself tells the client nothing but the status.
#[derive(Debug, Clone)]
pub struct SaveFailed(pub Arc<Error>);

pin_project! {
    /// The response, once the session is saved.
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        slot: Slot,
        #[pin]
        handler: F,
    }
}

impl<F, Res, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<Res>, E>>,
    Res: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let response = ready!(this.handler.poll(cx))?;
        Poll::Ready(Ok(match this.slot.save() {
            Some(saved) => finish(saved, this.slot.manager(), response),
            None => response,
        }))
    }
}

fn finish<Res: Default>(
    saved: Result<Reply, Error>,
    manager: &SessionManager,
    mut response: Response<Res>,
) -> Response<Res> {
    match saved {
        Ok(reply) => {
            headers::apply(&reply, manager, response.headers_mut());
            response
        }
        Err(error) => failure(error),
    }
}

/// The handler's response promises something that was not kept; nothing of it may reach the client.
fn failure<Res: Default>(error: Error) -> Response<Res> {
    let mut response = Response::new(Res::default());
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.status_mut() = status;
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response.extensions_mut().insert(SaveFailed(Arc::new(error)));
    response
}
