//! The session layer for tower services that use `http` 1: axum, tonic, hyper.
//!
//! A request whose handler does not use the session only costs a [`LazySession`] in the request's extensions: no cookie is read and no
//! header is written.

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
use crate::store::{Answer, BoxedAnswer};

/// Middleware that gives each request its session and saves it before the response is sent.
///
/// A request has one session per cookie name: a nested layer with the same cookie name does nothing. Layers with different cookie names
/// provide one session each.
///
/// It works with any body type, inside or outside of other layers. (In axum use [`axum::SessionLayer`](super::axum::SessionLayer), which is
/// this layer with axum's body type.)
#[derive(Debug, Clone)]
pub struct SessionLayer {
    manager: SessionManager,
    page: Option<ErrorPage<Bytes>>,
    saves_after_server_error: bool,
}

impl SessionLayer {
    /// Creates a layer with this manager.
    #[must_use]
    pub fn new(manager: SessionManager) -> Self {
        Self { manager, page: None, saves_after_server_error: true }
    }

    /// Sets the page that is sent if a session cannot be opened, used or saved. Without it, such responses have an empty body, or in debug
    /// builds the reason.
    ///
    /// The page is used for failures of the layer and for each response that is made from a [`Failure`](super::Failure). Status and headers
    /// are those of the failure (`Cache-Control: no-store`, `Retry-After`, `Set-Cookie` where a cookie is removed). The page can add
    /// headers and another status than 200; its default is `Content-Type: text/html; charset=utf-8`. The reason was logged (feature
    /// `tracing`), and should not be shown to clients.
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

    /// Sets whether the session is saved when the handler responds with a server error, a status of 500 or more. The default is `true`, as
    /// in Flask: a logout stays a logout, whatever fails afterwards.
    ///
    /// With `false` nothing is saved in that case, except the end of the session if the handler called [`log_out`](Session::log_out),
    /// [`destroy`](Session::destroy) or [`clear`](Session::clear). Changes that were [saved early](SessionManager::save_now) are kept. (A
    /// failed gRPC call has the status 200.)
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

/// Returns the session of a request that passed through a [`SessionLayer`], opening it if necessary, or `None` if there is no layer.
///
/// If there are several layers with different cookie names, this is the session of the innermost one; [`session_named`] returns the others.
/// Frameworks with extractors have their own way (see [`axum`](super::axum)).
///
/// # Errors
/// When the store cannot be read. Invalid data from the client is not an error.
pub async fn session(request: &request::Parts) -> Option<Result<Session, Error>> {
    let session = request.extensions.get::<LazySession>()?;
    Some(session.session(cookies(&request.headers)).await)
}

/// Returns the session of the layer with this cookie name, or `None` if there is no such layer.
///
/// # Errors
/// As for [`session`].
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

/// A response that waits until the session is saved.
struct Saving<B> {
    response: Response<B>,
    save: BoxedAnswer<'static, SessionHeaders, Error>,
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
                if session.finish_untouched() {
                    return Poll::Ready(Ok(shown(response.map(SessionBody::handlers), this.page.as_ref())));
                }
                let saves_all = *this.saves_after_server_error || !response.status().is_server_error();
                match if saves_all { session.save() } else { session.save_end() } {
                    Answer::Now(saved) => {
                        let response = finish(session, response, saved);
                        return Poll::Ready(Ok(shown(response, this.page.as_ref())));
                    }
                    Answer::Later(save) => Saving { response, save },
                }
            }
        };
        let Poll::Ready(saved) = saving.save.as_mut().poll(cx) else {
            *this.saving = Some(saving);
            return Poll::Pending;
        };
        let response = match this.session {
            Some(session) => finish(session, saving.response, saved),
            None => saving.response.map(SessionBody::handlers),
        };
        Poll::Ready(Ok(shown(response, this.page.as_ref())))
    }
}

fn finish<B>(
    session: &LazySession,
    mut response: Response<B>,
    saved: Result<SessionHeaders, Error>,
) -> Response<SessionBody<B>> {
    match session.finish(saved, response.headers_mut()) {
        Ok(()) => response.map(SessionBody::handlers),
        Err(failure) => failure.into(),
    }
}

/// With the page, if the session failed.
fn shown<B>(response: Response<SessionBody<B>>, page: Option<&ErrorPage<Bytes>>) -> Response<SessionBody<B>> {
    match page {
        Some(page) => page.put_into(response),
        None => response,
    }
}

impl<F, B> fmt::Debug for ResponseFuture<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseFuture(saving: {})", self.saving.is_some())
    }
}
