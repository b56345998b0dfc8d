//! The session cookie: its attributes, the `Set-Cookie` line, and finding it in a request.
//!
//! A [`CookiePolicy`] is plain data. [`CookiePolicy::build`] checks it once and returns a [`SessionCookie`],
//! which writes the header lines of every response. [`find`] reads the cookie from a request.
//!
//! ```
//! use dewar::clock::UnixTime;
//! use dewar::cookie::{self, CookiePolicy};
//!
//! let cookie = CookiePolicy::flask().build()?;
//! let line = cookie.set("eyJhIjoxfQ", Some(UnixTime::from_seconds(1_711_888_496)))?;
//! assert_eq!(line, "session=eyJhIjoxfQ; Expires=Sun, 31 Mar 2024 12:34:56 GMT; HttpOnly; Path=/");
//!
//! let header: &[u8] = b"theme=dark; session=eyJhIjoxfQ";
//! assert_eq!(cookie::find([header], cookie.name()).next().as_deref(), Some(&b"eyJhIjoxfQ"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It writes the same bytes as Werkzeug 3.1.9, which Flask uses for cookies, and follows the rules of RFC 6265bis.

mod attributes;
mod caching;
mod header;
mod policy;
mod policy_error;
mod scope;
mod session_cookie;
mod set_cookie;

#[cfg(test)]
mod tests;

pub use self::caching::{CacheControl, vary_cookie};
pub(crate) use self::header::candidates;
pub use self::header::{MAX_CANDIDATES, Pair, find, pairs};
pub use self::policy::{CookiePolicy, SameSite};
pub use self::policy_error::PolicyError;
pub(crate) use self::scope::is_same_cookie;
pub use self::session_cookie::{CookieTooLarge, MAX_NAME_AND_VALUE, SessionCookie};
pub use self::set_cookie::{MAX_MAX_AGE, SetCookie};
