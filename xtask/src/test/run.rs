//! The whole run.

use super::needs;
use super::options::Options;
use super::report::Report;
use super::steps::{Context, STEPS};
use crate::shell::Result;

/// Runs the steps that are wanted, first installing what their tests need.
pub(crate) fn run(words: &[&str]) -> Result {
    let options = Options::parse(words)?;
    let wanted = || STEPS.iter().filter(|step| options.wants(step.name));
    let mut report = Report::default();
    let mut context = Context::new(options.all);
    if wanted().any(|step| step.has_tests) {
        context.variables = needs::prepare(options.all, &mut report);
    }
    for step in wanted() {
        report.step(step.name, || (step.run)(&mut context));
    }
    report.counts = context.counts;
    report.close()
}
