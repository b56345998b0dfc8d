//! A framework with types of its own, and the adapter for it: what any framework outside this crate has to write.

use std::borrow::Cow;

use dewar::web::{Failure, LazySession, ResponseHeaders};
use dewar::{Session, SessionManager};

/// Its request: the values of the `Cookie` headers, and what layers have put in.
#[derive(Default)]
pub(super) struct Request {
    cookies: Vec<Vec<u8>>,
    session: Option<LazySession>,
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) body: String,
}

/// Its headers: names as they were given, values as bytes.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Headers(pub(super) Vec<(String, Vec<u8>)>);

impl ResponseHeaders for Headers {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let named = self.0.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_slice())
    }

    fn append(&mut self, name: &str, value: Cow<'static, str>) {
        self.0.push((name.to_owned(), value.into_owned().into_bytes()));
    }

    fn remove(&mut self, name: &str, is_unwanted: impl Fn(&[u8]) -> bool) {
        self.0.retain(|(known, value)| !known.eq_ignore_ascii_case(name) || !is_unwanted(value));
    }
}

impl From<Failure> for Response {
    fn from(failure: Failure) -> Self {
        let headers = failure.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_bytes()));
        Self { status: failure.status, headers: Headers(headers.collect()), body: failure.body }
    }
}

impl Request {
    pub(super) fn new(cookies: &[&str]) -> Self {
        let cookies = cookies.iter().map(|cookie| cookie.as_bytes().to_vec());
        Self { cookies: cookies.collect(), session: None }
    }

    fn cookies(&self) -> impl Iterator<Item = &[u8]> {
        self.cookies.iter().map(Vec::as_slice)
    }

    /// The session of the innermost layer.
    pub(super) async fn session(&self) -> Result<Session, Response> {
        open(self.session.as_ref(), self).await
    }

    /// The session of the layer whose cookie has this name.
    pub(super) async fn session_named(&self, cookie_name: &str) -> Result<Session, Response> {
        open(self.session.as_ref().and_then(|session| session.named(cookie_name)), self).await
    }
}

async fn open(session: Option<&LazySession>, request: &Request) -> Result<Session, Response> {
    let session = session.expect("there is such a layer");
    session.session(request.cookies()).await.map_err(|error| Failure::from(error).into())
}

/// The layer, told to save nothing but an end after a server error.
pub(super) async fn respond(
    manager: &SessionManager,
    mut request: Request,
    handler: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let outer = request.session.as_ref();
    let Some(session) = LazySession::within(outer, manager, request.cookies()) else {
        return handler(request).await;
    };
    request.session = Some(session.clone());
    let mut response = handler(request).await;
    let saved = if response.status < 500 { session.save().await } else { session.save_end().await };
    match session.finish(saved, &mut response.headers) {
        Ok(()) => response,
        Err(failure) => failure.into(),
    }
}
