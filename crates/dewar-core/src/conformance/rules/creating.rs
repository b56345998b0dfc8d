//! Create makes, and never replaces.

use super::super::bench::Bench;
use super::super::stop::{Step, must};
use super::super::together::{Boxed, together};
use crate::{Write, Written};

pub(super) async fn create_never_overwrites(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.kept("first").await?;
    let answer = bench.store.write(Write::create(&key, &bench.entry("second")), bench.now()).await?;
    must(answer == Written::Taken, format!("create over an entry answered {answer:?}"))?;
    bench.must_hold(&key, "first").await.map(drop)
}

pub(super) async fn creates_at_once_have_one_winner(bench: &Bench<'_>) -> Step {
    let (key, now) = (bench.key(), bench.now());
    let entries: Vec<_> = (0..8).map(|number| bench.entry(&number.to_string())).collect();
    let calls = entries
        .iter()
        .map(|entry| Box::pin(bench.store.write(Write::create(&key, entry), now)) as Boxed<'_, _>);
    let mut winners = Vec::new();
    for (number, answer) in together(calls.collect()).await.into_iter().enumerate() {
        if matches!(answer?, Written::Saved(_)) {
            winners.push(number.to_string());
        }
    }
    let [winner] = winners.as_slice() else {
        return must(false, format!("{} of 8 created the same key", winners.len()));
    };
    bench.must_hold(&key, winner).await.map(drop)
}

pub(super) async fn created_revision_can_be_swapped(bench: &Bench<'_>) -> Step {
    let (key, revision) = bench.kept("first").await?;
    bench.replace(&key, &revision, "second").await?;
    bench.must_hold(&key, "second").await.map(drop)
}
