//! Figures that the guide shows, on their way to the command that writes its page.

use std::fmt;

/// Bars under a title; longer means more of the unit.
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) unit: String,
    /// What stands beside each bar.
    pub(crate) notes: Vec<String>,
    pub(crate) bars: Vec<Bar>,
}

/// A figure.
pub(crate) struct Bar {
    pub(crate) who: String,
    pub(crate) value: f64,
    /// As many as the chart has.
    pub(crate) notes: Vec<String>,
}

/// A line each, with tabs.
impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, words: &[&str], notes: &[String]| {
            writeln!(
                f,
                "{}",
                words.iter().copied().chain(notes.iter().map(String::as_str)).collect::<Vec<_>>().join("\t")
            )
        };
        line(f, &["chart", &self.title, &self.unit], &self.notes)?;
        self.bars.iter().try_for_each(|bar| line(f, &["bar", &bar.who, &number(bar.value)], &bar.notes))
    }
}

/// With three digits that count, as no run repeats more of them.
fn number(value: f64) -> String {
    let decimals = 2 - value.max(1.0).log10().floor() as i32;
    let unit = 10_f64.powi(decimals);
    let places = usize::try_from(decimals.max(0)).unwrap_or_default();
    format!("{:.places$}", (value * unit).round() / unit)
}
