//! The cookie as it is sent to the client.

use super::*;

#[test]
fn the_defaults() {
    let native = CookiePolicy::default().build().unwrap();
    assert_eq!(native.set("v", None).unwrap(), "__Host-session=v; Secure; HttpOnly; Path=/; SameSite=Lax");
    let flask = CookiePolicy::flask().build().unwrap();
    assert_eq!(flask.set("v", None).unwrap(), "session=v; HttpOnly; Path=/");
}

#[test]
fn same_site_none_without_secure_is_an_error() {
    let policy = CookiePolicy { same_site: Some(SameSite::None), ..CookiePolicy::flask() };
    assert_eq!(policy.clone().build().unwrap_err(), PolicyError::SameSiteNoneNeedsSecure);
    assert!(CookiePolicy { secure: true, ..policy }.build().is_ok());
}

#[test]
fn partitioned_is_always_secure() {
    let cookie = CookiePolicy { partitioned: true, ..CookiePolicy::flask() }.build().unwrap();
    assert_eq!(cookie.set("v", None).unwrap(), "session=v; Secure; HttpOnly; Path=/; Partitioned");
}

/// Forty pairs of a name and attributes: we build the cookie exactly if the browser keeps it.
#[test]
fn prefixes_are_judged_as_a_browser_does() {
    let names = [
        "session",
        "__Host-s",
        "__Secure-s",
        "__Http-s",
        "__Host-Http-s",
        "__hOsT-s",
        "__SECURE-s",
        "__host-http-s",
    ];
    let fine = CookiePolicy { secure: true, ..CookiePolicy::flask() };
    let variants = [
        fine.clone(),
        CookiePolicy { secure: false, ..fine.clone() },
        CookiePolicy { http_only: false, ..fine.clone() },
        CookiePolicy { domain: Some("example.com".into()), ..fine.clone() },
        CookiePolicy { path: Some("/area".into()), ..fine },
    ];
    let mut refused = 0;
    for name in names {
        for variant in &variants {
            let policy = CookiePolicy { name: name.into(), ..variant.clone() };
            let unchecked = SetCookie { policy: &policy, value: "v", expires: None, max_age: None };
            let kept = Jar::default().receive(&unchecked.to_header().unwrap());
            assert_eq!(policy.clone().build().is_ok(), kept, "{policy:?}");
            refused += usize::from(!kept);
        }
    }
    assert_eq!(refused, 18);
}

#[test]
fn a_host_cookie_has_no_domain_not_even_an_empty_one() {
    let policy = CookiePolicy { domain: Some(String::new()), ..CookiePolicy::default() };
    assert!(matches!(policy.build(), Err(PolicyError::PrefixForbidsDomain { .. })));
    let policy = CookiePolicy { path: None, ..CookiePolicy::default() };
    assert!(matches!(policy.build(), Err(PolicyError::PrefixNeedsRootPath { .. })));
}

#[test]
fn the_browser_keeps_exactly_what_we_send() {
    let cookie = CookiePolicy::flask().build().unwrap();
    for size in 4094..=4098 {
        let value = "x".repeat(size - "session".len());
        let sent = cookie.set(&value, None);
        assert_eq!(sent.is_ok(), size <= 4096, "{size}");
        let line = sent.unwrap_or_else(|error| {
            assert_eq!((error.size, error.limit), (size, 4096));
            format!("session={value}; HttpOnly; Path=/")
        });
        assert_eq!(Jar::default().receive(&line), size <= 4096, "{size}");
    }
}

#[test]
fn escapes_count() {
    let cookie = named("s").build().unwrap();
    assert!(cookie.set(&",".repeat(1023), None).is_ok()); // 1 + 2 + 4 * 1023 = 4095
    assert_eq!(cookie.set(&",".repeat(1024), None).unwrap_err().size, 4099);
}

