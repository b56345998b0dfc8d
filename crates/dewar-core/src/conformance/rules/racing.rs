//! Concurrent callers.

use super::super::concurrent::{Boxed, join_all, yield_now};
use super::super::context::RuleContext;
use super::super::stop::{Step, broken, must};
use crate::{Entry, StoreKey, Write, WriteOutcome};

pub(super) async fn swaps_at_once_have_one_winner(context: &RuleContext<'_>) -> Step {
    for _ in 0..20 {
        let ((key, seen), now) = (context.stored("start").await?, context.now());
        let entries = ["first", "second"].map(|payload| context.entry(payload));
        let calls = entries
            .iter()
            .map(|entry| Box::pin(context.store.write(Write::swap(&key, &seen, entry), now)) as Boxed<'_, _>);
        let mut winners = Vec::new();
        for (answer, entry) in join_all(calls.collect()).await.into_iter().zip(&entries) {
            if matches!(answer?, WriteOutcome::Saved(_)) {
                winners.push(entry);
            }
        }
        let [winner] = winners.as_slice() else {
            return broken(format!("{} of 2 swapped the same entry", winners.len()));
        };
        let there = context.load(&key).await?;
        must(
            there.is_some_and(|stored| stored.payload == winner.payload),
            "the winner's entry is not stored",
        )?;
    }
    Ok(())
}

pub(super) async fn increments_are_not_lost(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.stored("0").await?;
    let writers = (0..8).map(|_| Box::pin(increment(context, &key, 4)) as Boxed<'_, Step>);
    for done in join_all(writers.collect()).await {
        done?;
    }
    context.must_hold(&key, "32").await.map(drop)
}

async fn increment(context: &RuleContext<'_>, key: &StoreKey, times: u32) -> Step {
    for _ in 0..times {
        let mut tries = 0;
        while !increment_once(context, key).await? {
            tries += 1;
            must(tries < 1000, "a thousand swaps in a row found another revision than the load before them")?;
        }
    }
    Ok(())
}

async fn increment_once(context: &RuleContext<'_>, key: &StoreKey) -> Step<bool> {
    let Some(stored) = context.load(key).await? else { return broken("the counter is gone") };
    let number = std::str::from_utf8(&stored.payload).ok().and_then(|text| text.parse::<u32>().ok());
    let Some(number) = number else { return broken("the counter is not a number") };
    yield_now().await;
    let answer = context.swap(key, &stored.revision, &(number + 1).to_string()).await?;
    Ok(matches!(answer, WriteOutcome::Saved(_)))
}

pub(super) async fn readers_see_whole_payloads(context: &RuleContext<'_>) -> Step {
    let key = context.key();
    context.create(&key, &filled(context, 0)).await?;
    let mut callers: Vec<Boxed<'_, Step>> = vec![Box::pin(write(context, &key))];
    callers.extend((0..3).map(|_| Box::pin(read(context, &key)) as Boxed<'_, Step>));
    join_all(callers).await.into_iter().collect()
}

const ROUNDS: u8 = 20;

async fn write(context: &RuleContext<'_>, key: &StoreKey) -> Step {
    for round in 1..=ROUNDS {
        let Some(stored) = context.load(key).await? else { return broken("it was gone between two writes") };
        let answer = context
            .store
            .write(Write::swap(key, &stored.revision, &filled(context, round)), context.now())
            .await?;
        must(
            matches!(answer, WriteOutcome::Saved(_)),
            format!("swap without a concurrent write answered {answer:?}"),
        )?;
        yield_now().await;
    }
    Ok(())
}

async fn read(context: &RuleContext<'_>, key: &StoreKey) -> Step {
    for _ in 0..ROUNDS {
        let Some(stored) = context.load(key).await? else {
            return broken("it was gone while it was replaced");
        };
        let first = stored.payload.first().copied().unwrap_or_default();
        let is_whole = stored.payload == filled(context, first).payload;
        must(is_whole, "a reader saw a payload that nobody wrote")?;
        yield_now().await;
    }
    Ok(())
}

/// A payload whose length and bytes all show which write it belongs to.
fn filled(context: &RuleContext<'_>, round: u8) -> Entry {
    Entry { payload: vec![round; 60_000 + 1000 * usize::from(round)].into(), ..context.entry("") }
}
