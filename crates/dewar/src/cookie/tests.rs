//! The requirements on the cookie, each by name, against a small browser and a small reference parser.

use std::borrow::Cow;
use std::time::Duration;

use proptest::prelude::*;

use super::user_agent::{Jar, parse};
use super::*;
use crate::clock::UnixTime;

fn named(name: &str) -> CookiePolicy {
    CookiePolicy { name: name.into(), ..CookiePolicy::flask() }
}

fn found(header: &[u8], name: &str) -> Vec<String> {
    find([header], name).map(|value| String::from_utf8_lossy(&value).into_owned()).collect()
}

mod emitted {
    use super::*;

    #[test]
    fn b1_the_defaults() {
        let native = CookiePolicy::default().build().unwrap();
        assert_eq!(
            native.set("v", None).unwrap(),
            "__Host-session=v; Secure; HttpOnly; Path=/; SameSite=Lax"
        );
        let flask = CookiePolicy::flask().build().unwrap();
        assert_eq!(flask.set("v", None).unwrap(), "session=v; HttpOnly; Path=/");
    }

    #[test]
    fn b1_same_site_none_without_secure_is_an_error() {
        let policy = CookiePolicy { same_site: Some(SameSite::None), ..CookiePolicy::flask() };
        assert_eq!(policy.clone().build().unwrap_err(), PolicyError::SameSiteNoneNeedsSecure);
        assert!(CookiePolicy { secure: true, ..policy }.build().is_ok());
    }

    #[test]
    fn b8_partitioned_is_always_secure() {
        let cookie = CookiePolicy { partitioned: true, ..CookiePolicy::flask() }.build().unwrap();
        assert_eq!(cookie.set("v", None).unwrap(), "session=v; Secure; HttpOnly; Path=/; Partitioned");
    }

