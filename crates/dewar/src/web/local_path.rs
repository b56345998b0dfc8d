//! Where to go after a login: a path of this site, and never another site.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// The most bytes of a path, its query included.
const MOST_BYTES: usize = 2048;

/// How often a path is decoded before it is refused: more than any chain of proxies does.
const MOST_DECODINGS: usize = 4;

/// A path of this site that a client has sent, such as the `next` of a login page: safe to redirect to.
///
/// Without a check, `/login?next=//evil.example` sends a user who has just logged in to another site, which asks for the password again (an open
/// redirect). A `LocalPath` is an absolute path, with its query and fragment. Refused is
///
/// * what does not begin with `/`: schemes (`https:`, `javascript:`), hosts, relative paths;
/// * two slashes in a row, and backslashes, which browsers read as slashes: `//evil.example`, `/\evil.example`;
/// * control characters, tabs and line breaks, which browsers drop (`/⇥/evil.example`), spaces, and whatever is not ASCII: a URL has them
///   percent-encoded; also `"`, `<` and `>`, which a URL never has either;
/// * the segments `.` and `..`: a proxy that resolves them may leave two slashes;
/// * in the path, the same percent-encoded, however often: a proxy or a router may decode it (`/%2F/evil.example`, `/%09/evil.example`,
///   `/%252e%252e/`). The query may hold anything percent-encoded;
/// * more than 2,048 bytes.
///
/// ```
/// use dewar::web::LocalPath;
///
/// assert_eq!(LocalPath::parse("/orders?page=2").unwrap().as_str(), "/orders?page=2");
/// assert_eq!(LocalPath::parse("//evil.example"), None);
/// assert_eq!(LocalPath::default().as_str(), "/");
/// ```
///
/// As an argument of an axum handler it is the `next` of the request's query, or `/`. It can be a field of a form, too: deserialized, a path that
/// is refused becomes `/`. In HTML it must be escaped as any text (templates do it).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LocalPath(String);

impl LocalPath {
    /// A path of this site; `None` for anything that could lead elsewhere.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        is_safe(path).then(|| Self(path.to_owned()))
    }

    /// The parameter `next` of a URL's query; `/` if there is none, or none that is a local path. Of several the first counts.
    ///
    /// ```
    /// use dewar::web::LocalPath;
    ///
    /// assert_eq!(LocalPath::next_in("lang=de&next=/orders%3Fpage%3D2").as_str(), "/orders?page=2");
    /// assert_eq!(LocalPath::next_in("next=//evil.example").as_str(), "/");
    /// ```
    #[must_use]
    pub fn next_in(query: &str) -> Self {
        let next = query.split('&').find_map(|parameter| parameter.strip_prefix("next="));
        let next = next.map(|next| percent_decoded(next.replace('+', " ").as_bytes()));
        next.and_then(|next| Self::parse(str::from_utf8(&next).ok()?)).unwrap_or_default()
    }

    /// As it was sent, for a `Location` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This page (a path, or a URL), with this path as its query parameter `next`, percent-encoded.
    #[must_use]
    pub fn as_next_of(&self, page: &str) -> String {
        let (page, fragment) = page.split_at(page.find('#').unwrap_or(page.len()));
        let sign = if page.contains('?') { '&' } else { '?' };
        let mut url = format!("{page}{sign}next=");
        for byte in self.0.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                    url.push(byte.into())
                }
                _ => url.push_str(&format!("%{byte:02X}")),
            }
        }
        url + fragment
    }
}

/// The root of the site.
impl Default for LocalPath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl fmt::Display for LocalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Any text: one that is no local path becomes `/`.
impl<'de> Deserialize<'de> for LocalPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(if is_safe(&text) { Self(text) } else { Self::default() })
    }
}

fn is_safe(path: &str) -> bool {
    path.len() <= MOST_BYTES && path.bytes().all(is_of_url) && {
        let end = path.find(['?', '#']).unwrap_or(path.len());
        stays_here(path.get(..end).unwrap_or_default())
    }
}

/// Visible ASCII, without what a URL always has percent-encoded, and without the slash of Windows.
fn is_of_url(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && !matches!(byte, b'"' | b'<' | b'>' | b'\\')
}

/// Whether a path means a place on this site, also to a server that decodes it, once or several times.
fn stays_here(path: &str) -> bool {
    let mut path = path.as_bytes().to_vec();
    for _ in 0..MOST_DECODINGS {
        if !is_plain_path(&path) {
            return false;
        }
        let decoded = percent_decoded(&path);
        if decoded == path {
            return true;
        }
        path = decoded;
    }
    false
}

