//! Why a cookie policy is refused.

use std::fmt;

/// What is wrong with a [`CookiePolicy`](super::CookiePolicy): browsers would drop the cookie, or store it
/// with another scope.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// The name is empty, or has characters other than letters, digits and ``!#$%&'*+-.^_`|~``.
    InvalidName {
        /// The name.
        name: String,
    },
    /// `__Host-`, `__Secure-` and `__Http-` names are for `Secure` cookies.
    PrefixNeedsSecure {
        /// The name.
        name: String,
    },
    /// `__Http-` and `__Host-Http-` names are for `HttpOnly` cookies.
    PrefixNeedsHttpOnly {
        /// The name.
        name: String,
    },
    /// A `__Host-` cookie belongs to one host.
    PrefixForbidsDomain {
        /// The name.
        name: String,
    },
    /// A `__Host-` cookie is for the whole host.
    PrefixNeedsRootPath {
        /// The name.
        name: String,
    },
    /// `SameSite=None` is for `Secure` cookies.
    SameSiteNoneNeedsSecure,
    /// Neither `Strict` nor `Lax` nor `None`.
    UnknownSameSite {
        /// What it is.
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
    /// The path does not begin with `/`, or holds a control character.
    InvalidPath {
        /// The path.
        path: String,
    },
    /// Browsers ignore an attribute of this length.
    AttributeTooLong {
        /// `domain` or `path`.
        field: &'static str,
        /// How many bytes it has as written.
        size: usize,
        /// How many it may have.
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
                write!(f, "the cookie's name {name:?} is not a token: use letters, digits, `-` and `_`")
            }
            Self::PrefixNeedsSecure { name } => {
                write!(f, "browsers refuse a cookie {name:?} without Secure: set `secure`, or take the prefix off the name")
            }
            Self::PrefixNeedsHttpOnly { name } => {
                write!(f, "browsers refuse a cookie {name:?} without HttpOnly: set `http_only`, or change the name")
            }
            Self::PrefixForbidsDomain { name } => {
                write!(f, "browsers refuse a cookie {name:?} with a Domain: unset `domain`, or take `__Host-` off the name")
            }
            Self::PrefixNeedsRootPath { name } => {
                write!(f, "browsers refuse a cookie {name:?} without Path=/: set `path` to \"/\", or take `__Host-` off the name")
            }
            Self::SameSiteNoneNeedsSecure => {
                f.write_str("browsers refuse a cookie with SameSite=None and without Secure: set `secure`, or SameSite to Lax")
            }
            Self::UnknownSameSite { text } => write!(f, "`same_site` is {text:?}: it must be Strict, Lax or None"),
            Self::InvalidDomain { domain } => {
                write!(f, "`domain` {domain:?} is not a host name: write one such as example.com, without https:// and path, or unset it")
            }
            Self::DomainNotAscii { domain } => write!(
                f,
                "`domain` {domain:?} is not ASCII: write it as browsers send it, such as xn--bcher-kva.example for bücher.example, or turn the \
                 feature `flask` of dewar on"
            ),
            Self::InvalidPath { path } => {
                write!(f, "`path` {path:?} must begin with `/` and hold no control character")
            }
            Self::AttributeTooLong { field, size, limit } => {
                write!(f, "`{field}` takes {size} bytes in the cookie: browsers ignore it above {limit}")
            }
        }
    }
}

/// As `Display`: a `main` that returns it prints that.
impl fmt::Debug for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for PolicyError {}
