//! The scope of a cookie in a browser. Two cookies with the same name and different scopes are different cookies: setting or removing one does
//! not affect the other (RFC 6265bis §5.7: a cookie is identified by name, domain, host-only flag and path; CHIPS adds the partition).

/// Whether two `Set-Cookie` lines are for the same cookie. A response may have only one line for each cookie (RFC 6265bis §4.1.1).
pub(crate) fn is_same_cookie(line: &[u8], other: &[u8]) -> bool {
    cookie_name(line) == cookie_name(other) && Scope::from_line(line).may_be(&Scope::from_line(other))
}

/// The name in a `Set-Cookie` line; empty without a `=` before the first `;`.
pub(super) fn cookie_name(line: &[u8]) -> &[u8] {
    let pair = line.split(|byte| *byte == b';').next().unwrap_or_default();
    let end = pair.iter().position(|byte| *byte == b'=').unwrap_or(0);
    pair.get(..end).unwrap_or_default().trim_ascii()
}

/// The scope of a cookie: what identifies it in a browser, in addition to its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    /// In lower case, without a leading dot; `None`: only the host that set it.
    domain: Option<String>,
    /// `None`: the folder of the page that set it.
    path: Option<String>,
    partitioned: bool,
}

impl Scope {
    /// Parses a `Set-Cookie` line as a browser does: the last attribute with a name counts, and an invalid one is ignored.
    pub(super) fn from_line(line: &[u8]) -> Self {
        let line = String::from_utf8_lossy(line);
        let mut scope = Self { domain: None, path: None, partitioned: false };
        for attribute in line.split(';').skip(1) {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let value = value.trim_ascii();
            match name.trim_ascii() {
                name if name.eq_ignore_ascii_case("domain") => scope.domain = domain(value),
                name if name.eq_ignore_ascii_case("path") => {
                    scope.path = value.starts_with('/').then(|| value.to_owned());
                }
                name if name.eq_ignore_ascii_case("partitioned") => scope.partitioned = true,
                _ => {}
            }
        }
        scope
    }

    /// Whether both scopes may be the same. Without a `Path`, the browser uses the folder of the page, which may be any.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        let is_same_path = self.path == other.path || self.path.is_none() || other.path.is_none();
        is_same_path && self.domain == other.domain && self.partitioned == other.partitioned
    }

    /// The length of the path in bytes: browsers send the cookie with the longest path first.
    pub(super) fn path_length(&self) -> usize {
        self.path.as_ref().map_or(0, String::len)
    }
}

fn domain(value: &str) -> Option<String> {
    let domain = value.strip_prefix('.').unwrap_or(value);
    (!domain.is_empty()).then(|| domain.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(domain: Option<&str>, path: Option<&str>) -> Scope {
        Scope { domain: domain.map(str::to_owned), path: path.map(str::to_owned), partitioned: false }
    }

    #[test]
    fn a_line_is_read_as_a_browser_reads_it() {
        let table = [
            ("a=b", scope(None, None)),
            ("a=b; Path=/; HttpOnly", scope(None, Some("/"))),
            ("a=b;path = /x ;DOMAIN=.Example.com", scope(Some("example.com"), Some("/x"))),
            ("a=b; Path=/x; Path=/y; Domain=a.com; Domain=b.com", scope(Some("b.com"), Some("/y"))),
            ("a=b; Path=x; Domain=", scope(None, None)),
            ("a=b; Path=/x; Path=", scope(None, None)),
            ("a=Path=/x; Secure", scope(None, None)),
        ];
        for (line, expected) in table {
            assert_eq!(Scope::from_line(line.as_bytes()), expected, "{line}");
        }
        assert!(Scope::from_line(b"a=b; Partitioned; Path=/").partitioned);
    }
}
