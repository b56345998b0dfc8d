//! The caching headers of a response that depends on a session: `Vary` and `Cache-Control`.

use std::borrow::Cow;

/// What to do about `Cache-Control` when a response sets the session cookie. `Set-Cookie` alone does not stop
/// a shared cache from storing a response, nor do `no-cache` and `max-age` (RFC 9111 §3, §7.3): only
/// `private` and `no-store` do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CacheControl {
    /// Keeps the response out of shared caches: `no-store` if the program sets nothing; `private, no-store` if it allows shared caches;
    /// otherwise what the program sets, with `private` before it unless it contains `private` or `no-store`.
    #[default]
    Enforce,
    /// Changes nothing, as in Flask.
    Leave,
}

impl CacheControl {
    /// Returns the one `Cache-Control` line that replaces the existing lines of a response that sets the cookie; `None`: keep the existing lines.
    ///
    /// `public`, `s-maxage` and `immutable` allow shared caches. Directives for private caches stay unchanged.
    ///
    /// ```
    /// use dewar::cookie::CacheControl;
    ///
    /// let merged = |line| CacheControl::Enforce.merged([line]);
    /// assert_eq!(merged("").as_deref(), Some("no-store"));
    /// assert_eq!(merged("public, max-age=60").as_deref(), Some("private, no-store"));
    /// assert_eq!(merged("max-age=60").as_deref(), Some("private, max-age=60"));
    /// assert_eq!(merged("private"), None);
    /// ```
    #[must_use]
    pub fn merged<'a>(self, existing: impl IntoIterator<Item = &'a str>) -> Option<Cow<'static, str>> {
        if self == Self::Leave {
            return None;
        }
        let (mut line, mut is_closed, mut invites) = (String::new(), false, false);
        for directive in items(existing) {
            // `private` with a list of fields (`private="x"`) applies to these fields only.
            is_closed |=
                ["private", "no-store"].iter().any(|closing| directive.eq_ignore_ascii_case(closing));
            invites |= invites_shared_caches(directive);
            line.extend([", ", directive]);
        }
        match () {
            () if line.is_empty() => Some(Cow::Borrowed("no-store")),
            () if invites => Some(Cow::Borrowed("private, no-store")),
            () if is_closed => None,
            () => Some(Cow::Owned(["private", &line].concat())),
        }
    }
}

/// Returns the one `Vary` line that replaces the existing lines of a response that depends on the session; `None` if one of them already
/// contains `Cookie`.
///
/// With at most one existing line, the result is the same as with Werkzeug's `response.vary.add("Cookie")`. Of several lines, Werkzeug loses all
/// except the first; here they are joined.
///
/// ```
/// use dewar::cookie::vary_cookie;
///
/// assert_eq!(vary_cookie([]).as_deref(), Some("Cookie"));
/// assert_eq!(vary_cookie(["Accept-Encoding", "Origin"]).as_deref(), Some("Accept-Encoding, Origin, Cookie"));
/// assert_eq!(vary_cookie(["Accept-Encoding, cookie"]), None);
/// ```
#[must_use]
pub fn vary_cookie<'a>(existing: impl IntoIterator<Item = &'a str>) -> Option<Cow<'static, str>> {
    let mut line = String::new();
    for item in items(existing) {
        if item.eq_ignore_ascii_case("Cookie") {
            return None;
        }
        line.extend([item, ", "]);
    }
    if line.is_empty() {
        return Some(Cow::Borrowed("Cookie"));
    }
    line.push_str("Cookie");
    Some(Cow::Owned(line))
}

fn invites_shared_caches(directive: &str) -> bool {
    let name = directive.split('=').next().unwrap_or_default().trim_ascii();
    ["public", "s-maxage", "immutable"].iter().any(|inviting| name.eq_ignore_ascii_case(inviting))
}

/// The items of comma-separated header lines (RFC 9110 §5.6.1), trimmed, without empty ones. A comma inside
/// quotes does not separate.
fn items<'a>(lines: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    lines
        .into_iter()
        .flat_map(|line| Commas { rest: Some(line) })
        .map(str::trim_ascii)
        .filter(|item| !item.is_empty())
}

struct Commas<'a> {
    rest: Option<&'a str>,
}

impl<'a> Iterator for Commas<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.take()?;
        match first_comma(rest).and_then(|at| Some((rest.get(..at)?, rest.get(at + 1..)?))) {
            Some((item, others)) => {
                self.rest = Some(others);
                Some(item)
            }
            None => Some(rest),
        }
    }
}

fn first_comma(text: &str) -> Option<usize> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.bytes().position(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => return true,
            _ => {}
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_and_no_store_keep_shared_caches_away() {
        const REPLACED: Option<&str> = Some("private, no-store");
        let table: [(&[&str], Option<&str>); 25] = [
            (&[], Some("no-store")),
            (&[""], Some("no-store")),
            (&[" , ,"], Some("no-store")),
            (&["no-store"], None),
            (&["No-Store, max-age=0"], None),
            (&["private"], None),
            (&["PRIVATE"], None),
            (&["private, max-age=60"], None),
            (&["no-cache", "private"], None),
            (&["no-cache"], Some("private, no-cache")),
            (&["max-age=3600"], Some("private, max-age=3600")),
            (&["max-age=0, must-revalidate"], Some("private, max-age=0, must-revalidate")),
            (&["no-cache", "max-age=0"], Some("private, no-cache, max-age=0")),
            (&["no-cache=\"Set-Cookie, public\""], Some("private, no-cache=\"Set-Cookie, public\"")),
            (&["max-age=60, x-public"], Some("private, max-age=60, x-public")),
            (&["publicly"], Some("private, publicly")),
            (&["private=\"s-maxage\""], Some("private, private=\"s-maxage\"")),
            (&["public"], REPLACED),
            (&["PUBLIC"], REPLACED),
            (&["max-age=60,public"], REPLACED),
            (&["s-maxage=60"], REPLACED),
            (&["S-MaxAge = 60"], REPLACED),
            (&["max-age=31536000, immutable"], REPLACED),
            (&["private", "public"], REPLACED),
            (&["no-store, public"], REPLACED),
        ];
        for (existing, expected) in table {
            let instead = CacheControl::Enforce.merged(existing.iter().copied());
            assert_eq!(instead.as_deref(), expected, "{existing:?}");
            assert_eq!(CacheControl::Leave.merged(existing.iter().copied()), None, "{existing:?}");
        }
    }

    #[test]
    fn vary_is_merged() {
        let table: [(&[&str], Option<&str>); 9] = [
            (&[], Some("Cookie")),
            (&[""], Some("Cookie")),
            (&["Accept"], Some("Accept, Cookie")),
            (&["  A ,B"], Some("A, B, Cookie")),
            (&["A", "B"], Some("A, B, Cookie")),
            (&["*"], Some("*, Cookie")),
            (&["A, COOKIE"], None),
            (&["A", "cookie, B"], None),
            (&["Set-Cookie, X-Cookie"], Some("Set-Cookie, X-Cookie, Cookie")),
        ];
        for (existing, expected) in table {
            assert_eq!(vary_cookie(existing.iter().copied()).as_deref(), expected, "{existing:?}");
        }
    }

    #[test]
    fn commas_in_quotes_do_not_count() {
        let items: Vec<&str> = items(["  A ,,B", "", "\"a, \\\",b\", c", "\"open, d"]).collect();
        assert_eq!(items, ["A", "B", "\"a, \\\",b\"", "c", "\"open, d"]);
    }
}
