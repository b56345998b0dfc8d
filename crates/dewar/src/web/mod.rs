//! Sessions in web frameworks: what an adapter needs for any framework, and adapters behind features.
//!
//! Every adapter does the same:
//!
//! 1. When a request comes, make a [`LazySession`] and put it where handlers find it.
//! 2. When a handler asks for its session, call [`LazySession::session`]. A failure to open it is a response: [`Failure`]. So is
//!    an error of a handler's own calls, such as a [`ConvertError`](crate::value::ConvertError), which becomes an [`Error`](crate::error::Error).
//! 3. When the handler is done, [save](LazySession::save) (or, if it failed and the program wants nothing saved then,
//!    [save only an end](LazySession::save_end)), then [finish](LazySession::finish) on the [headers](ResponseHeaders) of the response; if
//!    that fails, send the [`Failure`] in its place.
//!
//! [`tower`] does it for `http` 1. This is an adapter for a framework with its own types:
//!
//! ```
//! use std::borrow::Cow;
//!
//! use dewar::web::{Failure, LazySession, ResponseHeaders};
//! use dewar::{Session, SessionManager};
//!
//! struct Request {
//!     cookies: Vec<Vec<u8>>, // the values of its `Cookie` headers
//!     session: Option<LazySession>,
//! }
//!
//! struct Response {
//!     status: u16,
//!     headers: Headers,
//!     body: String,
//! }
//!
//! #[derive(Default)]
//! struct Headers(Vec<(String, Vec<u8>)>);
//!
//! impl ResponseHeaders for Headers {
//!     fn names(&self) -> impl Iterator<Item = &str> {
//!         self.0.iter().map(|(name, _)| name.as_str())
//!     }
//!
//!     fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
//!         let named = self.0.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
//!         named.map(|(_, value)| value.as_slice())
//!     }
//!
//!     fn append(&mut self, name: &str, value: Cow<'static, str>) {
//!         self.0.push((name.to_owned(), value.into_owned().into_bytes()));
//!     }
//!
//!     fn remove(&mut self, name: &str, is_unwanted: impl Fn(&[u8]) -> bool) {
//!         self.0.retain(|(known, value)| !known.eq_ignore_ascii_case(name) || !is_unwanted(value));
//!     }
//! }
//!
//! impl From<Failure> for Response {
//!     fn from(failure: Failure) -> Self {
//!         let mut headers = Headers::default();
//!         failure.headers.into_iter().for_each(|(name, value)| headers.append(name, value.into()));
//!         Self { status: failure.status, headers, body: failure.body }
//!     }
//! }
//!
//! impl Request {
//!     fn cookies(&self) -> impl Iterator<Item = &[u8]> {
//!         self.cookies.iter().map(Vec::as_slice)
//!     }
//!
//!     /// For handlers.
//!     async fn session(&self) -> Result<Session, Response> {
//!         let session = self.session.as_ref().expect("a session layer");
//!         session.session(self.cookies()).await.map_err(|error| Failure::from(error).into())
//!     }
//! }
//!
//! async fn respond(
//!     manager: &SessionManager,
//!     mut request: Request,
//!     handler: impl AsyncFn(&Request) -> Response,
//! ) -> Response {
//!     let session = LazySession::new(manager, request.cookies());
//!     request.session = Some(session.clone());
//!     let mut response = handler(&request).await;
//!     let saved = session.save().await;
//!     match session.finish(saved, &mut response.headers) {
//!         Ok(()) => response,
//!         Err(failure) => failure.into(),
//!     }
//! }
//! ```
//!
//! A request whose handler does not ask for the session costs one allocation. Nothing else is allocated for futures where nothing is waited for:
//! what [`LazySession::session`] and [`LazySession::save`] return is an [`Answer`](crate::store::Answer) that may be there at once.

#[cfg(feature = "actix-web")]
pub mod actix_web;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "tower")]
mod body;
#[cfg(feature = "tower")]
mod error_page;
#[cfg(any(feature = "actix-web", feature = "tower"))]
mod failed;
#[cfg(feature = "tower")]
mod http;
mod local_path;
#[cfg(any(feature = "actix-web", feature = "axum"))]
mod login;
#[cfg(feature = "minijinja")]
pub mod minijinja;
#[cfg(any(feature = "actix-web", feature = "axum"))]
mod no_layer;
mod request;
mod response;
#[cfg(feature = "tower")]
pub mod tower;

pub use self::local_path::LocalPath;
pub use self::request::LazySession;
pub use self::response::{Failure, ResponseHeaders};
pub use crate::manager::SessionHeaders;
