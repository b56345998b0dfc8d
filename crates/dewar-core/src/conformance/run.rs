//! Running the rules.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use super::concurrent::Boxed;
use super::context::RuleContext;
use super::stop::{Step, Stop};
use super::{Harness, Report, RuleOutcome, rules};

/// A rule: it returns normally, or with a [`Stop`].
pub(super) type Rule = for<'a> fn(&'a RuleContext<'a>) -> Boxed<'a, Step>;

/// Runs every rule on the store of the harness.
pub async fn run(harness: &dyn Harness) -> Report {
    let mut report = Report { outcomes: Vec::new() };
    for (name, rule) in rules::ALL {
        report.outcomes.push((name, run_rule(harness, *rule).await));
    }
    report
}

/// Runs one rule on a store.
async fn run_rule(harness: &dyn Harness, rule: Rule) -> RuleOutcome {
    let trial = async move {
        let context = RuleContext::new(harness).await?;
        rule(&context).await
    };
    match catch_panic(Box::pin(trial)).await {
        Some(Ok(())) => RuleOutcome::Passed,
        Some(Err(Stop::Broken(how))) => RuleOutcome::Failed(how),
        Some(Err(Stop::NotApplicable(reason))) => RuleOutcome::NotApplicable(reason),
        None => RuleOutcome::Failed("the rule or the store panicked".into()),
    }
}

/// The output of the future; `None` if it panics.
async fn catch_panic<T>(mut future: Boxed<'_, T>) -> Option<T> {
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Some(value)),
        Err(_) => Poll::Ready(None),
    })
    .await
}
