//! The name and attributes of the session cookie, and checks for what browsers would refuse.

use std::str::FromStr;

use super::attributes::AttributeText;
use super::{PolicyError, SessionCookie};

/// The longest attribute value that browsers read (RFC 6265bis §5.6, step 6 of the attribute loop).
const MAX_ATTRIBUTE: usize = 1024;

/// The name and attributes of the session cookie. It is plain data, which [`build`](Self::build) checks.
///
/// [`Default`] is the safest cookie: `__Host-session`, `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=/`, no `Domain`. [`flask`](Self::flask) has
/// Flask's defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookiePolicy {
    /// The cookie's name (Flask: `SESSION_COOKIE_NAME`), a token of RFC 9110 §5.6.2.
    pub name: String,
    /// The host that gets the cookie, including its subdomains; `None`: only the host that set it. As in Werkzeug, a port and leading dots are
    /// removed, and with the feature `flask` a name that is not ASCII is encoded as IDNA. Without the feature such a name is refused.
    pub domain: Option<String>,
    /// The path below which the cookie is sent. Characters that are not allowed in a URL path are percent-encoded. `None`: the folder of the
    /// page that set it, which is seldom useful.
    pub path: Option<String>,
    /// Send it only over HTTPS (some browsers make an exception for `localhost`).
    pub secure: bool,
    /// Hide it from JavaScript.
    pub http_only: bool,
    /// Whether to send it with requests from other sites; `None`: no attribute, which most browsers treat as `Lax`.
    pub same_site: Option<SameSite>,
    /// Store a separate cookie for each site that embeds this one (CHIPS). Implies `secure`, as in Werkzeug.
    pub partitioned: bool,
}

/// Whether the cookie is sent with requests from other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// Never.
    Strict,
    /// Only when the user follows a link.
    Lax,
    /// Always. The cookie must be `Secure`.
    None,
}

impl Default for CookiePolicy {
    fn default() -> Self {
        Self { name: "__Host-session".into(), secure: true, same_site: Some(SameSite::Lax), ..Self::flask() }
    }
}

impl CookiePolicy {
    /// Flask's defaults: `session`, `HttpOnly`, `Path=/`. Neither `Secure` nor `SameSite`.
    #[must_use]
    pub fn flask() -> Self {
        Self {
            name: "session".into(),
            domain: None,
            path: Some("/".into()),
            secure: false,
            http_only: true,
            same_site: None,
            partitioned: false,
        }
    }

    /// The default without `Secure`, and therefore with the name `session`: for development over plain HTTP, never for production.
    ///
    /// Over plain HTTP, a browser drops a `Secure` cookie, and every login is lost. Chromium makes an exception for `localhost` and `127.0.0.1`,
    /// but not for other host names or addresses, and not every browser does the same.
    ///
    /// ```
    /// use dewar::{ClientSide, CookiePolicy, SecretKeys};
    ///
    /// fn settings(keys: SecretKeys) -> ClientSide {
    ///     let settings = ClientSide::new(keys);
    ///     if cfg!(debug_assertions) {
    ///         return ClientSide { cookie: CookiePolicy::plain_http(), ..settings };
    ///     }
    ///     settings
    /// }
    /// ```
    #[must_use]
    pub fn plain_http() -> Self {
        Self { name: "session".into(), secure: false, ..Self::default() }
    }

    /// Checks the policy and builds the cookie.
    ///
    /// # Errors
    /// [`PolicyError`] for anything that a browser would refuse or ignore.
    pub fn build(self) -> Result<SessionCookie, PolicyError> {
        self.check_name()?;
        self.check_prefix()?;
        self.check_path()?;
        if self.same_site == Some(SameSite::None) && !self.is_secure() {
            return Err(PolicyError::SameSiteNoneNeedsSecure);
        }
        let attributes = AttributeText::from_policy(&self)?;
        self.check_domain(&attributes)?;
        for (field, size) in [("domain", attributes.domain_size()), ("path", attributes.path_size())] {
            if size > MAX_ATTRIBUTE {
                return Err(PolicyError::AttributeTooLong { field, size, limit: MAX_ATTRIBUTE });
            }
        }
        Ok(SessionCookie::new(self.name, attributes))
    }

    /// Whether `Secure` is written.
    pub(super) fn is_secure(&self) -> bool {
        self.secure || self.partitioned
    }

    fn check_name(&self) -> Result<(), PolicyError> {
        if !self.name.is_empty() && self.name.bytes().all(is_token_byte) {
            return Ok(());
        }
        Err(PolicyError::InvalidName { name: self.name.clone() })
    }

    /// Checks the rules for prefixes: RFC 6265bis §4.1.3, and `__Http-` and `__Host-Http-` of draft-ietf-httpbis-layered-cookies. Browsers
    /// ignore the case of the prefix, since some servers do.
    fn check_prefix(&self) -> Result<(), PolicyError> {
        let name = || self.name.clone();
        let is_host = self.has_prefix("__Host-");
        let is_http = self.has_prefix("__Http-") || self.has_prefix("__Host-Http-");
        if (is_host || is_http || self.has_prefix("__Secure-")) && !self.is_secure() {
            return Err(PolicyError::PrefixNeedsSecure { name: name() });
        }
        if is_http && !self.http_only {
            return Err(PolicyError::PrefixNeedsHttpOnly { name: name() });
        }
        if is_host && self.domain.is_some() {
            return Err(PolicyError::PrefixForbidsDomain { name: name() });
        }
        if is_host && self.path.as_deref() != Some("/") {
            return Err(PolicyError::PrefixNeedsRootPath { name: name() });
        }
        Ok(())
    }

    fn has_prefix(&self, prefix: &str) -> bool {
        self.name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    }

    /// A domain that is only a port leaves no host. For a browser, a host with a trailing dot is a different host (RFC 6265bis §5.1.3).
    fn check_domain(&self, attributes: &AttributeText) -> Result<(), PolicyError> {
        match &self.domain {
            Some(domain) if attributes.domain_size() == 0 || attributes.before_times.ends_with('.') => {
                Err(PolicyError::InvalidDomain { domain: domain.clone() })
            }
            _ => Ok(()),
        }
    }

    /// If the path does not start with `/`, a browser uses the path of the request, and the cookie could not be removed from another page. A
    /// control character is a mistake, since when percent-encoded it would match no request.
    fn check_path(&self) -> Result<(), PolicyError> {
        match &self.path {
            Some(path) if !path.starts_with('/') || path.chars().any(char::is_control) => {
                Err(PolicyError::InvalidPath { path: path.clone() })
            }
            _ => Ok(()),
        }
    }
}

impl SameSite {
    /// The attribute's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// Parses `Strict`, `Lax` or `None`, ignoring case, as Werkzeug does.
impl FromStr for SameSite {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        [Self::Strict, Self::Lax, Self::None]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| PolicyError::UnknownSameSite { text: text.to_owned() })
    }
}

/// `tchar` of RFC 9110 §5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
