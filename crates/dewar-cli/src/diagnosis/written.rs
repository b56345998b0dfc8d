//! A cookie as a person has copied it: a value, `name=value`, or a whole header line, quoted or percent-encoded on the way.

use std::fmt;

use serde::Serialize;

/// A cookie's value, and what had to be done to get at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) name: Option<String>,
    pub(crate) value: String,
    pub(crate) oddities: Vec<Oddity>,
}

/// What happened to a value on its way here; a server would not undo it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Oddity {
    Quoted,
    PercentEncoded,
    Whitespace,
}

/// The names that session cookies have by default, asked for where a header holds several cookies.
const USUAL_NAMES: [&str; 2] = ["session", "__Host-session"];

impl Written {
    /// Finds the cookie of this name, or the likeliest one.
    pub(crate) fn read(text: &str, name: Option<&str>) -> Result<Self, WrittenError> {
        let pairs = pairs(text);
        let picked = match (name, pairs.as_slice()) {
            (_, []) => return Err(WrittenError::Nothing),
            (_, [only @ (None, _)]) => Some(only),
            (Some(name), pairs) => pairs.iter().find(|(found, _)| *found == Some(name)),
            (None, [only]) => Some(only),
            (None, pairs) => {
                pairs.iter().find(|(found, _)| found.is_some_and(|found| USUAL_NAMES.contains(&found)))
            }
        };
        let names = || pairs.iter().filter_map(|(name, _)| name.map(str::to_owned)).collect();
        let (name, value) = picked.ok_or_else(|| WrittenError::WhichOne { names: names() })?;
        Ok(Self::of(*name, value))
    }

    fn of(name: Option<&str>, value: &str) -> Self {
        let mut oddities = Vec::new();
        let mut value = value.to_owned();
        if let Some(bare) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            value = bare.to_owned();
            oddities.push(Oddity::Quoted);
        }
        if value.contains(|c: char| c.is_whitespace()) {
            value.retain(|c| !c.is_whitespace());
            oddities.push(Oddity::Whitespace);
        }
        if let Some(decoded) = percent_decoded(&value) {
            value = decoded;
            oddities.push(Oddity::PercentEncoded);
        }
        Self { name: name.map(str::to_owned), value, oddities }
    }
}

type Pair<'t> = (Option<&'t str>, &'t str);

/// The cookies in a text, in order. Of a `Set-Cookie` line only the first pair is one, the others are attributes.
fn pairs(text: &str) -> Vec<Pair<'_>> {
    let text = text.trim();
    let after = |field: &str| {
        let (start, rest) = text.split_at_checked(field.len())?;
        start.eq_ignore_ascii_case(field).then(|| rest.trim_start())
    };
    let pairs = |text| str::split(text, ';').map(str::trim).filter(|part| !part.is_empty()).map(pair);
    match (after("Set-Cookie:"), after("Cookie:")) {
        (Some(line), _) => pairs(line).take(1).collect(),
        (_, Some(line)) => pairs(line).collect(),
        _ => pairs(text).collect(),
    }
}

/// No session cookie has a `=` in its value, except at the end of one that some other program wrote.
fn pair(part: &str) -> Pair<'_> {
    match part.split_once('=') {
        Some((name, value)) if !value.trim_matches('=').is_empty() && !name.contains('.') => {
            (Some(name.trim()), value.trim())
        }
        _ => (None, part),
    }
}

/// `None` if there is nothing to decode, or it is no percent-encoding.
fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, others)) = rest.split_first() {
        rest = others;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (digits, others) = others.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = others;
    }
    String::from_utf8(bytes).ok()
}

/// There is no cookie to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WrittenError {
    Nothing,
    WhichOne { names: Vec<String> },
}

impl fmt::Display for WrittenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => {
                f.write_str("no cookie was given: pass one as the argument or on standard input")
            }
            Self::WhichOne { names } => {
                write!(f, "which cookie? There are {}: name one with --cookie-name", names.join(", "))
            }
        }
    }
}

impl std::error::Error for WrittenError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, name: Option<&str>) -> (Option<String>, String, Vec<Oddity>) {
        let Written { name, value, oddities } = Written::read(text, name).unwrap();
        (name, value, oddities)
    }

    #[test]
    fn every_way_to_write_a_cookie() {
        let plain = |name: Option<&str>| (name.map(str::to_owned), "eyJ.a.b".to_owned(), vec![]);
        assert_eq!(read("eyJ.a.b", None), plain(None));
        assert_eq!(read(" eyJ.a.b \n", Some("session")), plain(None));
        assert_eq!(read("session=eyJ.a.b", None), plain(Some("session")));
        assert_eq!(read("cookie: a=1; session=eyJ.a.b; b=2", None), plain(Some("session")));
        assert_eq!(read("Cookie: a=1; sid=eyJ.a.b", Some("sid")), plain(Some("sid")));
        assert_eq!(read("Set-Cookie: sid=eyJ.a.b; HttpOnly; Path=/", None), plain(Some("sid")));
        assert_eq!(read("YWJj==", None).1, "YWJj==");
    }

    #[test]
    fn what_happened_on_the_way_is_undone_and_told() {
        assert_eq!(read("session=\"eyJ.a.b\"", None).2, [Oddity::Quoted]);
        assert_eq!(read("eyJ%2Ea%2eb", None), (None, "eyJ.a.b".into(), vec![Oddity::PercentEncoded]));
        assert_eq!(read("eyJ\n  .a.b", None), (None, "eyJ.a.b".into(), vec![Oddity::Whitespace]));
        assert_eq!(read("100%", None).1, "100%");
        assert_eq!(read("%é", None).1, "%é");
    }

    #[test]
    fn a_header_of_several_cookies_needs_a_name() {
        let names = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(Written::read("a=1; b=2", None), Err(WrittenError::WhichOne { names: names.clone() }));
        assert_eq!(Written::read("a=1; b=2", Some("c")), Err(WrittenError::WhichOne { names }));
        assert_eq!(Written::read(" \n", None), Err(WrittenError::Nothing));
    }
}
