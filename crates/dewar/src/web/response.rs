//! Adding the session headers to a response of any framework, and the response to a failure.

use std::borrow::Cow;
use std::sync::Arc;

use crate::cookie::is_same_cookie;
use crate::manager::{Error, SessionHeaders};

/// The headers of a response. An adapter implements this trait for its framework.
///
/// Names are compared case-insensitively. The names that Dewar passes are in lower case.
pub trait ResponseHeaders {
    /// Returns the names of the existing headers. A name with several values may occur several times.
    fn names(&self) -> impl Iterator<Item = &str>;

    /// Returns the values of a header, in order.
    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]>;

    /// Adds a header after existing ones with the same name.
    fn append(&mut self, name: &str, value: Cow<'static, str>);

    /// Removes the values of a header for which `is_unwanted` is true, and keeps the others in order.
    fn remove(&mut self, name: &str, is_unwanted: impl Fn(&[u8]) -> bool);

    /// Puts a header in place of all with its name.
    fn replace(&mut self, name: &str, value: Cow<'static, str>) {
        self.remove(name, |_| true);
        self.append(name, value);
    }
}

impl SessionHeaders {
    /// Adds the session headers to a response: `Set-Cookie`, `Vary` and `Cache-Control`, taking existing values into account. Does nothing
    /// if the request did not use its session.
    pub fn apply_to(&self, headers: &mut impl ResponseHeaders) {
        self.apply_but_cookies(headers);
        self.set_cookies().for_each(|set_cookie| put_cookie(headers, set_cookie.to_owned()));
    }

    /// [`apply_to`](Self::apply_to) without copying the lines.
    pub(super) fn put_onto(self, headers: &mut impl ResponseHeaders) {
        self.apply_but_cookies(headers);
        self.into_set_cookies().for_each(|set_cookie| put_cookie(headers, set_cookie));
    }

    fn apply_but_cookies(&self, headers: &mut impl ResponseHeaders) {
        if self.is_empty() {
            return;
        }
        if let Some(vary) = self.vary(texts(headers, "vary")) {
            headers.replace("vary", vary);
        }
        if self.set_cookies().next().is_none() {
            return;
        }
        if let Some(cache_control) = self.cache_control(texts(headers, "cache-control")) {
            headers.replace("cache-control", cache_control);
        }
        self.apply_to_targeted_caches(headers);
    }

    /// Some caches use their own header instead of `Cache-Control` (RFC 9213): `CDN-Cache-Control`, one with a vendor's name such as
    /// `Vercel-CDN-Cache-Control`, and the older `Surrogate-Control`.
    fn apply_to_targeted_caches(&self, headers: &mut impl ResponseHeaders) {
        let targeted: Vec<String> =
            headers.names().filter(|name| is_targeted(name)).map(str::to_ascii_lowercase).collect();
        for name in targeted {
            if let Some(instead) = self.cache_control(texts(headers, &name)) {
                headers.replace(&name, instead);
            }
        }
    }
}

/// A response must not set the same cookie twice (RFC 6265bis §4.1.1). A cookie of the same name with another `Domain` or `Path` is a different
/// one.
fn put_cookie(headers: &mut impl ResponseHeaders, set_cookie: String) {
    headers.remove("set-cookie", |line| is_same_cookie(line, set_cookie.as_bytes()));
    headers.append("set-cookie", set_cookie.into());
}

fn is_targeted(name: &str) -> bool {
    let ends_with = |end: &str| {
        let start = name.len().saturating_sub(end.len());
        name.get(start..).is_some_and(|rest| rest.eq_ignore_ascii_case(end))
    };
    ends_with("cdn-cache-control") || name.eq_ignore_ascii_case("surrogate-control")
}

/// The values that are printable ASCII; others have no meaning in these headers.
fn texts<'h>(headers: &'h impl ResponseHeaders, name: &str) -> impl Iterator<Item = &'h str> {
    let is_printable = |text: &&str| text.bytes().all(|byte| byte == b'\t' || matches!(byte, b' '..=b'~'));
    headers.values(name).filter_map(move |value| std::str::from_utf8(value).ok().filter(is_printable))
}

/// The response to an [`Error`], sent instead of the handler's. Nothing of that may reach the client, since it may claim that something was
/// saved.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failure {
    /// The HTTP status: 503, 500 or 409 (see [`Error::status`]).
    pub status: u16,
    /// All headers of the response: `Cache-Control: no-store`, `Retry-After` with 503, `Set-Cookie` where a cookie must be removed or was
    /// set by an earlier save, and `Content-Type` if there is a body.
    pub headers: Vec<(&'static str, String)>,
    /// In debug builds, what went wrong and what to do about it. Empty in release builds, so that clients learn nothing.
    pub body: String,
    /// The error, which was already logged.
    pub error: Arc<Error>,
}

impl Failure {
    /// Adds the lines of earlier saves that no response has carried. The cookies of the error replace those of the same name.
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

/// The headers of a text for developers. A browser must not treat it as HTML, because names in it may come from a visitor.
pub(super) const TEXT_HEADERS: [(&str, &str); 2] =
    [("content-type", "text/plain; charset=utf-8"), ("x-content-type-options", "nosniff")];

/// The explanation for developers in a debug build; empty in a release build.
pub(super) fn explained(why: &str) -> String {
    if cfg!(debug_assertions) {
        format!("{why}\n\n(This text is in debug builds only.)\n")
    } else {
        String::new()
    }
}