#[test]
fn attributes_end_at_1024_bytes() {
    for (size, fits) in [(1024, true), (1025, false)] {
        let policy =
            CookiePolicy { path: Some(format!("/{}", "p".repeat(size - 1))), ..CookiePolicy::flask() };
        assert_eq!(policy.build().is_ok(), fits);
        let labels = vec!["a".repeat(31); 32].join("."); // 1,023 bytes
        let policy =
            CookiePolicy { domain: Some(labels + &"b".repeat(size - 1023)), ..CookiePolicy::flask() };
        assert_eq!(policy.build().is_ok(), fits);
    }
}

#[test]
fn names_are_tokens() {
    for name in ["", "a b", "a=b", "a;b", "a\"b", "a\r\nb", "a\0b", "sé", "a,b", "a/b", "(a)", "\t"] {
        assert_eq!(named(name).build().unwrap_err(), PolicyError::InvalidName { name: name.into() });
    }
    assert!(named("!#$%&'*+-.^_`|~09azAZ").build().is_ok());
}

/// npm `cookie` wrote whatever stood in the name, the path and the domain.
#[test]
fn cve_2024_47764_attributes_cannot_be_injected() {
    let evil = "x; Domain=evil.example; Max-Age=1\r\nSet-Cookie: a=b";
    assert!(named(evil).build().is_err());
    assert!(CookiePolicy { domain: Some(evil.into()), ..CookiePolicy::flask() }.build().is_err());
    assert!(CookiePolicy { path: Some(format!("/{evil}")), ..CookiePolicy::flask() }.build().is_err());
    let policy = CookiePolicy { path: Some("/;Secure".into()), ..CookiePolicy::flask() };
    assert_eq!(policy.build().unwrap().set("v", None).unwrap(), "session=v; HttpOnly; Path=/%3BSecure");
    let line = CookiePolicy::flask().build().unwrap().set(evil, None).unwrap();
    assert_eq!(parse(&line).unwrap().attributes.domain, None);
}

#[test]
fn paths_that_a_browser_would_ignore_are_refused() {
    for path in ["", "p", "p/", "/a\n"] {
        let policy = CookiePolicy { path: Some(path.into()), ..CookiePolicy::flask() };
        assert_eq!(policy.build().unwrap_err(), PolicyError::InvalidPath { path: path.into() });
    }
}

#[test]
fn our_own_line_is_known() {
    let cookie = CookiePolicy::flask().build().unwrap();
    assert!(cookie.is_set_by(cookie.remove().as_bytes()));
    for other in [&b"session2=v"[..], b"Session=v", b"session", b"a=session=v", b""] {
        assert!(!cookie.is_set_by(other));
    }
}

/// Every combination of attributes: set it, remove it, and the browser's jar is empty.
#[test]
fn removing_empties_the_jar() {
    for policy in all_policies() {
        let Ok(cookie) = policy.clone().build() else { continue };
        let mut jar = Jar::default();
        assert!(jar.receive(&cookie.set("v", Some(UnixTime::from_seconds(2_000_000_000))).unwrap()));
        assert_eq!(jar.len(), 1, "{policy:?}");
        assert!(jar.receive(&cookie.remove()));
        assert_eq!(jar.len(), 0, "{policy:?}");
        let (set, removed) =
            (parse(&cookie.set("v", None).unwrap()).unwrap(), parse(&cookie.remove()).unwrap());
        let timeless = user_agent::Attributes { expires: None, max_age: None, ..removed.attributes };
        assert_eq!(timeless, set.attributes);
    }
}

fn all_policies() -> Vec<CookiePolicy> {
    let mut policies = Vec::new();
    for bits in 0..8_u8 {
        for name in ["session", "__Host-session", "__Secure-s"] {
            for domain in [None, Some("example.com".to_owned()), Some(".app.example.com:80".to_owned())] {
                for path in [None, Some("/".to_owned()), Some("/area".to_owned())] {
                    for same_site in [None, Some(SameSite::Strict), Some(SameSite::Lax), Some(SameSite::None)]
                    {
                        policies.push(CookiePolicy {
                            name: name.into(),
                            domain: domain.clone(),
                            path: path.clone(),
                            secure: bits & 1 != 0,
                            http_only: bits & 2 != 0,
                            same_site,
                            partitioned: bits & 4 != 0,
                        });
                    }
                }
            }
        }
    }
    policies
}

