//! The measured figures of the guide are those that the measurements have written.

use super::source::{Finding, Source};
use crate::bench;

/// Fails if the page has other figures, or figures in another shape, than `cargo xtask bench --write` gives it.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let file = |path: &str| sources.iter().find(|source| source.path == path);
    let fault = |(page, list): (&Source, &Source)| {
        let why = bench::faults(&page.text, &list.text).err()?;
        Some(page.finding(1, "figures", format!("{why}: run `cargo xtask bench --write`")))
    };
    file(bench::PAGE).zip(file(bench::SECTIONS)).and_then(fault).into_iter().collect()
}
