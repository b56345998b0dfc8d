//! What a response says of the session, on any framework's headers; and the response to a failure.

use std::borrow::Cow;
use std::sync::Arc;

use crate::cookie::is_same_cookie;
use crate::manager::{Error, SessionHeaders};

/// The headers of a response: what an adapter implements for its framework.
///
/// Names are compared without regard to case. Those that Dewar passes are in lower case.
pub trait ResponseHeaders {
    /// The names of the headers that are there. One that has several values may come several times.
    fn names(&self) -> impl Iterator<Item = &str>;

    /// The values of a header, in order.
    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]>;

    /// Adds a header, after those of the same name.
    fn append(&mut self, name: &str, value: Cow<'static, str>);

    /// Removes those values of a header for which `is_unwanted` is true, and leaves the others in their order.
    fn remove(&mut self, name: &str, is_unwanted: impl Fn(&[u8]) -> bool);
}

impl SessionHeaders {
    /// Puts it onto the headers of a response: `Set-Cookie`, `Vary` and `Cache-Control`, which take what is there into account. Does nothing
    /// if the request did not use its session.
    pub fn apply_to(&self, headers: &mut impl ResponseHeaders) {
        if self.is_empty() {
            return;
        }
        if let Some(vary) = self.vary(texts(headers, "vary")) {
            replace(headers, "vary", vary);
        }
        if self.set_cookies().next().is_none() {
            return;
        }
        if let Some(cache_control) = self.cache_control(texts(headers, "cache-control")) {
            replace(headers, "cache-control", cache_control);
        }
        self.apply_to_targeted_caches(headers);
        for set_cookie in self.set_cookies() {
            // A response must not set one cookie twice (RFC 6265bis §4.1.1). One of the same name for another `Domain` or `Path` is another.
            headers.remove("set-cookie", |line| is_same_cookie(line, set_cookie.as_bytes()));
            headers.append("set-cookie", set_cookie.to_owned().into());
        }
    }

    /// Some caches follow a header of their own in place of `Cache-Control` (RFC 9213): `CDN-Cache-Control`, one with a vendor's name such as
    /// `Vercel-CDN-Cache-Control`, and the older `Surrogate-Control`.
    fn apply_to_targeted_caches(&self, headers: &mut impl ResponseHeaders) {
        let targeted: Vec<String> =
            headers.names().filter(|name| is_targeted(name)).map(str::to_ascii_lowercase).collect();
        for name in targeted {
            if let Some(instead) = self.cache_control(texts(headers, &name)) {
                replace(headers, &name, instead);
            }
        }
    }
}

fn is_targeted(name: &str) -> bool {
    let ends_with = |end: &str| {
        let start = name.len().saturating_sub(end.len());
        name.get(start..).is_some_and(|rest| rest.eq_ignore_ascii_case(end))
    };
    ends_with("cdn-cache-control") || name.eq_ignore_ascii_case("surrogate-control")
}

fn replace(headers: &mut impl ResponseHeaders, name: &str, value: Cow<'static, str>) {
    headers.remove(name, |_| true);
    headers.append(name, value);
}

/// The values that are printable ASCII; others mean nothing in these headers.
fn texts<'h>(headers: &'h impl ResponseHeaders, name: &str) -> impl Iterator<Item = &'h str> {
    let is_printable = |text: &&str| text.bytes().all(|byte| byte == b'\t' || matches!(byte, b' '..=b'~'));
    headers.values(name).filter_map(move |value| std::str::from_utf8(value).ok().filter(is_printable))
}

/// The response to an [`Error`], in place of the handler's: nothing of that one may reach the client, as it may promise what was not saved.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failure {
    /// The HTTP status: 503, 500 or 409 (see [`Error::status`]).
    pub status: u16,
    /// All headers that it needs: `Cache-Control: no-store`, `Retry-After` with 503, `Set-Cookie` where the client is to forget its cookie or
    /// was to get one before, and `Content-Type` if there is a body.
    pub headers: Vec<(&'static str, String)>,
    /// In debug builds what went wrong, and what to do; empty in release builds: clients are told nothing.
    pub body: String,
    /// What went wrong. It was logged already.
    pub error: Arc<Error>,
}

impl Failure {
    /// After saves whose lines no response has carried. What the error says of a cookie wins.
    pub(super) fn after(error: Error, mut earlier: Vec<String>) -> Self {
        let is_same = |line: &str, own: &str| is_same_cookie(line.as_bytes(), own.as_bytes());
        earlier.retain(|line| !error.set_cookies().any(|own| is_same(line, own)));
        let mut failure = Self::from(error);
        failure.headers.extend(earlier.into_iter().map(|line| ("set-cookie", line)));
        failure
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = error.status();
        let mut headers = vec![("cache-control", "no-store".to_owned())];
        if status == 503 {
            headers.push(("retry-after", "1".to_owned()));
        }
        headers.extend(error.set_cookies().map(|removal| ("set-cookie", removal.to_owned())));
        let error = error.noted();
        let body = explained(&error.with_causes());
        if !body.is_empty() {
            headers.extend(TEXT_HEADERS.map(|(name, value)| (name, value.to_owned())));
        }
        Self { status, headers, body, error: Arc::new(error) }
    }
}

/// The headers of a text for developers. A browser must not take it for HTML: names in it may be a visitor's.
pub(super) const TEXT_HEADERS: [(&str, &str); 2] =
    [("content-type", "text/plain; charset=utf-8"), ("x-content-type-options", "nosniff")];

/// What a developer is told in a debug build; nothing in a release build.
pub(super) fn explained(why: &str) -> String {
    if cfg!(debug_assertions) {
        format!("{why}\n\n(This text is in debug builds only.)\n")
    } else {
        String::new()
    }
}
