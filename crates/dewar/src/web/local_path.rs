//! The page to go to after a login: a path on this site, never another site.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// The maximum length in bytes of a path, including its query.
const MOST_BYTES: usize = 2048;

/// How many times a path is decoded before it is refused: more than any chain of proxies does.
const MOST_DECODINGS: usize = 4;

/// A path on this site from a client, such as the `next` parameter of a login page, that is safe to redirect to.
///
/// Without a check, `/login?next=//evil.example` sends a user who has just logged in to another site, which asks for the password again (an
/// open redirect). A `LocalPath` is an absolute path with its query and fragment. The following is refused:
///
/// * anything that does not begin with `/`: schemes (`https:`, `javascript:`), hosts, relative paths;
/// * two slashes in a row, and backslashes, which browsers read as slashes: `//evil.example`, `/\evil.example`;
/// * control characters, tabs and line breaks, which browsers drop (`/⇥/evil.example`), spaces, and anything outside ASCII, which must be
///   percent-encoded in a URL; also `"`, `<` and `>`, which never occur in a URL;
/// * the segments `.` and `..`: a proxy that resolves them may leave two slashes;
/// * in the path, the same percent-encoded, even several times: a proxy or a router may decode it (`/%2F/evil.example`,
///   `/%09/evil.example`, `/%252e%252e/`). The query may contain anything percent-encoded;
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
/// As an argument of a handler in axum or actix-web it is the `next` of the request's query, or `/`. It can be a field of a form, too: deserialized, a path that
/// is refused becomes `/`. In HTML it must be escaped as any text (templates do it).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LocalPath(String);

impl LocalPath {
    /// Parses a path on this site. Returns `None` for anything that could lead elsewhere.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        is_safe(path).then(|| Self(path.to_owned()))
    }

    /// Returns the parameter `next` of a URL's query, or `/` if it is missing or not a local path. If it occurs several times, the first
    /// one is used.
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

    /// Returns the path as it was sent, for a `Location` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the URL of `page` (a path or a URL) with this path as the query parameter `next`, percent-encoded.
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

/// Accepts any text. If it is not a local path, the result is `/`.
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

/// Visible ASCII, except characters that are always percent-encoded in a URL, and except the backslash.
fn is_of_url(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && !matches!(byte, b'"' | b'<' | b'>' | b'\\')
}

/// Whether a path stays on this site even if a server decodes it once or several times.
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
mod tests;
