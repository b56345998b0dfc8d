//! A [`Report`] as text for a person.

use std::fmt::Write as _;

use crate::diagnosis::{Report, Verdict, in_words, pretty};
use crate::output::Paint;

/// The report, a fact a line.
pub(super) fn text(report: &Report, with_advice: bool, paint: Paint) -> String {
    let mut text = paint.bold(report.kind.in_words());
    let mut fact = |name: &str, value: &str| {
        let _ = write!(text, "\n  {} {value}", paint.dim(&format!("{name:<8}")));
    };
    if let Some(name) = &report.cookie_name {
        fact("name", name);
    }
    fact("size", &format!("{} octets", report.octets));
    if let Some(began) = &report.began_at {
        fact("began", &began.in_words());
    }
    if let Some(written) = &report.written_at {
        fact("signed", &format!("{} ({})", written.in_words(), age(report.age_seconds.unwrap_or(0))));
    }
    if let Some(ends) = &report.ends_at {
        fact("ends", &ends.in_words());
    }
    if let Some(is_permanent) = report.is_permanent {
        fact("kept", if is_permanent { "until it ends (permanent)" } else { "until the browser is closed" });
    }
    fact("verdict", &verdict(report, paint));
    if with_advice {
        report.advice.iter().for_each(|advice| fact("note", advice));
    }
    if let Some(json) = report.json() {
        let _ = write!(text, "\n{}", pretty(json));
    }
    text
}

fn verdict(report: &Report, paint: Paint) -> String {
    let reason = report.reason.as_deref().map_or(String::new(), |reason| format!(": {reason}"));
    match report.verdict {
        Verdict::Valid => paint.good("valid"),
        Verdict::Invalid => paint.bad("not valid") + &reason,
        Verdict::NotChecked => format!("not checked{reason}"),
    }
}

fn age(seconds: i64) -> String {
    let words = in_words(seconds.unsigned_abs());
    if seconds < 0 { format!("{words} in the future") } else { format!("{words} ago") }
}
