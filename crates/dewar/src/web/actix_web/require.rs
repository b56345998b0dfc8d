//! A guard for a whole scope.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::FromRequest;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};

use super::Body;

/// Middleware that passes only requests from which `T` can be extracted, such as [`LoggedIn`](super::LoggedIn) or
/// [`Allowed`](super::Allowed). Other requests get the response of the extractor. It must be inside of the
/// [`SessionMiddleware`](super::SessionMiddleware): on a scope of the `App` that has it, or added before it.
///
/// ```
/// use actix_web::web;
/// # use actix_web::HttpRequest;
/// # use std::convert::Infallible;
/// # use dewar::web::actix_web::SessionUser;
/// use dewar::web::actix_web::{Allowed, Permission, Require};
///
/// # #[derive(Clone)]
/// # struct User { name: String, is_admin: bool }
/// # impl SessionUser for User {
/// #     type Error = Infallible;
/// #     async fn load(_: &str, _: &HttpRequest) -> Result<Option<Self>, Infallible> { Ok(None) }
/// # }
/// struct Admin;
///
/// impl Permission<User> for Admin {
///     fn allows(user: &User) -> bool {
///         user.is_admin
///     }
/// }
///
/// async fn report(user: Allowed<User, Admin>) -> String {
///     format!("Hello {}", user.name)
/// }
///
/// let admin = web::scope("/admin")
///     .wrap(Require::<Allowed<User, Admin>>::new())
///     .route("/report", web::get().to(report))
///     .route("/users", web::get().to(async || "no argument needed"));
/// # let _ = actix_web::App::new().service(admin);
/// ```
pub struct Require<T>(PhantomData<fn() -> T>);

impl<T: FromRequest> Require<T> {
    /// Creates the guard.
    #[must_use]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: FromRequest> Default for Require<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Require<T> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<T> fmt::Debug for Require<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Require<{}>", std::any::type_name::<T>())
    }
}

impl<S, B, T> Transform<S, ServiceRequest> for Require<T>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
    T: FromRequest + 'static,
{
    type Response = ServiceResponse<Body<B>>;
    type Error = actix_web::Error;
    type Transform = RequireService<S, T>;
    type InitError = ();
    type Future = Ready<Result<RequireService<S, T>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(RequireService { service: Rc::new(service), required: self.0 }))
    }
}

/// The service that [`Require`] makes.
pub struct RequireService<S, T> {
    service: Rc<S>,
    required: PhantomData<fn() -> T>,
}

impl<S, T> fmt::Debug for RequireService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Require(self.required).fmt(f)
    }
}

impl<S, B, T> Service<ServiceRequest> for RequireService<S, T>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
    T: FromRequest + 'static,
{
    type Response = ServiceResponse<Body<B>>;
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, actix_web::Error>>>>;

    forward_ready!(service);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let service = Rc::clone(&self.service);
        Box::pin(async move {
            // Nothing of it may be left, as a router needs the request for itself.
            let refused = request.extract::<T>().await.err();
            match refused {
                Some(why) => Ok(request.error_response(why).map_into_right_body()),
                None => Ok(service.call(request).await?.map_into_left_body()),
            }
        })
    }
}
