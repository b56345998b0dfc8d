//! Sweeping, for stores that need it.

use std::time::Duration;

use super::super::context::{HOUR, RuleContext};
use super::super::stop::{Step, Stop, broken, must};
use crate::{Entry, StoreKey, Sweeper};

fn sweeper<'a>(context: &'a RuleContext<'_>) -> Step<&'a dyn Sweeper> {
    context.store.sweeper().ok_or(Stop::NotApplicable("the store has no sweeper"))
}

/// Checked with a clock that is slow: what was swept is gone for it, too.
pub(super) async fn sweep_removes_expired(context: &RuleContext<'_>) -> Step {
    let sweeper = sweeper(context)?;
    context.needs_manual_time()?;
    let (born, mut keys) = (context.now(), Vec::new());
    for _ in 0..10 {
        keys.push(short_lived(context).await?);
    }
    context.advance(Duration::from_secs(60)).await;
    sweep_all(context, sweeper, "", 4).await?;
    for key in &keys {
        must(context.store.load(key, None, born).await?.is_none(), "an expired entry was not swept")?;
    }
    Ok(())
}

pub(super) async fn sweep_spares_what_has_not_expired(context: &RuleContext<'_>) -> Step {
    let sweeper = sweeper(context)?;
    let (mortal, _) = context.stored("mortal").await?;
    let immortal = context.key();
    context.create(&immortal, &Entry::new("immortal", None)).await?;
    let touched = context.key();
    context.create(&touched, &context.short_entry("touched")).await?;
    let is_prolonged = context.store.touch(&touched, context.hence(HOUR), context.now()).await?;
    context.outlive().await;
    sweep_all(context, sweeper, "", 100).await?;
    context.must_hold(&mortal, "mortal").await?;
    context.must_hold(&immortal, "immortal").await?;
    if is_prolonged { context.must_hold(&touched, "touched").await.map(drop) } else { Ok(()) }
}

pub(super) async fn sweep_respects_at_most(context: &RuleContext<'_>) -> Step {
    let sweeper = sweeper(context)?;
    for _ in 0..5 {
        short_lived(context).await?;
    }
    context.outlive().await;
    sweep_all(context, sweeper, "", 2).await
}

async fn short_lived(context: &RuleContext<'_>) -> Step<StoreKey> {
    let key = context.key();
    context.create(&key, &context.short_entry("over")).await?;
    Ok(key)
}

async fn sweep_all(context: &RuleContext<'_>, sweeper: &dyn Sweeper, prefix: &str, at_most: usize) -> Step {
    for _ in 0..100_000 {
        let swept = sweeper.sweep(prefix, at_most, context.now()).await?;
        must(swept <= at_most, format!("a sweep of at most {at_most} removed {swept}"))?;
        if swept == 0 {
            return Ok(());
        }
    }
    broken("sweeping never ends")
}
