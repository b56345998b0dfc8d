//! The layer for any tower stack that speaks `http` 1: axum, tonic, hyper's own.
//!
//! A request whose handler never asks for the session pays for a slot in the request's extensions and nothing else: no cookie is
//! read, no header written.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::header::{CACHE_CONTROL, COOKIE, HeaderValue, RETRY_AFTER, SET_COOKIE};
use http::{Request, Response, StatusCode, request};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::headers;
use super::slot::Slot;
use crate::manager::{Error, Reply, Save, SessionManager};
use crate::session::Session;

/// Gives every request its session, and every response what is to be said of it.
///
/// A request has one session of a cookie's name: a layer within another one of the same name lets requests pass. Layers with cookies of
/// different names give it a session each.
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
    type Future = ResponseFuture<S::Future, Res>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Req>) -> Self::Future {
        let outer = request.extensions().get::<Slot>();
        // Two sessions of one cookie would overwrite each other.
        let slot = outer
            .is_none_or(|outer| outer.named(self.manager.cookie_name()).is_none())
            .then(|| Slot::new(self.manager.clone(), request.headers(), outer.cloned()));
        if let Some(slot) = &slot {
            request.extensions_mut().insert(slot.clone());
        }
        ResponseFuture { slot, handler: self.inner.call(request), saving: None }
    }
}

/// The session of a request that went through a [`SessionLayer`], opened if it was not yet; `None` if there is no layer.
///
/// Of several layers with cookies of different names it is the innermost one's; [`session_named`] gives the others'. Frameworks with
/// extractors have one of their own (see [`axum`](super::axum)).
///
/// # Errors
/// When our side is out of order; what the client sent is no error.
pub async fn session(request: &request::Parts) -> Option<Result<Session, Error>> {
    let slot = request.extensions.get::<Slot>()?;
    Some(slot.open(request.headers.get_all(COOKIE)).await)
}

/// The session of the layer whose cookie has this name; `None` if there is no such layer.
///
/// # Errors
/// As [`session`].
pub async fn session_named(request: &request::Parts, cookie_name: &str) -> Option<Result<Session, Error>> {
    let slot = request.extensions.get::<Slot>()?.named(cookie_name)?;
    Some(slot.open(request.headers.get_all(COOKIE)).await)
}

/// In the extensions of a response that stands in for the handler's because the session could not be opened or saved: what went wrong, for a
/// layer outside this one to log, count or explain. The response itself tells the client nothing but the status.
#[derive(Debug, Clone)]
pub struct SaveFailed(pub Arc<Error>);

pin_project! {
    /// The response, once the session is saved.
    pub struct ResponseFuture<F, Res> {
        slot: Option<Slot>,
        #[pin]
        handler: F,
        saving: Option<Saving<Res>>,
    }
}

/// A response that must not leave before the store has answered.
struct Saving<Res> {
    response: Response<Res>,
    save: Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>,
}

impl<F, Res, E> Future for ResponseFuture<F, Res>
where
    F: Future<Output = Result<Response<Res>, E>>,
    Res: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.saving.is_none() {
            let response = ready!(this.handler.poll(cx))?;
            match this.slot.as_ref().and_then(Slot::save) {
                None => return Poll::Ready(Ok(answered(this.slot, response))),
                Some(Save::Done(saved)) => {
                    return Poll::Ready(Ok(answered(this.slot, finish(response, saved))));
                }
                Some(Save::Waits(save)) => *this.saving = Some(Saving { response, save }),
            }
        }
        // Just put there, or by an earlier call.
        let Some(saving) = this.saving else { return Poll::Pending };
        let saved = ready!(saving.save.as_mut().poll(cx));
        let response = std::mem::take(&mut saving.response);
        Poll::Ready(Ok(answered(this.slot, finish(response, saved))))
    }
}

impl<F, Res> fmt::Debug for ResponseFuture<F, Res> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseFuture(saving: {})", self.saving.is_some())
    }
}

/// Lets the response go.
fn answered<Res>(slot: &Option<Slot>, response: Response<Res>) -> Response<Res> {
    if let Some(slot) = slot {
        slot.answered();
    }
    response
}

/// Says of the session, on the head of the response, what is to be said.
fn finish<Res: Default>(mut response: Response<Res>, saved: Result<Reply, Error>) -> Response<Res> {
    match saved {
        Ok(reply) => {
            headers::apply(&reply, response.headers_mut());
            response
        }
        Err(error) => failure(error),
    }
}

/// In place of the handler's response, which may promise what was not kept: nothing of it may reach the client.
pub(super) fn failure<Res: Default>(error: Error) -> Response<Res> {
    let mut response = Response::new(Res::default());
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    for removal in error.set_cookies().filter_map(|removal| HeaderValue::from_str(removal).ok()) {
        headers.append(SET_COOKIE, removal);
    }
    response.extensions_mut().insert(SaveFailed(Arc::new(error)));
    response
}
