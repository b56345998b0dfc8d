//! The layer for any tower stack that speaks `http` 1: axum, tonic, hyper's own.
//!
//! A request whose handler never asks for the session pays for a [`LazySession`] in the request's extensions and nothing else: no cookie is
//! read, no header written.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response, request};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::LazySession;
pub use super::body::SessionBody;
use super::error_page::ErrorPage;
pub use super::failed::SessionFailed;
use super::http::cookies;
use crate::manager::{Error, SessionHeaders, SessionManager};
use crate::session::Session;
use crate::store::Answer;

/// Gives every request its session, and saves it before the response is sent.
///
/// A request has one session of a cookie's name: a layer within another one of the same name lets requests pass. Layers with cookies of
/// different names give it a session each.
///
/// It works with any body, inside and outside of any other layer. (In axum take [`axum::SessionLayer`](super::axum::SessionLayer), which is
/// this one with axum's body.)
#[derive(Debug, Clone)]
pub struct SessionLayer {
    manager: SessionManager,
    page: Option<ErrorPage<Bytes>>,
    saves_after_server_error: bool,
}

impl SessionLayer {
    /// The layer of this manager.
    #[must_use]
    pub fn new(manager: SessionManager) -> Self {
        Self { manager, page: None, saves_after_server_error: true }
    }

    /// Gives responses to sessions that could not be opened, used or saved a page of the program. Without one they have no body; in debug
    /// builds it is the reason.
    ///
    /// Those are the failures of the layer, and each response that is made from a [`Failure`](super::Failure). Status and headers are those of
    /// the failure (`Cache-Control: no-store`, `Retry-After`, `Set-Cookie` where a cookie is removed), and what the page adds to them: its
    /// headers, its status unless it is 200, and `Content-Type: text/html; charset=utf-8` if it has none. The reason was logged (feature
    /// `tracing`), and should not be told to clients.
    ///
    /// ```
    /// use dewar::SessionManager;
    /// use dewar::web::tower::SessionLayer;
    /// use http::Response;
    ///
    /// fn layer(manager: SessionManager) -> SessionLayer {
    ///     SessionLayer::new(manager).on_error(|failure| match failure.status() {
    ///         503 => Response::new("<h1>Try again in a moment</h1><p>You are still logged in."),
    ///         _ => Response::new("<h1>That did not work</h1><p>The fault is ours."),
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn on_error<P: Into<Bytes>>(
        self,
        page: impl Fn(&Error) -> Response<P> + Send + Sync + 'static,
    ) -> Self {
        Self { page: Some(ErrorPage::new(move |why| page(why).map(Into::into))), ..self }
    }

    /// Whether the session is saved when the handler has answered with a server error, a status of 500 or more. It is by default, as in
    /// Flask: a logout stays a logout whatever fails afterwards.
    ///
    /// With `false` nothing is saved then, except that the session ended, if the handler called [`log_out`](Session::log_out),
    /// [`destroy`](Session::destroy) or [`clear`](Session::clear). What was [saved early](SessionManager::save_now) stays. (A failed call of gRPC has the status 200.)
    #[must_use]
    pub fn save_after_server_error(self, saves: bool) -> Self {
        Self { saves_after_server_error: saves, ..self }
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService { inner, layer: self.clone() }
    }
}

/// The service that [`SessionLayer`] makes.
#[derive(Debug, Clone)]
pub struct SessionService<S> {
    inner: S,
    layer: SessionLayer,
}

impl<S, Req, B> Service<Request<Req>> for SessionService<S>
where
    S: Service<Request<Req>, Response = Response<B>>,
{
    type Response = Response<SessionBody<B>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Req>) -> Self::Future {
        let SessionLayer { manager, page, saves_after_server_error } = &self.layer;
        let outer = request.extensions().get::<LazySession>();
        let session = LazySession::within(outer, manager, cookies(request.headers()));
        if let Some(session) = &session {
            request.extensions_mut().insert(session.clone());
        }
        ResponseFuture {
            session,
            handler: self.inner.call(request),
            saves_after_server_error: *saves_after_server_error,
            page: page.clone(),
            saving: None,
        }
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

pin_project! {
    /// The response, once the session is saved.
    pub struct ResponseFuture<F, B> {
        session: Option<LazySession>,
        #[pin]
        handler: F,
        saves_after_server_error: bool,
        page: Option<ErrorPage<Bytes>>,
        saving: Option<Saving<B>>,
    }
}

/// A response that is not sent before the session is saved.
struct Saving<B> {
    response: Response<B>,
    save: Answer<'static, SessionHeaders, Error>,
}

impl<F, B, E> Future for ResponseFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<SessionBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut saving = match this.saving.take() {
            Some(saving) => saving,
            None => {
                let response = ready!(this.handler.poll(cx))?;
                let Some(session) = this.session else {
                    return Poll::Ready(Ok(response.map(SessionBody::handlers)));
                };
                let saves_all = *this.saves_after_server_error || !response.status().is_server_error();
                let save = if saves_all { session.save() } else { session.save_end() };
                Saving { response, save }
            }
        };
        let Poll::Ready(saved) = Pin::new(&mut saving.save).poll(cx) else {
            *this.saving = Some(saving);
            return Poll::Pending;
        };
        let response = finish(this.session.as_ref(), saving.response, saved);
        Poll::Ready(Ok(match this.page {
            Some(page) => page.put_into(response),
            None => response,
        }))
    }
}

fn finish<B>(
    session: Option<&LazySession>,
    mut response: Response<B>,
    saved: Result<SessionHeaders, Error>,
) -> Response<SessionBody<B>> {
    let finished = session.map_or(Ok(()), |session| session.finish(saved, response.headers_mut()));
    match finished {
        Ok(()) => response.map(SessionBody::handlers),
        Err(failure) => failure.into(),
    }
}

impl<F, B> fmt::Debug for ResponseFuture<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseFuture(saving: {})", self.saving.is_some())
    }
}
