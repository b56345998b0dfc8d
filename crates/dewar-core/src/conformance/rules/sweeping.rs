//! Sweeping, for stores that do it.

use std::time::Duration;

use super::super::bench::{Bench, HOUR};
use super::super::stop::{Step, Stop, broken, must};
use crate::{Entry, StoreKey, Sweeper};

fn sweeper<'a>(bench: &'a Bench<'_>) -> Step<&'a dyn Sweeper> {
    bench.store.sweeper().ok_or(Stop::NotApplicable("the store has no sweeper"))
}

/// Seen by a clock that is late: what was swept is gone for it, too.
pub(super) async fn sweep_removes_what_is_over(bench: &Bench<'_>) -> Step {
    let sweeper = sweeper(bench)?;
    bench.needs_manual_time()?;
    let (born, mut keys) = (bench.now(), Vec::new());
    for _ in 0..10 {
        keys.push(ended_soon(bench).await?);
    }
    bench.pass(Duration::from_secs(60)).await;
    sweep_all(bench, sweeper, "", 4).await?;
    for key in &keys {
        must(bench.store.load(key, None, born).await?.is_none(), "what is over was not swept")?;
    }
    Ok(())
}

pub(super) async fn sweep_spares_the_living(bench: &Bench<'_>) -> Step {
    let sweeper = sweeper(bench)?;
    let (mortal, _) = bench.kept("mortal").await?;
    let immortal = bench.key();
    bench.create(&immortal, &Entry::new("immortal", None)).await?;
    let touched = bench.key();
    bench.create(&touched, &bench.short_entry("touched")).await?;
    let is_prolonged = bench.store.touch(&touched, bench.hence(HOUR), bench.now()).await?;
    bench.outlive().await;
    sweep_all(bench, sweeper, "", 100).await?;
    bench.must_hold(&mortal, "mortal").await?;
    bench.must_hold(&immortal, "immortal").await?;
    if is_prolonged { bench.must_hold(&touched, "touched").await.map(drop) } else { Ok(()) }
}

pub(super) async fn sweep_respects_at_most(bench: &Bench<'_>) -> Step {
    let sweeper = sweeper(bench)?;
    for _ in 0..5 {
        ended_soon(bench).await?;
    }
    bench.outlive().await;
    sweep_all(bench, sweeper, "", 2).await
}

async fn ended_soon(bench: &Bench<'_>) -> Step<StoreKey> {
    let key = bench.key();
    bench.create(&key, &bench.short_entry("over")).await?;
    Ok(key)
}

async fn sweep_all(bench: &Bench<'_>, sweeper: &dyn Sweeper, prefix: &str, at_most: usize) -> Step {
    for _ in 0..100_000 {
        let swept = sweeper.sweep(prefix, at_most, bench.now()).await?;
        must(swept <= at_most, format!("a sweep of at most {at_most} removed {swept}"))?;
        if swept == 0 {
            return Ok(());
        }
    }
    broken("sweeping never ends")
}
