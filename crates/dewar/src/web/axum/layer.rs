//! The session layer for axum: that of tower with axum's body type, so that a router accepts it directly.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum_core::BoxError;
use axum_core::body::Body;
use axum_core::response::{IntoResponse, Response};
use bytes::Bytes;
use http::Request;
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::manager::{Error, SessionManager};
use crate::web::error_page::ErrorPage;
use crate::web::tower::{self, SessionBody};

/// Middleware that gives each request its session and saves it before the response is sent.
///
/// It works inside or outside of other layers. Routes that are added after this layer have no session, and neither does middleware outside
/// of it, which is added after it.
///
/// See [`tower::SessionLayer`] for details. This one uses axum's body type, so that no response is boxed again.
#[derive(Debug, Clone)]
pub struct SessionLayer {
    layer: tower::SessionLayer,
    page: Option<ErrorPage<Body>>,
}

impl SessionLayer {
    /// Creates a layer with this manager.
    #[must_use]
    pub fn new(manager: SessionManager) -> Self {
        Self { layer: tower::SessionLayer::new(manager), page: None }
    }

    /// Sets the page that is sent if a session cannot be opened, used or saved. Without it, such responses have an empty body, or in debug
    /// builds the reason.
    ///
    /// The page is used for failures of the layer and its extractors, and for each [`Error`], [`ConvertError`](crate::value::ConvertError)
    /// and [`TimeoutsError`](crate::lifetime::TimeoutsError) that a handler returns. Status and headers are those of the failure, and the
    /// page can add to them; see [`tower::SessionLayer::on_error`].
    ///
    /// ```
    /// use axum::response::Html;
    /// use dewar::SessionManager;
    /// use dewar::web::axum::SessionLayer;
    ///
    /// fn layer(manager: SessionManager) -> SessionLayer {
    ///     SessionLayer::new(manager).on_error(|failure| match failure.status() {
    ///         503 => Html("<h1>Try again in a moment</h1><p>You are still logged in."),
    ///         _ => Html("<h1>That did not work</h1><p>The fault is ours."),
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn on_error<P: IntoResponse>(self, page: impl Fn(&Error) -> P + Send + Sync + 'static) -> Self {
        Self { page: Some(ErrorPage::new(move |why| page(why).into_response())), ..self }
    }

    /// Sets whether the session is saved when the handler responds with a server error. The default is `true`. With `false` only the end of
    /// a session is saved in that case, such as by [`log_out`](crate::Session::log_out). See
    /// [`tower::SessionLayer::save_after_server_error`].
    #[must_use]
    pub fn save_after_server_error(self, saves: bool) -> Self {
        Self { layer: self.layer.save_after_server_error(saves), ..self }
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService { service: self.layer.layer(inner), page: self.page.clone() }
    }
}

/// The service that [`SessionLayer`] makes.
#[derive(Debug, Clone)]
pub struct SessionService<S> {
    service: tower::SessionService<S>,
    page: Option<ErrorPage<Body>>,
}

impl<S, Req, B> Service<Request<Req>> for SessionService<S>
where
    S: Service<Request<Req>, Response = http::Response<B>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Req>) -> Self::Future {
        ResponseFuture { future: self.service.call(request), page: self.page.clone() }
    }
}

pin_project! {
    /// The response, once the session is saved.
    pub struct ResponseFuture<F, B> {
        #[pin]
        future: tower::ResponseFuture<F, B>,
        page: Option<ErrorPage<Body>>,
    }
}

impl<F, B, E> Future for ResponseFuture<F, B>
where
    F: Future<Output = Result<http::Response<B>, E>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.future.poll(cx))?.map(into_axums);
        Poll::Ready(Ok(match this.page {
            Some(page) => page.put_into(response),
            None => response,
        }))
    }
}

/// Nothing is boxed if it is already axum's body.
fn into_axums<B>(body: SessionBody<B>) -> Body
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.into_inner().map_or_else(Body::from, Body::new)
}

impl<F, B> fmt::Debug for ResponseFuture<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.future.fmt(f)
    }
}
