//! Create never replaces an entry.

use super::super::concurrent::{Boxed, join_all};
use super::super::context::RuleContext;
use super::super::stop::{Step, must};
use crate::{Write, WriteOutcome};

pub(super) async fn create_never_overwrites(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.stored("first").await?;
    let answer = context.store.write(Write::create(&key, &context.entry("second")), context.now()).await?;
    must(answer == WriteOutcome::Taken, format!("create over an entry answered {answer:?}"))?;
    context.must_hold(&key, "first").await.map(drop)
}

pub(super) async fn creates_at_once_have_one_winner(context: &RuleContext<'_>) -> Step {
    let (key, now) = (context.key(), context.now());
    let entries: Vec<_> = (0..8).map(|number| context.entry(&number.to_string())).collect();
    let calls = entries
        .iter()
        .map(|entry| Box::pin(context.store.write(Write::create(&key, entry), now)) as Boxed<'_, _>);
    let mut winners = Vec::new();
    for (number, answer) in join_all(calls.collect()).await.into_iter().enumerate() {
        if matches!(answer?, WriteOutcome::Saved(_)) {
            winners.push(number.to_string());
        }
    }
    let [winner] = winners.as_slice() else {
        return must(false, format!("{} of 8 created the same key", winners.len()));
    };
    context.must_hold(&key, winner).await.map(drop)
}

pub(super) async fn created_revision_can_be_swapped(context: &RuleContext<'_>) -> Step {
    let (key, revision) = context.stored("first").await?;
    context.replace(&key, &revision, "second").await?;
    context.must_hold(&key, "second").await.map(drop)
}
