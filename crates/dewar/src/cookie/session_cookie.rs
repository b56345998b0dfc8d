//! The session cookie of a checked policy.

use std::fmt;
use std::time::Duration;

use super::attributes::AttributeText;
use super::scope::{Scope, name_of};
use super::set_cookie::{Line, written_size};
use crate::clock::UnixTime;

/// How many octets the name and the value may have together: browsers drop a cookie that has more (RFC 6265bis §5.6 step 5).
///
/// Attributes are not counted. Flask warns already when the whole line is longer than 4,093 octets, and sends it all the same.
pub const MAX_NAME_AND_VALUE: usize = 4096;

/// The session cookie: what [`CookiePolicy::build`](super::CookiePolicy::build) gives.
///
/// Its lines are those of Werkzeug 3.1.9's `set_cookie` and `delete_cookie`, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionCookie {
    name: String,
    attributes: AttributeText,
    scope: Scope,
}

/// The browser would drop this cookie without a word, so it is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CookieTooLarge {
    /// Octets of the name and of the value as written.
    pub size: usize,
    /// How many there may be: [`MAX_NAME_AND_VALUE`].
    pub limit: usize,
}

impl SessionCookie {
    pub(super) fn new(name: String, attributes: AttributeText) -> Self {
        let scope = Scope::of_line([&*attributes.before_times, &attributes.after_times].concat().as_bytes());
        Self { name, attributes, scope }
    }

    /// The cookie's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of the `Set-Cookie` header that gives the client this session; without `expires` it ends with the browser.
    ///
    /// A time that a browser cannot read (before 1601, after 9999) becomes the nearest one that it can.
    ///
    /// # Errors
    /// [`CookieTooLarge`] if a browser would drop it.
    pub fn set(&self, value: &str, expires: Option<UnixTime>) -> Result<String, CookieTooLarge> {
        self.check_size(value)?;
        Ok(self.line(value, expires, None))
    }

    /// As [`set`](Self::set), for a cookie that outlives the browser: `Max-Age` beside `Expires`, so that a client whose clock is wrong
    /// keeps it as long as one whose clock is right. (Flask writes `Expires` alone.)
    ///
    /// # Errors
    /// [`CookieTooLarge`] if a browser would drop it.
    pub fn set_until(&self, value: &str, expires: UnixTime, now: UnixTime) -> Result<String, CookieTooLarge> {
        self.check_size(value)?;
        Ok(self.line(value, Some(expires), Some(expires.since(now))))
    }

    /// The value of the `Set-Cookie` header that makes the client forget the session: empty, past, and with every attribute that it
    /// was set with, for a browser looks for the cookie by them.
    #[must_use]
    pub fn remove(&self) -> String {
        self.line("", Some(UnixTime::EPOCH), Some(Duration::ZERO))
    }

    /// Whether this value of a `Set-Cookie` header is about the very same cookie: its name, `Domain`, `Path` and `Partitioned`. A response
    /// may carry only one such (RFC 6265bis §4.1.1); a line of this name for another place is another cookie's.
    #[must_use]
    pub fn is_set_by(&self, line: &[u8]) -> bool {
        name_of(line) == self.name.as_bytes() && Scope::of_line(line).may_be(&self.scope)
    }

    /// Whether a browser keeps both cookies in one place: setting one replaces the other.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.name == other.name && self.scope == other.scope
    }

    /// Whether a browser that has both of these, of one name, sends this one first: the longer path first (RFC 6265bis §5.8.3).
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
        Line { name: &self.name, value, expires, max_age, attributes: &self.attributes }.write()
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
