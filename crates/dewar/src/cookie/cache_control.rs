//! `Cache-Control`: a response that gives a session to one client must not be kept for others.

use std::borrow::Cow;

use super::field_list;

/// What to do about `Cache-Control` when a response sets the session cookie. A `Set-Cookie` alone does not keep a shared cache from
/// storing a response, nor does `no-cache` or `max-age` (RFC 9111 §3, §7.3): only `private` and `no-store` do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CacheControl {
    /// `no-store` if the program has said nothing; `private, no-store` if it has invited shared caches; else what it said, with
    /// `private` before it unless it said `private` or `no-store` itself.
    #[default]
    Enforce,
    /// Nothing, as Flask.
    Leave,
}

impl CacheControl {
    /// What the one `Cache-Control` line of a response that sets the cookie shall be, given the lines it has; `None`: leave them.
    ///
    /// `public`, `s-maxage` and `immutable` invite shared caches. What the program tells private caches stays.
    ///
    /// ```
    /// use dewar::cookie::CacheControl;
    ///
    /// let instead_of = |line| CacheControl::Enforce.instead_of([line]);
    /// assert_eq!(instead_of("").as_deref(), Some("no-store"));
    /// assert_eq!(instead_of("public, max-age=60").as_deref(), Some("private, no-store"));
    /// assert_eq!(instead_of("max-age=60").as_deref(), Some("private, max-age=60"));
    /// assert_eq!(instead_of("private"), None);
    /// ```
    #[must_use]
    pub fn instead_of<'a>(self, existing: impl IntoIterator<Item = &'a str>) -> Option<Cow<'static, str>> {
        if self == Self::Leave {
            return None;
        }
        let (mut line, mut is_closed, mut invites) = (String::from("private"), false, false);
        for directive in field_list::items(existing) {
            // With a list of fields (`private="x"`) it is about these alone.
            is_closed |=
                ["private", "no-store"].iter().any(|closing| directive.eq_ignore_ascii_case(closing));
            invites |= invites_shared_caches(directive);
            line.extend([", ", directive]);
        }
        match () {
            () if line == "private" => Some(Cow::Borrowed("no-store")),
            () if invites => Some(Cow::Borrowed("private, no-store")),
            () if is_closed => None,
            () => Some(Cow::Owned(line)),
        }
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
            let instead = CacheControl::Enforce.instead_of(existing.iter().copied());
            assert_eq!(instead.as_deref(), expected, "{existing:?}");
            assert_eq!(CacheControl::Leave.instead_of(existing.iter().copied()), None, "{existing:?}");
        }
    }
}
