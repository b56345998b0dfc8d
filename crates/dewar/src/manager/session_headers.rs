//! The session headers of a response as text, which any framework can use.

use std::borrow::Cow;

use crate::cookie::{CacheControl, is_same_cookie, vary_cookie};

/// The headers to add to the response: `Set-Cookie`, `Vary` and `Cache-Control`.
#[derive(Debug, Default)]
#[must_use = "the client gets its session only if the response carries these headers"]
pub struct SessionHeaders {
    pub(super) set_cookie: Option<String>,
    /// Lines that remove the cookies of previous managers.
    pub(super) removal_cookies: Vec<String>,
    /// Lines of saves before this one that no response has carried.
    pub(super) earlier: Vec<String>,
    pub(super) varies: bool,
    pub(super) cache_control: CacheControl,
}

impl SessionHeaders {
    /// Adds the session's cookie.
    pub(super) fn with_cookie(self, set_cookie: String) -> Self {
        Self { set_cookie: Some(set_cookie), varies: true, ..self }
    }

    /// Adds the lines of earlier saves. Its own cookies replace those of the same name.
    pub(crate) fn after(self, earlier: Vec<String>) -> Self {
        Self { earlier: self.unless_replaced(earlier), ..self }
    }

    /// The lines of earlier saves and its own, as a response must carry them.
    pub(super) fn lines_after(&self, earlier: Vec<String>) -> Vec<String> {
        let mut lines = self.unless_replaced(earlier);
        lines.extend(self.set_cookies().map(str::to_owned));
        lines
    }

    fn unless_replaced(&self, mut lines: Vec<String>) -> Vec<String> {
        let is_same = |line: &str, own: &str| is_same_cookie(line.as_bytes(), own.as_bytes());
        lines.retain(|line| !self.set_cookies().any(|own| is_same(line, own)));
        lines
    }

    /// Returns `true` if there is nothing to add to the response.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.varies && self.set_cookies().next().is_none()
    }

    /// Returns the values of the `Set-Cookie` headers to add, one for each cookie: first that of the session, then those that remove
    /// cookies of [previous managers](crate::SessionManager::migrating_from), then those of earlier saves in the same request. Each
    /// replaces an earlier header with the same name, `Domain` and `Path`.
    pub fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.set_cookie.iter().chain(&self.removal_cookies).chain(&self.earlier).map(String::as_str)
    }

    /// [`set_cookies`](Self::set_cookies) without copying them.
    pub(crate) fn into_set_cookies(self) -> impl Iterator<Item = String> {
        self.set_cookie.into_iter().chain(self.removal_cookies).chain(self.earlier)
    }

    /// Returns the first of [`set_cookies`](Self::set_cookies) if it is that of the session. Without previous managers there are no others.
    #[must_use]
    pub fn set_cookie(&self) -> Option<&str> {
        self.set_cookie.as_deref()
    }

    /// Returns the `Vary` header that replaces the existing ones, or `None` if they can stay as they are.
    ///
    /// It contains `Cookie` if the program used the session or a cookie is set (CVE-2023-30861, CVE-2026-27205).
    pub fn vary<'a>(&self, present: impl IntoIterator<Item = &'a str>) -> Option<Cow<'static, str>> {
        if self.varies { vary_cookie(present) } else { None }
    }

    /// Returns the `Cache-Control` header that replaces the existing ones, or `None` if they can stay as they are.
    ///
    /// A shared cache must not store a response that sets our cookie. RFC 9111 allows it to, even with `Set-Cookie`.
    pub fn cache_control<'a>(&self, present: impl IntoIterator<Item = &'a str>) -> Option<Cow<'static, str>> {
        if self.set_cookies().next().is_some() { self.cache_control.merged(present) } else { None }
    }
}