    /// Forty pairs of a name and attributes: we build the cookie exactly if the browser keeps it.
    #[test]
    fn b2_prefixes_are_judged_as_a_browser_does() {
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
    fn b2_a_host_cookie_has_no_domain_not_even_an_empty_one() {
        let policy = CookiePolicy { domain: Some(String::new()), ..CookiePolicy::default() };
        assert!(matches!(policy.build(), Err(PolicyError::PrefixForbidsDomain { .. })));
        let policy = CookiePolicy { path: None, ..CookiePolicy::default() };
        assert!(matches!(policy.build(), Err(PolicyError::PrefixNeedsRootPath { .. })));
    }

    #[test]
    fn b3_the_browser_keeps_exactly_what_we_send() {
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
    fn b3_escapes_count() {
        let cookie = named("s").build().unwrap();
        assert!(cookie.set(&",".repeat(1023), None).is_ok()); // 1 + 2 + 4 * 1023 = 4095
        assert_eq!(cookie.set(&",".repeat(1024), None).unwrap_err().size, 4099);
    }

    #[test]
    fn b3_attributes_end_at_1024_octets() {
        for (size, fits) in [(1024, true), (1025, false)] {
            let policy =
                CookiePolicy { path: Some(format!("/{}", "p".repeat(size - 1))), ..CookiePolicy::flask() };
            assert_eq!(policy.build().is_ok(), fits);
            let labels = vec!["a".repeat(31); 32].join("."); // 1,023 octets
            let policy =
                CookiePolicy { domain: Some(labels + &"b".repeat(size - 1023)), ..CookiePolicy::flask() };
            assert_eq!(policy.build().is_ok(), fits);
        }
    }

    #[test]
    fn b4_names_are_tokens() {
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
    fn b5_our_own_line_is_known() {
        let cookie = CookiePolicy::flask().build().unwrap();
        assert!(cookie.is_set_by(cookie.remove().as_bytes()));
        for other in [&b"session2=v"[..], b"Session=v", b"session", b"a=session=v", b""] {
            assert!(!cookie.is_set_by(other));
        }
    }

    /// Every combination of attributes: set it, remove it, and the browser's jar is empty.
    #[test]
    fn b6_removing_empties_the_jar() {
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
                        for same_site in
                            [None, Some(SameSite::Strict), Some(SameSite::Lax), Some(SameSite::None)]
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
        fn b7_no_time_is_too_much(expires: i64, seconds: u64) {
            let policy = CookiePolicy::flask();
            let expires = UnixTime::from_millis(expires);
            let max_age = Some(Duration::from_secs(seconds));
            let line = SetCookie { policy: &policy, value: "v", expires: Some(expires), max_age };
            let seen = parse(&line.to_header().unwrap()).unwrap().attributes;
            prop_assert_eq!(seen.max_age, Some(seconds.min(400 * 86_400) as i64));
            prop_assert_eq!(seen.expires, Some(expires.seconds().clamp(-11_644_473_600, 253_402_300_799)));
        }

        #[test]
        fn b4_what_is_written_parses_back_or_is_an_error(
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
                // Even what browsers refuse has no attribute that nobody has asked for.
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
}

mod received {
    use super::*;

    const GOOD: [&str; 1] = ["good"];

    #[test]
    fn c1_the_same_pairs_split_in_every_way() {
        let one: &[u8] = b"a=1; session=good; b=2;session=late";
        let whole: Vec<_> = find([one], "session").collect();
        assert_eq!(whole, [&b"good"[..], b"late"]);
        let two: [&[u8]; 2] = [b"a=1", b"session=good;b=2; session=late"];
        let four: [&[u8]; 5] = [b"a=1", b"session=good", b"", b"b=2", b" session=late "];
        assert_eq!(find(two, "session").collect::<Vec<_>>(), whole);
        assert_eq!(find(four, "session").collect::<Vec<_>>(), whole);
    }

    /// Rack decoded percent signs in names: `%5F%5FHost-` became `__Host-`.
    #[test]
    fn cve_2020_8184_names_are_not_percent_decoded() {
        assert!(found(b"%5F%5FHost-session=x; __Host%2Dsession=x", "__Host-session").is_empty());
    }

    /// PHP made `_` of other characters in names.
    #[test]
    fn cve_2022_31629_names_are_not_mangled() {
        assert!(
            found(
                b"..Host-session=x; _[Host-session=x; _ Host-session=x; __Host.session=x",
                "__Host-session"
            )
            .is_empty()
        );
    }

    /// Werkzeug before 2.2.3 read `=name=value` as `name`.
    #[test]
    fn cve_2023_23934_a_pair_without_a_name_never_matches() {
        assert!(
            found(b"=__Host-session=x; = __Host-session=x; ==__Host-session=x", "__Host-session").is_empty()
        );
        assert!(found(b"=x; x", "").is_empty());
    }

    /// Django took `;` for the only separator where Python's parser took others too.
    #[test]
    fn cve_2016_7401_nothing_but_a_semicolon_separates() {
        assert!(found(b"a=1,session=x; b=[2]session=x; c=3\x0bsession=x", "session").is_empty());
    }

    /// Others take U+2000, U+0085 or U+00A0 for white space, or `$Version` for a sign to read as in 1997.
    #[test]
    fn cookie_chaos_names_are_compared_byte_by_byte() {
        for before in ["\u{2000}", "\u{85}", "\u{a0}", "\u{b}", "\u{c}", "\u{feff}", "\0", "\r"] {
            assert!(
                found(format!("{before}__Host-session=x").as_bytes(), "__Host-session").is_empty(),
                "{before:?}"
            );
        }
        assert!(found(b"$Version=1; $session=x; Session=x; SESSION=x; session2=x", "session").is_empty());
        assert_eq!(found(b"$Version=1; session=good; $Path=/", "session"), GOOD);
    }

    /// The cookie sandwich: a quote opened by one cookie must not swallow the session, nor show it elsewhere.
    #[test]
    fn c2_quotes_do_not_swallow_semicolons() {
        let header = b"$Version=1; shown=\"start; session=good; end=\"";
        assert_eq!(found(header, "session"), GOOD);
        assert!(found(header, "shown").is_empty());
    }

    #[test]
    fn c4_at_most_eight_candidates_in_order() {
        for (count, expected) in [(2, 2), (8, 8), (9, 8), (500, 8)] {
            let header: Vec<String> = (0..count).map(|n| format!("session=v{n}")).collect();
            let values = found(header.join("; ").as_bytes(), "session");
            let first: Vec<String> = (0..expected).map(|n| format!("v{n}")).collect();
            assert_eq!(values, first, "{count}");
        }
    }

    #[test]
    fn c4_malformed_duplicates_are_no_candidates() {
        let header = format!("{}session=good", "session=a b; ".repeat(20));
        assert_eq!(found(header.as_bytes(), "session"), GOOD);
    }

    /// Nothing is read twice: half a megabyte of the worst shapes is done in no time. (How long it takes is for the bench to say.)
    #[test]
    fn c5_a_huge_header_is_scanned_once() {
        for part in [
            "a=1; ",
            "session=\"",
            ";",
            " ",
            "session",
            "session=\"\\\\\\",
            "session=\"a\\",
            "\t=",
            "\"",
            "s=x y;",
        ] {
            let header = part.repeat((512 << 10) / part.len());
            assert!(found(header.as_bytes(), "session").len() <= 8);
            assert_eq!(found(header.as_bytes(), "sessions"), [""; 0]);
        }
    }

    #[test]
    fn c6_other_bytes_do_not_hide_the_session() {
        assert_eq!(found(b"a=\xff\xfe; \xff=1; session=good; b=\x80", "session"), GOOD);
        assert_eq!(find([&b"session=\xff"[..]], "session").next().as_deref(), Some(&b"\xff"[..]));
    }

    #[test]
    fn values_are_borrowed_unless_they_have_escapes() {
        let header: &[u8] = b"s=plain; s=\"quoted\"; s=\"\\141\\\"\"";
        let values: Vec<Cow<'_, [u8]>> = find([header], "s").collect();
        assert!(matches!(values[..], [Cow::Borrowed(b"plain"), Cow::Borrowed(b"quoted"), Cow::Owned(_)]));
        assert_eq!(&*values[2], b"a\"");
    }

    #[test]
    fn flask_reads_escapes_as_utf_8_and_all_else_as_latin_1() {
        let header = "a=é; b=\"é\"; c=\"\\303\\251\"; d=\"\\377\"; e";
        let text: Vec<_> = pairs([header.as_bytes()]).map(|pair| pair.flask_text().1).collect();
        assert_eq!(text, ["Ã©", "Ã©", "é", "\u{fffd}", ""]);
    }

    proptest! {
        #[test]
        fn the_scanner_agrees_with_the_grammar(header in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..80),
            "([a-c \t;=\"\\\\07]|é){0,120}".prop_map(String::into_bytes),
        ]) {
            let ours: Vec<_> = pairs([&header[..]]).map(|pair| (pair.name().to_vec(), pair.value().into_owned())).collect();
            prop_assert_eq!(&ours, &reference(&header));
            for (name, _) in &ours {
                let Ok(name) = std::str::from_utf8(name) else { continue };
                let ours = ours.iter().filter(|(found, _)| found == name.as_bytes()).map(|(_, value)| value).take(8);
                prop_assert!(find([&header[..]], name).map(Cow::into_owned).eq(ours.cloned()));
            }
        }
    }

    /// The grammar letter by letter: `[ \t]*` name `[ \t]*` (`=` `[ \t]*` value `[ \t]*`)? between semicolons.
    fn reference(header: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
        header.split(|byte| *byte == b';').filter_map(reference_pair).collect()
    }

    fn reference_pair(segment: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let blanks = |text: &[u8]| text.iter().take_while(|byte| b" \t".contains(byte)).count();
        let mut rest = &segment[blanks(segment)..];
        let name: Vec<u8> = rest.iter().copied().take_while(|byte| !b" \t=\"".contains(byte)).collect();
        rest = &rest[name.len()..];
        rest = &rest[blanks(rest)..];
        let mut value = Vec::new();
        if rest.first() == Some(&b'=') {
            rest = &rest[1..];
            rest = &rest[blanks(rest)..];
            if rest.first() == Some(&b'"') {
                let mut at = 1;
                while *rest.get(at)? != b'"' {
                    let octal = |n: usize, most: u8| {
                        rest.get(at + n).filter(|b| (b'0'..=most).contains(b)).map(|b| b - b'0')
                    };
                    match (rest[at], octal(1, b'3'), octal(2, b'7'), octal(3, b'7')) {
                        (b'\\', Some(a), Some(b), Some(c)) => (value.push(a * 64 + b * 8 + c), at += 4).1,
                        (b'\\', ..) => (value.push(*rest.get(at + 1)?), at += 2).1,
                        (byte, ..) => (value.push(byte), at += 1).1,
                    }
                }
                rest = &rest[at + 1..];
            } else {
                value.extend(rest.iter().take_while(|byte| !b" \t\"".contains(byte)));
                rest = &rest[value.len()..];
            }
            rest = &rest[blanks(rest)..];
        }
        (!name.is_empty() && rest.is_empty()).then_some((name, value))
    }
}

mod cached {
    use super::*;

    #[test]
    fn g2_vary_is_merged() {
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
}
