//! G: what a response says to caches.

use super::*;

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
        assert_eq!(add_cookie(existing.iter().copied()).as_deref(), expected, "{existing:?}");
    }
}
