//! A session in the cookie itself.

use dewar::clock::Clock;
use dewar::cookie::MAX_NAME_AND_VALUE;
use minijinja::{Value, context};

use crate::demo::settings::InCookie;
use crate::demo::tamper;
use crate::diagnosis::{Moment, OwnLifetime, Question, Report, Verdict, Written, examine, in_words, pretty};

/// All there is to know of the value of a cookie of this name.
pub(super) fn view(in_cookie: &InCookie, name: &str, value: &str) -> Value {
    let report = report_on(in_cookie, name, value);
    let is_valid = report.verdict == Verdict::Valid;
    // Offered only if a second change makes the cookie valid again.
    let would_be_valid = |value: &String| report_on(in_cookie, name, value).verdict == Verdict::Valid;
    let restored = tamper::flip(value).filter(|restored| !is_valid && would_be_valid(restored));
    context! {
        kind => report.kind.in_words(),
        // A program on the same host may have set the id of a session of its own under our name.
        parts => if report.kind.is_id() { Vec::new() } else { parts(value, restored.as_deref()) },
        bytes => report.bytes + name.len(),
        limit => MAX_NAME_AND_VALUE,
        is_valid,
        can_be_restored => restored.is_some(),
        reason => report.reason.as_deref(),
        json => report.json().map(pretty),
        age => report.age_seconds.map(|age| in_words(age.max(0).unsigned_abs())),
        ..times(&report)
    }
}

fn report_on(in_cookie: &InCookie, name: &str, value: &str) -> Report {
    let cookie = Written { name: Some(name.to_owned()), value: value.to_owned(), oddities: Vec::new() };
    examine(&Question {
        cookie: &cookie,
        secrets: Some(&in_cookie.secrets),
        lifetime: Some(in_cookie.settings.lifetime),
        salt: None,
        legacy_epoch: false,
        now: Clock::system().now(),
    })
}

fn times(report: &Report) -> Value {
    let words = |moment: &Option<Moment>| moment.as_ref().map(Moment::in_words);
    context! {
        began => words(&report.created_at),
        written => words(&report.written_at),
        ends => words(&report.expires_at),
        own_lifetime => report.own_lifetime.map(OwnLifetime::in_words),
        is_kept => report.is_permanent,
    }
}

/// The parts of the value with what they are, for a colour each; of the first, what differs from `restored` stands apart.
fn parts(value: &str, restored: Option<&str>) -> Vec<Value> {
    let part = |kind: &str, text: &str| context! { kind, text };
    let mut split = value.rsplitn(3, '.');
    match (split.next(), split.next(), split.next()) {
        (Some(signature), Some(timestamp), Some(payload)) => {
            vec![
                first_part("payload", payload, restored),
                part("timestamp", timestamp),
                part("signature", signature),
            ]
        }
        _ => vec![first_part("sealed", value, restored)],
    }
}

fn first_part(kind: &str, text: &str, restored: Option<&str>) -> Value {
    let forged =
        restored.and_then(|restored| text.bytes().zip(restored.bytes()).position(|(is, was)| is != was));
    let around = forged.and_then(|at| Some((text.get(..at)?, text.get(at..=at)?, text.get(at + 1..)?)));
    match around {
        Some((before, forged, text)) => context! { kind, before, forged, text },
        None => context! { kind, text },
    }
}
