//! The error of a cookie policy.

use std::fmt;

/// The error of a [`CookiePolicy`](super::CookiePolicy) with which browsers would drop the cookie, or store it with another scope.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// The name is empty, or has characters other than letters, digits and ``!#$%&'*+-.^_`|~``.
    InvalidName {
        /// The name.
        name: String,
    },
    /// Names with `__Host-`, `__Secure-` or `__Http-` require `Secure`.
    PrefixNeedsSecure {
        /// The name.
        name: String,
    },
    /// Names with `__Http-` or `__Host-Http-` require `HttpOnly`.
    PrefixNeedsHttpOnly {
        /// The name.
        name: String,
    },
    /// Names with `__Host-` forbid a `Domain`.
    PrefixForbidsDomain {
        /// The name.
        name: String,
    },
    /// Names with `__Host-` require `Path=/`.
    PrefixNeedsRootPath {
        /// The name.
        name: String,
    },
    /// `SameSite=None` requires `Secure`.
    SameSiteNoneNeedsSecure,
    /// `SameSite` is not `Strict`, `Lax` or `None`.
    UnknownSameSite {
        /// The value.
        text: String,
    },
    /// Not a host name: a URL, an invalid character, or a label that is empty or longer than 63 bytes.
    InvalidDomain {
        /// The domain.
        domain: String,
    },
    /// A host name that is not ASCII: only the feature `flask` converts it.
    DomainNotAscii {
        /// The domain.
        domain: String,
    },
    /// The path does not start with `/`, or contains a control character.
    InvalidPath {
        /// The path.
        path: String,
    },
    /// Browsers ignore an attribute of this length.
    AttributeTooLong {
        /// `domain` or `path`.
        field: &'static str,
        /// Its length as written, in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
}

impl PolicyError {
    /// The field of [`CookiePolicy`](super::CookiePolicy) to change.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::InvalidName { .. } => "name",
            Self::PrefixNeedsSecure { .. } | Self::SameSiteNoneNeedsSecure => "secure",
            Self::PrefixNeedsHttpOnly { .. } => "http_only",
            Self::PrefixForbidsDomain { .. } | Self::InvalidDomain { .. } | Self::DomainNotAscii { .. } => {
                "domain"
            }
            Self::PrefixNeedsRootPath { .. } | Self::InvalidPath { .. } => "path",
            Self::UnknownSameSite { .. } => "same_site",
            Self::AttributeTooLong { field, .. } => field,
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidName { name } => {
                write!(f, "the cookie name {name:?} has characters that are not allowed: use letters, digits, `-` and `_`")
            }
            Self::PrefixNeedsSecure { name } => {
                write!(f, "browsers refuse a cookie {name:?} without Secure: set `secure`, or remove the prefix from the name")
            }
            Self::PrefixNeedsHttpOnly { name } => {
                write!(f, "browsers refuse a cookie {name:?} without HttpOnly: set `http_only`, or change the name")
            }
            Self::PrefixForbidsDomain { name } => {
                write!(f, "browsers refuse a cookie {name:?} with a Domain: unset `domain`, or remove `__Host-` from the name")
            }
            Self::PrefixNeedsRootPath { name } => {
                write!(f, "browsers refuse a cookie {name:?} without Path=/: set `path` to \"/\", or remove `__Host-` from the name")
            }
            Self::SameSiteNoneNeedsSecure => {
                f.write_str("browsers refuse a cookie with SameSite=None and without Secure: set `secure`, or set SameSite to Lax")
            }
            Self::UnknownSameSite { text } => write!(f, "`same_site` is {text:?}: it must be Strict, Lax or None"),
            Self::InvalidDomain { domain } => {
                write!(f, "`domain` {domain:?} is not a host name: write a name such as example.com, without https:// and without a path, or unset it")
            }
            Self::DomainNotAscii { domain } => write!(
                f,
                "`domain` {domain:?} is not ASCII: write it as browsers send it, such as xn--bcher-kva.example for bücher.example, or turn the \
                 feature `flask` of dewar on"
            ),
            Self::InvalidPath { path } => {
                write!(f, "`path` {path:?} must start with `/` and contain no control character")
            }
            Self::AttributeTooLong { field, size, limit } => {
                write!(f, "`{field}` takes {size} bytes in the cookie, and browsers ignore it above {limit}: shorten it")
            }
        }
    }
}

/// The same as `Display`, because a `main` that returns the error prints `Debug`.
impl fmt::Debug for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for PolicyError {}
