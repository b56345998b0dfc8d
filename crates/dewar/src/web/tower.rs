//! The layer for any tower stack that speaks `http` 1: axum, tonic, hyper's own.
//!
//! A request whose handler never asks for the session pays for a [`LazySession`] in the request's extensions and nothing else: no cookie is
//! read, no header written.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{Request, Response, request};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::LazySession;
use super::http::cookies;
use crate::manager::{Error, Reply, SessionManager};
use crate::session::Session;
use crate::store::Answer;

/// Gives every request its session, and saves it before the response is sent.
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

/// The service that [`SessionLayer`] makes.
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
        let outer = request.extensions().get::<LazySession>();
        let session = LazySession::within(outer, &self.manager, cookies(request.headers()));
        if let Some(session) = &session {
            request.extensions_mut().insert(session.clone());
        }
        ResponseFuture { session, handler: self.inner.call(request), saving: None }
    }
}

/// The session of a request that went through a [`SessionLayer`], opened if it was not yet; `None` if there is no layer.
///
/// Of several layers with cookies of different names it is the innermost one's; [`session_named`] gives the others'. Frameworks with
/// extractors have one of their own (see [`axum`](super::axum)).
///
/// # Errors
/// When the store cannot be read; what the client sent is no error.
pub async fn session(request: &request::Parts) -> Option<Result<Session, Error>> {
    let session = request.extensions.get::<LazySession>()?;
    Some(session.session(cookies(&request.headers)).await)
}

/// The session of the layer whose cookie has this name; `None` if there is no such layer.
///
/// # Errors
/// As [`session`].
pub async fn session_named(request: &request::Parts, cookie_name: &str) -> Option<Result<Session, Error>> {
    let session = request.extensions.get::<LazySession>()?.named(cookie_name)?;
    Some(session.session(cookies(&request.headers)).await)
}

/// In the extensions of a response that stands in for the handler's because the session could not be opened or saved: what went wrong, for a
/// layer outside this one to log, count or explain. The response itself tells the client nothing but the status.
#[derive(Debug, Clone)]
pub struct SaveFailed(pub Arc<Error>);

pin_project! {
    /// The response, once the session is saved.
    pub struct ResponseFuture<F, Res> {
        session: Option<LazySession>,
        #[pin]
        handler: F,
        saving: Option<Saving<Res>>,
    }
}

/// A response that is not sent before the session is saved.
struct Saving<Res> {
    response: Response<Res>,
    save: Answer<'static, Reply, Error>,
}

impl<F, Res, E> Future for ResponseFuture<F, Res>
where
    F: Future<Output = Result<Response<Res>, E>>,
    Res: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(session) = this.session else { return this.handler.poll(cx) };
        if this.saving.is_none() {
            let response = ready!(this.handler.poll(cx))?;
            match session.save() {
                Answer::Now(saved) => return Poll::Ready(Ok(finish(session, response, saved))),
                save @ Answer::Later(_) => *this.saving = Some(Saving { response, save }),
            }
        }
        // Just put there, or by an earlier call.
        let Some(saving) = this.saving else { return Poll::Pending };
        let saved = ready!(Pin::new(&mut saving.save).poll(cx));
        Poll::Ready(Ok(finish(session, std::mem::take(&mut saving.response), saved)))
    }
}

fn finish<Res: Default>(
    session: &LazySession,
    mut response: Response<Res>,
    saved: Result<Reply, Error>,
) -> Response<Res> {
    match session.finish(saved, response.headers_mut()) {
        Ok(()) => response,
        Err(failure) => failure.into(),
    }
}

impl<F, Res> fmt::Debug for ResponseFuture<F, Res> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseFuture(saving: {})", self.saving.is_some())
    }
}
