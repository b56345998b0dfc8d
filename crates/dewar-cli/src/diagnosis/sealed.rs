//! Dewar's own cookie: without the key it is noise.

use std::time::Duration;

use dewar::clock::UnixTime;
use dewar::codec::{Codec as _, MsgPack, TaggedJson};
use dewar::lifetime::Times;
use dewar::signing::{Opened, Sealer};
use dewar::value::Map;
use dewar::{CookiePolicy, Lifetime};

use super::Moment;
use super::report::{Question, Report, cause};

/// What the session manager seals for.
const PURPOSE: &str = "session";

/// What the session manager grants to clocks that differ.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

pub(super) fn examine(question: &Question<'_>, report: &mut Report) {
    let Some(secrets) = question.secrets else { return };
    // The name is sealed with the session: under another name it does not open.
    let name = report.cookie_name.get_or_insert_with(|| CookiePolicy::default().name);
    let sealer = match Sealer::new(secrets.keys(), PURPOSE, name) {
        Ok(sealer) => sealer,
        Err(error) => return report.invalid(error.to_string()),
    };
    match sealer.open(question.cookie.value.as_bytes()) {
        Ok(opened) => read(question, &opened, report),
        Err(error) => report.invalid(error.to_string()),
    }
}

fn read(question: &Question<'_>, opened: &Opened, report: &mut Report) {
    let Some(contents) = Contents::read(&opened.plaintext) else {
        return report.invalid("it opens, but holds no session of a version that is known");
    };
    let Contents { is_permanent, times, data } = contents;
    let lifetime = question.lifetime.clone().unwrap_or_default();
    report.is_permanent = Some(is_permanent);
    report.began_at = Some(Moment::from(times.created));
    report.written_at = Some(Moment::from(times.refreshed));
    report.ends_at = lifetime.ends(times).map(Moment::from);
    match TaggedJson::default().encode(&data) {
        Ok(json) => report.holds(String::from_utf8_lossy(&json).into_owned()),
        Err(error) => report.data_text = Some(format!("not expressible as JSON: {}", cause(&error))),
    }
    match age(&lifetime, times, question.now) {
        Some(reason) => report.invalid(reason),
        None => report.valid(opened.key),
    }
}

/// Why its time is not now.
fn age(lifetime: &Lifetime, times: Times, now: UnixTime) -> Option<&'static str> {
    if lifetime.is_over(times, now) {
        return Some("it opens, but its time is over");
    }
    (times.refreshed > now.plus(CLOCK_SKEW))
        .then_some("it opens, but was sealed in the future: compare the clocks")
}

/// What is inside: flags, when it began (seconds since 2024), how much later it was written, the data.
struct Contents {
    is_permanent: bool,
    times: Times,
    data: Map,
}

const START: i64 = 1_704_067_200;

impl Contents {
    fn read(plaintext: &[u8]) -> Option<Self> {
        let (&flags, mut rest) = plaintext.split_first()?;
        if flags > 1 {
            return None;
        }
        let created = START.checked_add(take_leb128(&mut rest)?)?;
        let refreshed = created.checked_add(take_leb128(&mut rest)?)?;
        let times =
            Times { created: UnixTime::from_seconds(created), refreshed: UnixTime::from_seconds(refreshed) };
        Some(Self { is_permanent: flags == 1, times, data: MsgPack::native().decode(rest).ok()? })
    }
}

fn take_leb128(bytes: &mut &[u8]) -> Option<i64> {
    let mut number = 0_i64;
    for shift in (0..56).step_by(7) {
        let (&octet, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= i64::from(octet & 0x7f) << shift;
        if octet & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
