//! The attributes of a policy as text, which is the same in every `Set-Cookie` line.

use std::fmt::Write;

use super::{CookiePolicy, PolicyError};

/// What comes before `Expires` and `Max-Age` (`; Domain=…`), and what comes after (`; Secure; HttpOnly;
/// Path=…; …`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AttributeText {
    pub(super) before_times: String,
    pub(super) after_times: String,
    path_size: usize,
}

const DOMAIN: &str = "; Domain=";

impl AttributeText {
    /// In Werkzeug's order and spelling; only the domain can be invalid.
    pub(super) fn from_policy(policy: &CookiePolicy) -> Result<Self, PolicyError> {
        let mut before_times = String::new();
        if let Some(domain) = &policy.domain {
            let host = host_name(domain).ok_or_else(|| refused(domain))?;
            before_times = format!("{DOMAIN}{host}");
        }
        let path = policy.path.as_deref().map(percent_quoted);
        let mut after_times = String::new();
        let mut add = |attribute: &str, value: &str| after_times.extend(["; ", attribute, value]);
        if policy.is_secure() {
            add("Secure", "");
        }
        if policy.http_only {
            add("HttpOnly", "");
        }
        if let Some(path) = &path {
            add("Path=", path);
        }
        if let Some(same_site) = policy.same_site {
            add("SameSite=", same_site.as_str());
        }
        if policy.partitioned {
            add("Partitioned", "");
        }
        Ok(Self { before_times, after_times, path_size: path.map_or(0, |path| path.len()) })
    }

    pub(super) fn domain_size(&self) -> usize {
        self.before_times.len().saturating_sub(DOMAIN.len())
    }

    pub(super) fn path_size(&self) -> usize {
        self.path_size
    }
}

/// `.Example.COM:8080` to `Example.COM`, `bücher.example` to `xn--bcher-kva.example`, as Python's `idna`
/// codec: an ASCII label stays as it is, case included. `None` if it is not a host name.
fn host_name(domain: &str) -> Option<String> {
    const DOTS: [char; 4] = ['.', '\u{3002}', '\u{FF0E}', '\u{FF61}'];
    let (host, port) = domain.split_once(':').unwrap_or((domain, ""));
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let host = host.trim_start_matches('.');
    let labels: Vec<String> = host.split(DOTS).map(ascii_label).collect::<Option<_>>()?;
    let (last, inner) = labels.split_last()?;
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    // One dot may end a host name: its last label is then empty.
    let is_host = inner.iter().all(|label| !label.is_empty())
        && inner.iter().chain([last]).all(|label| label.len() <= 63 && label.bytes().all(is_known));
    is_host.then(|| labels.join("."))
}

fn refused(domain: &str) -> PolicyError {
    let domain = domain.to_owned();
    if cfg!(feature = "flask") || domain.is_ascii() {
        PolicyError::InvalidDomain { domain }
    } else {
        PolicyError::DomainNotAscii { domain }
    }
}

fn ascii_label(label: &str) -> Option<String> {
    if label.is_ascii() { Some(label.to_owned()) } else { punycode(label) }
}

#[cfg(feature = "flask")]
fn punycode(label: &str) -> Option<String> {
    idna::domain_to_ascii(label).ok()
}

/// The tables of Unicode that IDNA needs are large: without Flask such a name is written as browsers send it.
#[cfg(not(feature = "flask"))]
fn punycode(_: &str) -> Option<String> {
    None
}

/// `urllib.parse.quote` that leaves the valid bytes of a URL path unchanged, and also `%`, since the path may already be quoted.
fn percent_quoted(path: &str) -> String {
    let mut quoted = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"_.-~%!$&'()*+,/:=@".contains(&byte) {
            quoted.push(char::from(byte));
        } else {
            let _ = write!(quoted, "%{byte:02X}"); // a String takes all
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_are_written_as_werkzeug_writes_them() {
        let known = [
            (".Example.COM:8080", "Example.COM"),
            ("bücher.Example", "xn--bcher-kva.Example"),
            ("bücher。example", "xn--bcher-kva.example"),
            ("example.com.", "example.com."),
            ("..a", "a"),
            ("", ""),
            (":5000", ""),
            ("127.0.0.1", "127.0.0.1"),
        ];
        for (domain, expected) in known {
            assert_eq!(host_name(domain).as_deref(), Some(expected), "{domain}");
        }
    }

    #[test]
    fn what_is_no_host_name_is_refused() {
        let too_long = "a".repeat(64);
        for domain in [
            "https://example.com",
            "//a",
            "a:b",
            "a:80/",
            "user@a",
            "*.a",
            "a;b",
            "a b",
            "a..b",
            "a\r\nb",
            "a,b",
            "a=b",
            "ex\0.com",
            "[",
            "a/b",
            &too_long,
            "ü..b",
            "a\u{7f}",
        ] {
            assert_eq!(host_name(domain), None, "{domain:?}");
        }
    }

    #[test]
    fn nothing_can_leave_the_path() {
        assert_eq!(percent_quoted("/x y/ä;Secure\r\n\"%41\\"), "/x%20y/%C3%A4%3BSecure%0D%0A%22%41%5C");
    }
}
