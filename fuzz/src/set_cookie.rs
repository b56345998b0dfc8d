//! The `Set-Cookie` line.

use std::time::Duration;

use dewar::clock::UnixTime;
use dewar::cookie::{CookiePolicy, SameSite, SetCookie, find};

use crate::input::Input;

/// A line has the attributes that were asked for, in order, and no other; and its value comes back.
pub fn set_cookie(data: &[u8]) {
    let mut input = Input::new(data);
    let policy = policy(&mut input);
    let value = input.text();
    let expires = input.flag().then(|| UnixTime::from_seconds(input.number()));
    let max_age = input.flag().then(|| Duration::from_secs(input.number().unsigned_abs()));
    let Ok(line) = (SetCookie { policy: &policy, value: &value, expires, max_age }).to_header() else {
        return;
    };
    // A name that is not ASCII is written as it is, as Werkzeug does; a checked policy refuses it.
    let may_be_written =
        |byte: char| matches!(byte, ' '..='~') || (policy.name.contains(byte) && !byte.is_control());
    assert!(line.chars().all(may_be_written), "{line:?}");
    let mut parts = line.split("; ");
    let pair = parts.next().unwrap();
    assert_eq!(find([pair.as_bytes()], &policy.name).collect::<Vec<_>>(), [value.as_bytes()], "{line:?}");
    let attributes: Vec<&str> = parts.map(|part| part.split('=').next().unwrap()).collect();
    assert_eq!(attributes, expected(&policy, expires.is_some(), max_age.is_some()), "{line:?}");
    assert_eq!(line.matches(';').count(), attributes.len(), "{line:?}");
    built(policy, &value, expires, line);
}

fn policy(input: &mut Input<'_>) -> CookiePolicy {
    let same_site = [None, Some(SameSite::Strict), Some(SameSite::Lax), Some(SameSite::None)];
    CookiePolicy {
        name: if input.flag() { "session".into() } else { input.text() },
        domain: input.flag().then(|| input.text()),
        path: input.flag().then(|| input.text()),
        secure: input.flag(),
        http_only: input.flag(),
        same_site: same_site[usize::from(input.byte() % 4)],
        partitioned: input.flag(),
    }
}

fn expected(policy: &CookiePolicy, expires: bool, max_age: bool) -> Vec<&'static str> {
    let attributes = [
        ("Domain", policy.domain.is_some()),
        ("Expires", expires),
        ("Max-Age", max_age),
        ("Secure", policy.secure || policy.partitioned),
        ("HttpOnly", policy.http_only),
        ("Path", policy.path.is_some()),
        ("SameSite", policy.same_site.is_some()),
        ("Partitioned", policy.partitioned),
    ];
    attributes.into_iter().filter_map(|(name, is_there)| is_there.then_some(name)).collect()
}

/// A checked policy writes the same line, or none.
fn built(policy: CookiePolicy, value: &str, expires: Option<UnixTime>, line: String) {
    let Ok(cookie) = policy.build() else { return };
    assert!(cookie.is_set_by(line.as_bytes()) && cookie.is_set_by(cookie.remove().as_bytes()));
    if let Ok(set) = cookie.set(value, expires) {
        assert!(line.starts_with(set.split("; ").next().unwrap()) && set.len() <= line.len());
    }
}