#[test]
fn the_removing_line_is_werkzeugs() {
    let policy = CookiePolicy {
        domain: Some("example.com".into()),
        path: Some("/app".into()),
        same_site: Some(SameSite::Lax),
        partitioned: true,
        ..CookiePolicy::flask()
    };
    assert_eq!(
        policy.build().unwrap().remove(),
        "session=; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly; Path=/app; \
         SameSite=Lax; Partitioned"
    );
}

#[test]
fn a_line_is_allocated_once() {
    let cookie = CookiePolicy::default().build().unwrap();
    let value = ",é\"x".repeat(50);
    let line = cookie.set(&value, Some(UnixTime::from_seconds(2_000_000_000))).unwrap();
    assert!(line.capacity() - line.len() <= "; Max-Age=34560000".len(), "it grew");
}

#[test]
fn errors_say_which_setting_is_wrong() {
    for policy in all_policies() {
        if let Err(error) = policy.build() {
            assert!(error.to_string().contains(&format!("`{}`", error.field())), "{error}");
        }
    }
    let too_large = CookiePolicy::flask().build().unwrap().set(&"x".repeat(5000), None).unwrap_err();
    assert!(too_large.to_string().starts_with("the session cookie would take 5007 bytes"));
    assert_eq!("Sloppy".parse::<SameSite>().unwrap_err().field(), "same_site");
    assert_eq!("lAX".parse(), Ok(SameSite::Lax));
}

proptest! {
    /// RUSTSEC-2017-0005: the cookie crate panicked on a large Max-Age.
    #[test]
    fn no_time_is_too_much(expires: i64, seconds: u64) {
        let policy = CookiePolicy::flask();
        let expires = UnixTime::from_millis(expires);
        let max_age = Some(Duration::from_secs(seconds));
        let line = SetCookie { policy: &policy, value: "v", expires: Some(expires), max_age };
        let seen = parse(&line.to_header().unwrap()).unwrap().attributes;
        prop_assert_eq!(seen.max_age, Some(seconds.min(400 * 86_400) as i64));
        prop_assert_eq!(seen.expires, Some(expires.seconds().clamp(-11_644_473_600, 253_402_300_799)));
    }

    #[test]
    fn what_is_written_parses_back_or_is_an_error(
        name in any_text(),
        value in any_text(),
        domain in proptest::option::of(any_text()),
        path in proptest::option::of(any_text()),
        secure: bool,
        http_only: bool,
        partitioned: bool,
    ) {
        let same_site = secure.then_some(SameSite::None);
        let policy = CookiePolicy {
            name: name.clone(), domain: domain.clone(), path: path.clone(), secure, http_only, same_site, partitioned,
        };
        let unchecked = SetCookie { policy: &policy, value: &value, expires: None, max_age: None }.to_header();
        let Ok(cookie) = policy.clone().build() else {
            // Even what browsers refuse has no attribute that was not asked for.
            if let Some(seen) = unchecked.ok().and_then(|line| parse(&line)) {
                prop_assert_eq!(seen.attributes.domain.is_some(), domain.is_some());
                prop_assert_eq!(seen.attributes.http_only, http_only);
            }
            return Ok(());
        };
        let line = cookie.set(&value, None).unwrap();
        prop_assert_eq!(&line, &unchecked.unwrap());
        let seen = parse(&line).unwrap();
        let header = format!("{}={}", seen.name, seen.value);
        prop_assert_eq!(found(header.as_bytes(), &name), [value]);
        prop_assert_eq!(seen.attributes.secure, secure || partitioned);
        prop_assert_eq!(seen.attributes.http_only, http_only);
        prop_assert_eq!(seen.attributes.partitioned, partitioned);
        prop_assert_eq!(seen.attributes.domain.is_some(), domain.is_some());
        prop_assert_eq!(seen.attributes.path.is_some(), path.is_some());
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z_/.-]{1,12}",
        "/[a-z;=\", \\\\%é]{0,12}",
        "[a-z;=\", \\\\\r\n\t.:éß]{0,12}",
        ".{0,12}",
    ]
}
