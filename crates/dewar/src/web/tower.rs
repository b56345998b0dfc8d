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
use crate::manager::{Error, SessionManager};
use crate::session::Session;

/// Gives every request its session, and every response what is to be said of it.
///
/// A request has one session of a cookie's name: a layer within another one of the same name lets requests pass.
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
        let slot = (!has_slot(&request, self.manager.cookie_name())).then(|| {
            let slot = Slot::new(self.manager.clone(), request.headers());
            request.extensions_mut().insert(slot.clone());
            slot
        });
        ResponseFuture { slot, handler: self.inner.call(request) }
    }
}

/// Whether a layer around this one has given the request a session of this cookie. Two of one cookie would overwrite each other.
fn has_slot<Req>(request: &Request<Req>, cookie_name: &str) -> bool {
    request.extensions().get::<Slot>().is_some_and(|slot| slot.manager().cookie_name() == cookie_name)
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

/// In the extensions of a response that stands in for the handler's because the session could not be opened or saved: what went wrong, for a
/// layer outside this one to log, count or explain. The response itself tells the client nothing but the status.
#[derive(Debug, Clone)]
pub struct SaveFailed(pub Arc<Error>);

pin_project! {
    /// The response, once the session is saved.
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        slot: Option<Slot>,
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
        Poll::Ready(Ok(match this.slot {
            Some(slot) => finish(slot, response),
            None => response,
        }))
    }
}

/// Saves the session, if there is anything to save, before the head of the response leaves.
fn finish<Res: Default>(slot: &Slot, mut response: Response<Res>) -> Response<Res> {
    match slot.save() {
        None => response,
        Some(Ok(reply)) => {
            headers::apply(&reply, slot.manager(), response.headers_mut());
            response
        }
        Some(Err(error)) => failure(error),
    }
}

/// In place of the handler's response, which may promise what was not kept: nothing of it may reach the client.
pub(super) fn failure<Res: Default>(error: Error) -> Response<Res> {
    let mut response = Response::new(Res::default());
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.status_mut() = status;
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response.extensions_mut().insert(SaveFailed(Arc::new(error)));
    response
}
