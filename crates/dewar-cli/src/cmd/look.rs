//! A [`Report`] as text for a person.

use crate::diagnosis::{Report, Verdict, in_words, pretty};
use crate::output::{Paint, Text};

/// The report, a fact a line.
pub(super) fn text(report: &Report, with_advice: bool, paint: Paint) -> Text {
    let mut text = paint.bold(report.kind.in_words());
    let mut fact = |name: &str, value: &Text| {
        let name = paint.dim(&format!("{name:<9}"));
        [&Text::lines("\n  "), &name, &" ".into(), value].into_iter().for_each(|part| text.push(part));
    };
    if let Some(name) = &report.cookie_name {
        fact("name", &name.as_str().into());
    }
    fact("size", &format!("{} bytes", report.bytes).into());
    times(report).into_iter().for_each(|(name, value)| fact(name, &value.into()));
    if let Some(own) = report.own_lifetime {
        fact("lifetime", &own.in_words().into());
    }
    if let Some(is_permanent) = report.is_permanent {
        let until = if is_permanent { "until it expires (permanent)" } else { "until the browser is closed" };
        fact("kept", &until.into());
    }
    fact("verdict", &verdict(report, paint));
    if with_advice {
        report.advice.iter().for_each(|advice| fact("note", &advice.as_str().into()));
    }
    match report.json() {
        Some(json) => text.and(&Text::lines(&format!("\n{}", pretty(json)))),
        None => text,
    }
}

fn times(report: &Report) -> Vec<(&'static str, String)> {
    let began = report.created_at.as_ref().map(|began| ("created", began.in_words()));
    let written = report.written_at.as_ref().map(|written| {
        ("signed", format!("{} ({})", written.in_words(), age(report.age_seconds.unwrap_or(0))))
    });
    let ends = report.expires_at.as_ref().map(|ends| ("expires", ends.in_words()));
    [began, written, ends].into_iter().flatten().collect()
}

fn verdict(report: &Report, paint: Paint) -> Text {
    let reason = report.reason.as_deref().map_or(String::new(), |reason| format!(": {reason}"));
    match report.verdict {
        Verdict::Valid => paint.good("valid"),
        Verdict::Invalid => paint.bad("not valid").and(&reason.into()),
        Verdict::NotChecked => format!("not checked{reason}").into(),
    }
}

fn age(seconds: i64) -> String {
    let words = in_words(seconds.unsigned_abs());
    if seconds < 0 { format!("{words} in the future") } else { format!("{words} ago") }
}
