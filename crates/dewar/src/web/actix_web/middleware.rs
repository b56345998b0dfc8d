//! The middleware: a session for each request, saved before the response is sent.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::{HttpMessage, HttpResponse};

use super::Body;
use super::error_page::ErrorPage;
use super::headers::cookies;
use super::response_future::{AfterHandler, ResponseFuture};
use crate::manager::{Error, SessionManager};
use crate::web::LazySession;

/// Middleware that gives each request its session and saves it before the response is sent.
///
/// Add it with `.wrap(..)` to an `App`, a scope or a resource. In actix-web, the middleware that is added last is the outermost. This one
/// works inside or outside of other middleware, with any body type. Middleware outside of it has no session before the request is passed
/// on.
///
/// A request has one session per cookie name: a nested middleware with the same cookie name does nothing. Middlewares with different cookie
/// names provide one session each; see [`Sessions`](super::Sessions).
#[derive(Debug, Clone)]
pub struct SessionMiddleware {
    manager: SessionManager,
    page: Option<ErrorPage>,
    saves_after_server_error: bool,
}

impl SessionMiddleware {
    /// Creates a middleware with this manager. Create the manager outside of the closure of `HttpServer::new` and clone it there, so that
    /// all threads share it.
    #[must_use]
    pub fn new(manager: SessionManager) -> Self {
        Self { manager, page: None, saves_after_server_error: true }
    }

    /// Sets the page that is sent if a session cannot be opened, used or saved. Without it, such responses have an empty body, or in debug
    /// builds the reason.
    ///
    /// The page is used for failures of the middleware and its extractors, and for each [`Error`],
    /// [`ConvertError`](crate::value::ConvertError) and [`TimeoutsError`](crate::lifetime::TimeoutsError) that a handler returns. Status
    /// and headers are those of the failure (`Cache-Control: no-store`, `Retry-After`, `Set-Cookie` where a cookie is removed). The page
    /// can add headers and another status than 200; its default is `Content-Type: text/html; charset=utf-8`. The reason was logged (feature
    /// `tracing`), and should not be shown to clients.
    ///
    /// ```
    /// use actix_web::HttpResponse;
    /// use dewar::SessionManager;
    /// use dewar::web::actix_web::SessionMiddleware;
    ///
    /// fn sessions(manager: SessionManager) -> SessionMiddleware {
    ///     SessionMiddleware::new(manager).on_error(|failure| match failure.status() {
    ///         503 => HttpResponse::Ok().body("<h1>Try again in a moment</h1><p>You are still logged in."),
    ///         _ => HttpResponse::Ok().body("<h1>That did not work</h1><p>The fault is ours."),
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn on_error<P: Into<HttpResponse>>(self, page: impl Fn(&Error) -> P + Send + Sync + 'static) -> Self {
        Self { page: Some(ErrorPage::new(move |why| page(why).into())), ..self }
    }

    /// Sets whether the session is saved when the handler responds with a server error, a status of 500 or more. The default is `true`, as
    /// in Flask: a logout stays a logout, whatever fails afterwards.
    ///
    /// With `false` nothing is saved in that case, except the end of the session if the handler called
    /// [`log_out`](crate::Session::log_out), [`destroy`](crate::Session::destroy) or [`clear`](crate::Session::clear). Changes that were
    /// [saved early](SessionManager::save_now) are kept.
    #[must_use]
    pub fn save_after_server_error(self, saves: bool) -> Self {
        Self { saves_after_server_error: saves, ..self }
    }
}

impl<S, B> Transform<S, ServiceRequest> for SessionMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<Body<B>>;
    type Error = actix_web::Error;
    type Transform = SessionService<S>;
    type InitError = ();
    type Future = Ready<Result<SessionService<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(SessionService { service, middleware: Rc::new(self.clone()) }))
    }
}

/// The service that [`SessionMiddleware`] makes.
#[derive(Debug)]
pub struct SessionService<S> {
    service: S,
    middleware: Rc<SessionMiddleware>,
}

impl<S, B> Service<ServiceRequest> for SessionService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<Body<B>>;
    type Error = actix_web::Error;
    type Future = ResponseFuture<S::Future, B>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let outer = request.extensions().get::<LazySession>().cloned();
        let session =
            LazySession::within(outer.as_ref(), &self.middleware.manager, cookies(request.headers()));
        if let Some(session) = &session {
            request.extensions_mut().insert(session.clone());
        }
        let after_handler = session.map(|session| AfterHandler {
            session,
            outer,
            page: self.middleware.page.clone(),
            saves_after_server_error: self.middleware.saves_after_server_error,
        });
        ResponseFuture::new(self.service.call(request), after_handler)
    }
}
