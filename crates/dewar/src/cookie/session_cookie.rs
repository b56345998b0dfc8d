//! The session cookie of a checked policy.

use std::fmt;
use std::time::Duration;

use super::attributes::AttributeText;
use super::scope::{Scope, cookie_name};
use super::set_cookie::{SetCookieLine, written_size};
use crate::clock::UnixTime;

/// The limit for the name and the value together, in bytes. Browsers drop a longer cookie (RFC 6265bis §5.6 step 5).
///
/// Attributes do not count. Flask warns if the whole line is longer than 4,093 bytes, but sends it.
pub const MAX_NAME_AND_VALUE: usize = 4096;

/// The session cookie of a checked policy, made by [`CookiePolicy::build`](super::CookiePolicy::build).
///
/// It writes the same lines as `set_cookie` and `delete_cookie` of Werkzeug 3.1.9, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionCookie {
    name: String,
    attributes: AttributeText,
    scope: Scope,
}

/// The error for a cookie that browsers would silently drop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CookieTooLarge {
    /// The length of the name and the value as written, in bytes.
    pub size: usize,
    /// The limit in bytes: [`MAX_NAME_AND_VALUE`].
    pub limit: usize,
}

impl SessionCookie {
    pub(super) fn new(name: String, attributes: AttributeText) -> Self {
        let scope =
            Scope::from_line([&*attributes.before_times, &attributes.after_times].concat().as_bytes());
        Self { name, attributes, scope }
    }

    /// The cookie's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the `Set-Cookie` line that sets the cookie. Without `expires`, the browser drops the cookie when it is closed.
    ///
    /// A time that browsers cannot parse (before 1601 or after 9999) becomes the nearest one that they can.
    ///
    /// # Errors
    /// [`CookieTooLarge`] if a browser would drop it.
    pub fn set(&self, value: &str, expires: Option<UnixTime>) -> Result<String, CookieTooLarge> {
        self.check_size(value)?;
        Ok(self.line(value, expires, None))
    }

    /// Like [`set`](Self::set), for a cookie that survives closing the browser: it has `Max-Age` in addition to `Expires`, so that a client with
    /// a wrong clock keeps it for the right time. (Flask writes only `Expires`.)
    ///
    /// # Errors
    /// [`CookieTooLarge`] if a browser would drop it.
    pub fn set_until(&self, value: &str, expires: UnixTime, now: UnixTime) -> Result<String, CookieTooLarge> {
        self.check_size(value)?;
        Ok(self.line(value, Some(expires), Some(expires.since(now))))
    }

    /// Returns the `Set-Cookie` line that removes the cookie from the client: with an empty value, expired, and with every attribute of the line
    /// that set it, since a browser identifies the cookie by them.
    #[must_use]
    pub fn remove(&self) -> String {
        self.line("", Some(UnixTime::EPOCH), Some(Duration::ZERO))
    }

    /// Whether a `Set-Cookie` line sets or removes this cookie: it has the same name, `Domain`, `Path` and `Partitioned`. A response may have
    /// only one such line (RFC 6265bis §4.1.1). A line with the same name and another scope is for another cookie.
    #[must_use]
    pub fn is_set_by(&self, line: &[u8]) -> bool {
        cookie_name(line) == self.name.as_bytes() && Scope::from_line(line).may_be(&self.scope)
    }

    /// Whether both are the same cookie to a browser, so that setting one replaces the other.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.name == other.name && self.scope == other.scope
    }

    /// Whether a browser that has both cookies, with the same name, sends this one first. It first sends the cookie with the longer path (RFC
    /// 6265bis §5.8.3).
    #[must_use]
    pub fn is_sent_before(&self, other: &Self) -> bool {
        self.scope.path_length() > other.scope.path_length()
    }

    fn check_size(&self, value: &str) -> Result<(), CookieTooLarge> {
        let size = self.name.len() + written_size(value);
        if size > MAX_NAME_AND_VALUE {
            return Err(CookieTooLarge { size, limit: MAX_NAME_AND_VALUE });
        }
        Ok(())
    }

    fn line(&self, value: &str, expires: Option<UnixTime>, max_age: Option<Duration>) -> String {
        SetCookieLine { name: &self.name, value, expires, max_age, attributes: &self.attributes }.write()
    }
}

impl fmt::Display for CookieTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { size, limit } = self;
        write!(
            f,
            "the session cookie would take {size} bytes and browsers drop one of more than {limit}: keep less in the session, \
             or keep it on the server"
        )
    }
}

impl std::error::Error for CookieTooLarge {}
