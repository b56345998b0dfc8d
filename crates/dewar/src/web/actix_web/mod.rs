//! Sessions in actix-web 4: the middleware and the extractors.
//!
//! The extractor opens the session: for a handler without a [`Session`](crate::Session) argument no cookie is read.
//!
//! ```
//! use actix_web::{App, HttpServer, web};
//! use dewar::web::actix_web::SessionMiddleware;
//! use dewar::value::ConvertError;
//! use dewar::{ClientSide, SecretKeys, Session, SessionManager};
//!
//! async fn visits(session: Session) -> Result<String, ConvertError> {
//!     let visits = session.update("visits", |visits: Option<u32>| visits.unwrap_or(0) + 1)?;
//!     Ok(format!("visit {visits}"))
//! }
//!
//! async fn serve(keys: SecretKeys) -> Result<(), Box<dyn std::error::Error>> {
//!     let manager = SessionManager::client_side(ClientSide::new(keys))?;
//!     let app = move || {
//!         App::new()
//!             .wrap(SessionMiddleware::new(manager.clone()))
//!             .route("/", web::get().to(visits))
//!     };
//!     Ok(HttpServer::new(app).bind("127.0.0.1:8080")?.run().await?)
//! }
//! ```
//!
//! [`Error`](crate::error::Error), [`ConvertError`](crate::value::ConvertError), [`TimeoutsError`](crate::lifetime::TimeoutsError),
//! [`Forbidden`] and [`SessionRejection`] have responses, so a handler that returns `actix_web::Result` can use `?` with them.
//! `ConvertError` and `TimeoutsError` also convert to `Error`.
//!
//! # Logins
//!
//! [`LoggedIn`] is the user, of a type that says how it is loaded ([`SessionUser`]). [`Allowed`] is a user who has a [`Permission`]. Both are
//! guards of a whole scope with [`Require`]. The user is loaded once, for guards and handlers together.
//!
//! ```
//! # use std::convert::Infallible;
//! # use dewar::web::actix_web::SessionUser;
//! # use actix_web::HttpRequest;
//! use actix_web::web::Redirect;
//! use dewar::web::actix_web::{Forbidden, LoggedIn};
//!
//! # #[derive(Clone)]
//! # struct User { name: String, is_admin: bool }
//! # impl SessionUser for User {
//! #     type Error = Infallible;
//! #     async fn load(_: &str, _: &HttpRequest) -> Result<Option<Self>, Infallible> { Ok(None) }
//! # }
//! async fn account(user: LoggedIn<User>) -> String {
//!     format!("Hello {}", user.name)
//! }
//!
//! async fn index(user: Option<LoggedIn<User>>) -> String {
//!     user.map_or("Log in".to_owned(), |user| format!("Hello {}", user.name))
//! }
//!
//! async fn delete_everything(user: LoggedIn<User>) -> Result<&'static str, Forbidden> {
//!     user.require(|user| user.is_admin)?;
//!     Ok("done")
//! }
//!
//! async fn log_out(user: LoggedIn<User>) -> Redirect {
//!     user.session().log_out();
//!     Redirect::to("/").see_other()
//! }
//! # use actix_web::web::{delete, get, post};
//! # let app = actix_web::App::new()
//! #     .route("/account", get().to(account)).route("/", get().to(index))
//! #     .route("/everything", delete().to(delete_everything)).route("/logout", post().to(log_out));
//! ```
//!
//! # `Option`
//!
//! `Option<Session>` is `None` on a route without a middleware, and `Option<LoggedIn<User>>` is `None` if nobody is logged in. actix-web
//! also turns failures into `None`: a store that is down, or a user who could not be loaded. That must not look like a logout, so the
//! middleware sends the response to the failure, such as the status 503, instead of the handler's. A handler that can respond without a
//! session takes a `Result<Session, SessionRejection>`, and its response is sent unchanged.
//!
//! If another middleware, such as one of `from_fn`, takes the `Option` and returns an error (`Err(ErrorUnauthorized(..))`), that error is sent
//! even if there was a failure. There, take a `Result`, or use [`Require`].

mod allowed;
mod error_page;
mod errors;
mod extraction;
mod headers;
mod logged_in;
mod middleware;
mod rejected;
mod require;
mod response_future;
mod session;
mod session_user;
mod sessions;
mod typed;

use actix_web::body::EitherBody;

pub use self::allowed::PermissionRejection;
pub use self::errors::SessionRejection;
pub use self::extraction::Extraction;
pub use self::logged_in::LoginRejection;
pub use self::middleware::{SessionMiddleware, SessionService};
pub use self::require::{Require, RequireService};
pub use self::response_future::ResponseFuture;
pub use self::session_user::SessionUser;
pub use self::sessions::Sessions;
pub use super::failed::SessionFailed;
pub use super::login::{Allowed, Forbidden, LoggedIn, NotLoggedIn, Permission};

/// The body of a response: the handler's, or another one in its place.
type Body<B> = EitherBody<B>;
