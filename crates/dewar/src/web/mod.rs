//! Adapters for web frameworks, one feature each, and the building blocks for an adapter of your own.
//!
//! Every adapter does the same:
//!
//! 1. When a request arrives, create a [`LazySession`] and put it where handlers can find it.
//! 2. When a handler asks for its session, call [`LazySession::session`]. A failure to open it becomes a response: [`Failure`]. So does an
//!    error of a handler's own calls, such as a [`ConvertError`](crate::value::ConvertError), which converts to an
//!    [`Error`](crate::error::Error).
//! 3. When the handler is done, [save](LazySession::save) (or, if the handler failed and the program wants nothing saved in that case,
//!    [save only an end](LazySession::save_end)), then [finish](LazySession::finish) with the [headers](ResponseHeaders) of the response.
//!    If that fails, send the [`Failure`] instead of the response.
//!
//! [`tower`] does this for `http` 1. Here is an adapter for a framework with its own types:
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
//! A request whose handler does not use the session costs one allocation. Futures are only allocated where something has to be awaited:
//! [`LazySession::session`] and [`LazySession::save`] return an [`Answer`](crate::store::Answer), which may be ready immediately.

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
