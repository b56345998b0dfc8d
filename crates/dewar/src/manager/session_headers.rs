//! What the response must say about the session, as text: any framework can apply it.

use std::borrow::Cow;

use crate::cookie::{CacheControl, is_same_cookie, vary_cookie};

/// What the response tells the client about its session.
#[derive(Debug, Default)]
#[must_use = "the client gets its session only if the response carries this"]
pub struct SessionHeaders {
    pub(super) set_cookie: Option<String>,
    /// Lines that remove the cookies of previous names and places.
    pub(super) removal_cookies: Vec<String>,
    /// Lines of saves before this one that no response has carried.
    pub(super) earlier: Vec<String>,
    pub(super) varies: bool,
    pub(super) cache_control: CacheControl,
}

impl SessionHeaders {
    /// The same, with the session's cookie.
    pub(super) fn telling(self, set_cookie: String) -> Self {
        Self { set_cookie: Some(set_cookie), varies: true, ..self }
    }

    /// The same, with the lines of saves before it. What it says itself of a cookie wins.
    pub(crate) fn after(self, earlier: Vec<String>) -> Self {
        Self { earlier: self.unless_replaced(earlier), ..self }
    }

    /// The lines of saves before it and its own, as a response is to carry them.
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

    /// Whether the response has nothing to say of the session.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.varies && self.set_cookies().next().is_none()
    }

    /// The values of the `Set-Cookie` headers to add, one for each cookie: that of the session first, then those that remove cookies of
    /// [previous managers](crate::SessionManager::migrating_from), and those of earlier saves in the same request. Each takes the place of an earlier line of the same name, `Domain` and
    /// `Path`.
    pub fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.set_cookie.iter().chain(&self.removal_cookies).chain(&self.earlier).map(String::as_str)
    }

    /// The first of [`set_cookies`](Self::set_cookies) if it is that of the session: all there is without previous managers.
    #[must_use]
    pub fn set_cookie(&self) -> Option<&str> {
        self.set_cookie.as_deref()
    }

    /// The one `Vary` header that replaces the present ones; `None` if they can stay as they are.
    ///
    /// `Cookie` is in it as soon as the program looked at the session, or a cookie is set (CVE-2023-30861, CVE-2026-27205).
    pub fn vary<'a>(&self, present: impl IntoIterator<Item = &'a str>) -> Option<Cow<'static, str>> {
        if self.varies { vary_cookie(present) } else { None }
    }

    /// The `Cache-Control` header that replaces the present ones; `None` if they can stay as they are.
    ///
    /// A response that sets our cookie must not be stored by a shared cache: RFC 9111 lets it, `Set-Cookie` or not.
    pub fn cache_control<'a>(&self, present: impl IntoIterator<Item = &'a str>) -> Option<Cow<'static, str>> {
        if self.set_cookies().next().is_some() { self.cache_control.merged(present) } else { None }
    }
}
