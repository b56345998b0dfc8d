//! `Cache-Control`: a response that gives a session to one client must not be kept for others.

use super::field_list;

/// What to do about `Cache-Control` when a response sets the session cookie. A `Set-Cookie` alone does not keep a shared cache from
/// storing a response (RFC 9111 §7.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CacheControl {
    /// `no-store` if the program has said nothing; `private, no-store` if it has invited shared caches.
    #[default]
    Enforce,
    /// Nothing, as Flask.
    Leave,
}

impl CacheControl {
    /// What the one `Cache-Control` line of a response that sets the cookie shall be, given the lines it has; `None`: leave them.
    ///
    /// `public`, `s-maxage` and `immutable` invite shared caches; any other directive is the program's own decision and stays.
    ///
    /// ```
    /// use dewar::cookie::CacheControl;
    ///
    /// assert_eq!(CacheControl::Enforce.instead_of([]), Some("no-store"));
    /// assert_eq!(CacheControl::Enforce.instead_of(["public, max-age=60"]), Some("private, no-store"));
    /// assert_eq!(CacheControl::Enforce.instead_of(["private"]), None);
    /// ```
    #[must_use]
    pub fn instead_of<'a>(self, existing: impl IntoIterator<Item = &'a str>) -> Option<&'static str> {
        if self == Self::Leave {
            return None;
        }
        let mut directives = field_list::items(existing).peekable();
        if directives.peek().is_none() {
            return Some("no-store");
        }
        directives.any(invites_shared_caches).then_some("private, no-store")
    }
}

fn invites_shared_caches(directive: &str) -> bool {
    let name = directive.split('=').next().unwrap_or_default().trim_ascii();
    ["public", "s-maxage", "immutable"].iter().any(|inviting| name.eq_ignore_ascii_case(inviting))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g3_what_becomes_of_twenty_cache_control_values() {
        const REPLACED: Option<&str> = Some("private, no-store");
        let table: [(&[&str], Option<&str>); 20] = [
            (&[], Some("no-store")),
            (&[""], Some("no-store")),
            (&[" , ,"], Some("no-store")),
            (&["no-store"], None),
            (&["no-cache"], None),
            (&["private"], None),
            (&["private, max-age=60"], None),
            (&["max-age=0, must-revalidate"], None),
            (&["no-cache=\"Set-Cookie, public\""], None),
            (&["max-age=60, x-public"], None),
            (&["publicly"], None),
            (&["private=\"s-maxage\""], None),
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
            assert_eq!(CacheControl::Enforce.instead_of(existing.iter().copied()), expected, "{existing:?}");
            assert_eq!(CacheControl::Leave.instead_of(existing.iter().copied()), None, "{existing:?}");
        }
    }
}
