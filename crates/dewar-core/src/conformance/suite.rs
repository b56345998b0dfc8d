//! The whole suite.

use super::{Harness, Report, bench, rules};

/// Runs every rule.
pub async fn run(harness: &dyn Harness) -> Report {
    let mut report = Report { outcomes: Vec::new() };
    for (name, rule) in rules::ALL {
        report.outcomes.push((name, bench::judge(harness, *rule).await));
    }
    report
}
