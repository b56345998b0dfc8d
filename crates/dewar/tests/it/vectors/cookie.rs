//! Cookies: `dump_cookie`, `parse_cookie`, `request_cookies`, `vary_add`.

use std::time::Duration;

use dewar::clock::UnixTime;
use dewar::cookie::{CookiePolicy, SameSite, SetCookie, pairs, vary_cookie};
use serde_json::Value as Json;

use super::given::{Given, Judged, Known};
use super::notation::hex;
use super::{Case, Outcome, compare};

/// The time at which the cases were made, and the Werkzeug whose grammar is ours.
const NOW: i64 = 1_709_210_096;
const WERKZEUG: &str = "3.1.9";

pub(super) fn dump_cookie(case: &Case) -> Judged {
    if case.given["expires"].is_string() {
        return Ok(Outcome::Excused("expires-is-a-time"));
    }
    let theirs = case.expected["ok"].as_str().map(|line| line.chars().map(|c| c as u8).collect());
    Ok(compare(dumped(&case.given)?, theirs, dump_rule(case)))
}

/// The line's bytes, or `None` if there is an error.
fn dumped(given: &Json) -> Judged<Option<Vec<u8>>> {
    let text = |field: &str| given[field].as_str().map(str::to_owned);
    let flag = |field: &str| given[field].as_bool().unwrap_or(false);
    let policy = CookiePolicy {
        name: text("key").known()?,
        domain: text("domain"),
        path: if given.get("path").is_some() { text("path") } else { Some("/".into()) },
        secure: flag("secure"),
        http_only: flag("httponly"),
        same_site: match text("samesite").map(|name| name.parse::<SameSite>()).transpose() {
            Ok(same_site) => same_site,
            Err(_) => return Ok(None),
        },
        partitioned: flag("partitioned"),
    };
    let max_age = seconds(&given["max_age"]);
    let synced = max_age.filter(|_| given["sync_expires"] != false).map(|age| NOW.saturating_add(age));
    let line = SetCookie {
        policy: &policy,
        value: given["value"].as_str().unwrap_or_default(),
        expires: seconds(&given["expires"]).or(synced).map(UnixTime::from_seconds),
        max_age: max_age.map(|age| Duration::from_secs(age.max(0).unsigned_abs())),
    };
    Ok(line.to_header().ok().map(String::into_bytes))
}

/// A number of seconds, a duration, or a moment.
fn seconds(json: &Json) -> Option<i64> {
    match json {
        Json::Number(number) => number.as_f64().map(|seconds| seconds.floor() as i64),
        Json::Object(fields) => match fields.iter().next()? {
            (kind, micros) if kind == "$timedelta_us" => Some(micros.as_i64()? / 1_000_000),
            (kind, digits) if kind == "$int" || kind == "$float" => {
                digits.as_str()?.parse::<f64>().ok().map(|n| n.floor() as i64)
            }
            (kind, moment) if kind == "$datetime" => seconds_of_iso(moment.as_str()?),
            _ => None,
        },
        _ => None,
    }
}

/// `2024-01-02T03:04:05`, a fraction perhaps, and `+02:00` perhaps.
fn seconds_of_iso(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let leap_days = |year: i64| year / 4 - year / 100 + year / 400;
    let is_leap = leap_days(year) > leap_days(year - 1);
    let lengths = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days_to_year = |year: i64| 365 * (year - 1) + leap_days(year - 1);
    let days = days_to_year(year) - days_to_year(1970)
        + lengths.iter().take(usize::try_from(month - 1).ok()?).sum::<i64>()
        + day
        - 1;
    let wall = days * 86_400 + number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let offset = text.get(19..).and_then(|rest| rest.find(['+', '-'])).map_or(Some(0), |at| {
        let sign = if text.as_bytes()[19 + at] == b'-' { -1 } else { 1 };
        Some(sign * (number(20 + at, 22 + at)? * 3600 + number(23 + at, 25 + at)? * 60))
    })?;
    Some(wall - offset)
}

fn dump_rule(case: &Case) -> Option<&'static str> {
    let text = |field: &str| case.given[field].as_str().unwrap_or_default();
    let is_beyond = |moment: i64| !(-11_644_473_600..=253_402_300_799).contains(&moment);
    let max_age = seconds(&case.given["max_age"]).unwrap_or(0);
    Some(
        if seconds(&case.given["expires"]).is_some_and(is_beyond) || is_beyond(NOW.saturating_add(max_age)) {
            "expires-is-readable"
        } else if !(0..=400 * 86_400).contains(&max_age) {
            "max-age-is-at-most-400-days"
        } else if text("value").contains(('\x1a'..='\x1f').collect::<Vec<_>>().as_slice()) {
            "control-characters-are-escaped"
        } else if is_no_name(text("key")) || is_no_domain(text("domain")) {
            "nothing-is-injected"
        } else if text("domain").contains(['ß', 'ς', '\u{200c}', '\u{200d}']) {
            "idna-2008"
        } else {
            return None;
        },
    )
}