fn is_plain_path(path: &[u8]) -> bool {
    let is_dots = |segment: &[u8]| matches!(segment, b"." | b"..");
    path.first() == Some(&b'/')
        && !path.windows(2).any(|pair| pair == b"//")
        && !path.iter().any(|byte| byte.is_ascii_control() || *byte == b'\\')
        && !path.split(|byte| *byte == b'/').any(is_dots)
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        match after {
            [high, low, after @ ..]
                if *first == b'%'
                    && let (Some(high), Some(low)) = (hex(*high), hex(*low)) =>
            {
                decoded.push(high * 16 + low);
                rest = after;
            }
            _ => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    decoded
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What has led elsewhere in one browser, proxy or framework or another.
    const ATTACKS: &[&str] = &[
        "",
        "evil.example",
        "https://evil.example",
        "https:/evil.example",
        "https:evil.example",
        "HTTPS://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "@evil.example",
        ":80",
        "?next=/",
        "#/",
        "./",
        "../",
        " /",
        "\t/",
        "\n/",
        "\0/",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "//user@evil.example",
        "//evil.example:443/",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "\\evil.example",
        "/\\/evil.example",
        "/a\\b",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "/\t\\evil.example",
        "/a\r\nSet-Cookie: x=1",
        "/\u{0}/evil.example",
        "/ /evil.example",
        "/a b",
        "/\u{a0}/evil.example",
        "/caf\u{e9}",
        "/\u{2028}",
        "/\u{ff0f}evil.example",
        "/\u{3002}",
        "/%2F/evil.example",
        "/%2Fevil.example",
        "/%2fevil.example",
        "/%252Fevil.example",
        "/%25252Fevil.example",
        "/a%2F%2Fb",
        "/%5Cevil.example",
        "/%5cevil.example",
        "/%255Cevil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
        "/%0D%0ASet-Cookie:x=1",
        "/%00/evil.example",
        "/%250a/evil.example",
        "/%7f",
        "/..//evil.example",
        "/../evil.example",
        "/./evil.example",
        "/.//evil.example",
        "/a/..//evil.example",
        "/%2e%2e/evil.example",
        "/%2e/%2fevil.example",
        "/.%2e/evil.example",
        "/%252e%252e/",
        "/a/..",
        "/.",
        "/..?next=/",
        "/a/../#x",
        "/\"onmouseover=alert(1)",
        "/<script>",
        "/>",
        "/?\"",
        "/?a=\tb",
        "/?a=b\n",
        "/#\n",
        "/?\\",
        "/%25252525252525252Fevil.example",
    ];

    const LOCAL: &[&str] = &[
        "/",
        "/orders",
        "/orders/",
        "/orders?page=2&sort=-date",
        "/a/b/c#part",
        "/?q=https://evil.example",
        "/?q=a%0Ab%20%22",
        "/?q=//x/../y",
        "/#//evil.example",
        "/caf%C3%A9",
        "/a%20b",
        "/100%",
        "/%zz",
        "/%",
        "/%2",
        "/~zoe/.well-known/...",
        "/a;b=c,d(e)'f!*",
        "/@zoe",
        "/a:80",
        "/files/a%2Fb",
        "/?a[]=1|2",
        "/%25",
        "/50%25-off",
        "/.hidden",
        "/..a",
        "/a..",
    ];

    #[test]
    fn no_attack_leads_elsewhere() {
        for attack in ATTACKS {
            assert_eq!(LocalPath::parse(attack), None, "{attack:?}");
        }
        assert_eq!(LocalPath::parse(&format!("/{}", "a".repeat(2048))), None);
    }

    #[test]
    fn paths_of_this_site_are_taken_as_they_are() {
        for path in LOCAL {
            assert_eq!(
                LocalPath::parse(path).map(|path| path.to_string()).as_deref(),
                Some(*path),
                "{path:?}"
            );
        }
        assert!(LocalPath::parse(&format!("/{}", "a".repeat(2047))).is_some());
    }

    #[test]
    fn deserialized_an_attack_becomes_the_root() {
        let read = |text: &str| serde_json::from_value::<LocalPath>(text.into()).unwrap();
        for attack in ATTACKS {
            assert_eq!(read(attack), LocalPath::default(), "{attack:?}");
        }
        assert_eq!(read("/orders").as_str(), "/orders");
        assert!(serde_json::from_value::<LocalPath>(1.into()).is_err());
    }

    #[test]
    fn the_next_in_a_query_is_read_back_and_an_attack_is_the_root() {
        for path in LOCAL {
            let page = LocalPath::parse(path).unwrap().as_next_of("/login?lang=de");
            assert_eq!(LocalPath::next_in(page.split_once('?').unwrap().1).as_str(), *path);
        }
        for attack in ATTACKS {
            let plain = LocalPath(attack.to_string()).as_next_of("");
            for query in [plain.trim_start_matches('?'), &format!("next={attack}")] {
                assert_eq!(
                    LocalPath::next_in(query.split(['&', '#']).next().unwrap()),
                    LocalPath::default(),
                    "{query:?}"
                );
            }
        }
        let next = |query: &str| LocalPath::next_in(query).to_string();
        assert_eq!(next("next=/a&next=/b"), "/a");
        assert_eq!(
            ["", "next", "next=", "xnext=/a", "next=/%", "next=/%FF", "next=/a+b"].map(next),
            ["/", "/", "/", "/", "/%", "/", "/"]
        );
    }

    #[test]
    fn a_path_is_the_next_of_a_login_page() {
        let path = LocalPath::parse("/a%20b?c=d&e=%26#f").unwrap();
        assert_eq!(path.as_next_of("/login"), "/login?next=/a%2520b%3Fc%3Dd%26e%3D%2526%23f");
        assert_eq!(path.as_next_of("/login?lang=de"), "/login?lang=de&next=/a%2520b%3Fc%3Dd%26e%3D%2526%23f");
        assert_eq!(LocalPath::default().as_next_of("/login#form?"), "/login?next=/#form?");
    }
}
