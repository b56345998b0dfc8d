//! The cookie as it comes back.

use super::*;

const GOOD: [&str; 1] = ["good"];

#[test]
fn the_same_pairs_split_in_every_way() {
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
        found(b"..Host-session=x; _[Host-session=x; _ Host-session=x; __Host.session=x", "__Host-session")
            .is_empty()
    );
}

/// Werkzeug before 2.2.3 read `=name=value` as `name`.
#[test]
fn cve_2023_23934_a_pair_without_a_name_never_matches() {
    assert!(found(b"=__Host-session=x; = __Host-session=x; ==__Host-session=x", "__Host-session").is_empty());
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
fn quotes_do_not_swallow_semicolons() {
    let header = b"$Version=1; shown=\"start; session=good; end=\"";
    assert_eq!(found(header, "session"), GOOD);
    assert!(found(header, "shown").is_empty());
}

#[test]
fn at_most_eight_candidates_in_order() {
    for (count, expected) in [(2, 2), (8, 8), (9, 8), (500, 8)] {
        let header: Vec<String> = (0..count).map(|n| format!("session=v{n}")).collect();
        let values = found(header.join("; ").as_bytes(), "session");
        let first: Vec<String> = (0..expected).map(|n| format!("v{n}")).collect();
        assert_eq!(values, first, "{count}");
    }
}

#[test]
fn a_value_that_occurs_again_is_one_candidate() {
    let header = [&b"session=a; session=b; session=\"a\"; session=a; session=c; session=b"[..]];
    let values: Vec<_> = header::candidates(header, "session").collect();
    assert_eq!(values, [&b"a"[..], b"b", b"c"]);
}

#[test]
fn malformed_duplicates_are_no_candidates() {
    let header = format!("{}session=good", "session=a b; ".repeat(20));
    assert_eq!(found(header.as_bytes(), "session"), GOOD);
}

/// Nothing is read twice: half a megabyte of the worst shapes is done in no time. (How long it takes is for
/// the bench to say.)
#[test]
fn a_huge_header_is_scanned_once() {
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
fn other_bytes_do_not_hide_the_session() {
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