fn is_no_name(name: &str) -> bool {
    name.is_empty() || name.contains(|c: char| c.is_control() || " \",;=\\".contains(c))
}

fn is_no_domain(domain: &str) -> bool {
    domain.contains(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !"-_.:".contains(c))
}

/// `parse_cookie` is given text, so its header is UTF-8.
pub(super) fn parse_cookie(case: &Case) -> Judged {
    let header = match case.given["header_utf8"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => hex(case.given["header_hex"].text()?).known()?,
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ours = grouped(pairs([&header[..]]).map(|pair| (text(pair.name()), text(&pair.value()))));
    let is_text = std::str::from_utf8(&header).is_ok();
    Ok(compare(
        Some(ours),
        upstream_pairs(case)?,
        if is_text { grammar_rule(case, &header) } else { Some("not-utf-8-is-no-error") },
    ))
}

/// `request.cookies` is given bytes, each of which Werkzeug takes for a character.
pub(super) fn request_cookies(case: &Case) -> Judged {
    let header = hex(case.given["header_hex"].text()?).known()?;
    let ours = grouped(pairs([&header[..]]).map(|pair| pair.flask_text()));
    Ok(compare(Some(ours), upstream_pairs(case)?, grammar_rule(case, &header)))
}

/// In the order of a `MultiDict`, where a name stands once, with all its values.
fn grouped(pairs: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = pairs.collect();
    let names: Vec<String> = pairs.iter().map(|(name, _)| name.clone()).collect();
    pairs.sort_by_key(|(name, _)| names.iter().position(|first| first == name));
    pairs
}

fn upstream_pairs(case: &Case) -> Judged<Option<Vec<(String, String)>>> {
    let Some(pairs) = case.expected.get("ok") else { return Ok(None) };
    let text = |json: &Json| json.text().map(str::to_owned);
    let pairs = pairs.items()?.iter().map(|pair| Ok((text(&pair[0])?, text(&pair[1])?)));
    pairs.collect::<Judged<_>>().map(Some)
}

fn grammar_rule(case: &Case, header: &[u8]) -> Option<&'static str> {
    if has_semicolon_in_quotes(header) {
        return Some("semicolon-always-separates");
    }
    // What older Werkzeugs read otherwise: characters beyond ASCII, white space and quotes inside names and values, `=` without a name.
    let is_older = case.given["werkzeug"] != WERKZEUG;
    let is_odd = |segment: &[u8]| {
        let segment = segment.trim_ascii();
        !segment.is_ascii() || segment.starts_with(b"=") || segment.iter().any(|byte| b" \t\"".contains(byte))
    };
    (is_older && header.split(|byte| *byte == b';').any(is_odd)).then_some("older-werkzeug-grammar")
}

/// A value in quotes, with a semicolon before the closing one.
fn has_semicolon_in_quotes(header: &[u8]) -> bool {
    let text = String::from_utf8_lossy(header).replace([' ', '\t'], "");
    text.match_indices("=\"").any(|(at, opening)| {
        let value = &text[at + opening.len()..];
        let mut is_escaped = false;
        let end = value.find(|c| {
            let closes = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            closes
        });
        end.is_some_and(|end| value[..end].contains(';'))
    })
}

pub(super) fn vary_add(case: &Case) -> Judged {
    let existing: Vec<&str> = match &case.given["existing"] {
        Json::Array(lines) => lines.iter().filter_map(Json::as_str).collect(),
        line => line.as_str().into_iter().collect(),
    };
    let ours = vary_cookie(existing.iter().copied()).map_or_else(
        || existing.iter().map(|line| (*line).to_owned()).collect(),
        |line| vec![line.into_owned()],
    );
    let theirs = case.expected["vary"].items()?.iter().map(|line| line.text().map(str::to_owned));
    let theirs = theirs.collect::<Judged<Vec<String>>>()?;
    // `Vary` lists names of headers; Werkzeug puts all else in quotes.
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let is_name = |item: &str| item.trim().chars().all(is_token);
    let rule = match existing.as_slice() {
        [line] if !line.split(',').all(is_name) => Some("a-vary-item-stays-as-written"),
        lines => (lines.len() > 1).then_some("several-vary-lines-are-joined"),
    };
    Ok(compare(ours, theirs, rule))
}
