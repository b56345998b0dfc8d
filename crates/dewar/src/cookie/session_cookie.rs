//! The session cookie of a checked policy.

use std::fmt;
use std::time::Duration;

use super::attributes::AttributeText;
use super::scope::{Scope, cookie_name};
use super::set_cookie::{SetCookieLine, written_size};
use crate::clock::UnixTime;

/// The longest name and value together, in bytes: browsers drop a cookie with more (RFC 6265bis §5.6 step 5).
///
/// Attributes are not counted. Flask warns if the whole line is longer than 4,093 bytes, and sends it all the
/// same.
pub const MAX_NAME_AND_VALUE: usize = 4096;

/// The session cookie of a checked policy, made by [`CookiePolicy::build`](super::CookiePolicy::build).
///
/// Its lines are those of Werkzeug 3.1.9's `set_cookie` and `delete_cookie`, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionCookie {
    name: String,
    attributes: AttributeText,
    scope: Scope,
}

/// Browsers would silently drop this cookie, so it is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CookieTooLarge {
    /// Bytes of the name and of the value as written.
    pub size: usize,
    /// The most that is allowed: [`MAX_NAME_AND_VALUE`].
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

    /// The `Set-Cookie` line that gives the client a session; without `expires` it ends with the browser.
    ///
    /// A time that a browser cannot read (before 1601, after 9999) becomes the nearest one that it can.
    ///
    /// # Errors
    /// [`CookieTooLarge`] if a browser would drop it.
    pub fn set(&self, value: &str, expires: Option<UnixTime>) -> Result<String, CookieTooLarge> {
        self.check_size(value)?;
        Ok(self.line(value, expires, None))
    }

    /// As [`set`](Self::set), for a cookie that outlives the browser: `Max-Age` beside `Expires`, so that a
    /// client with a wrong clock stores it for as long as one with a right clock. (Flask writes only
    /// `Expires`.)
    ///
    /// # Errors
    /// [`CookieTooLarge`] if a browser would drop it.
    pub fn set_until(&self, value: &str, expires: UnixTime, now: UnixTime) -> Result<String, CookieTooLarge> {
        self.check_size(value)?;
        Ok(self.line(value, Some(expires), Some(expires.since(now))))
    }

    /// The `Set-Cookie` line that removes the cookie from the client: empty, past, and with every attribute
    /// of the line that set it, since a browser finds the cookie by them.
    #[must_use]
    pub fn remove(&self) -> String {
        self.line("", Some(UnixTime::EPOCH), Some(Duration::ZERO))
    }

    /// Whether a `Set-Cookie` line is about this cookie: its name, `Domain`, `Path` and `Partitioned`. A
    /// response may have only one such line (RFC 6265bis §4.1.1); a line of this name with another scope is
    /// for another cookie.
    #[must_use]
    pub fn is_set_by(&self, line: &[u8]) -> bool {
        cookie_name(line) == self.name.as_bytes() && Scope::from_line(line).may_be(&self.scope)
    }

    /// Whether both are one cookie to a browser: setting one replaces the other.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.name == other.name && self.scope == other.scope
    }

    /// Whether a browser that has both cookies, of one name, sends this one first: that with the longer path
    /// (RFC 6265bis §5.8.3).
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
