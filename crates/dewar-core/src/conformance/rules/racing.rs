//! Callers who meet.

use super::super::bench::Bench;
use super::super::stop::{Step, broken, must};
use super::super::together::{Boxed, let_others_go_on, together};
use crate::{Entry, StoreKey, Write, Written};

pub(super) async fn swaps_at_once_have_one_winner(bench: &Bench<'_>) -> Step {
    for _ in 0..20 {
        let ((key, seen), now) = (bench.kept("start").await?, bench.now());
        let entries = ["first", "second"].map(|payload| bench.entry(payload));
        let calls = entries
            .iter()
            .map(|entry| Box::pin(bench.store.write(Write::swap(&key, &seen, entry), now)) as Boxed<'_, _>);
        let mut winners = Vec::new();
        for (answer, entry) in together(calls.collect()).await.into_iter().zip(&entries) {
            if matches!(answer?, Written::Saved(_)) {
                winners.push(entry);
            }
        }
        let [winner] = winners.as_slice() else {
            return broken(format!("{} of 2 swapped the same entry", winners.len()));
        };
        let there = bench.load(&key).await?;
        must(
            there.is_some_and(|stored| stored.payload == winner.payload),
            "the winner's entry is not there",
        )?;
    }
    Ok(())
}

pub(super) async fn increments_are_not_lost(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.kept("0").await?;
    let writers = (0..8).map(|_| Box::pin(increment(bench, &key, 4)) as Boxed<'_, Step>);
    for done in together(writers.collect()).await {
        done?;
    }
    bench.must_hold(&key, "32").await.map(drop)
}

async fn increment(bench: &Bench<'_>, key: &StoreKey, times: u32) -> Step {
    for _ in 0..times {
        let mut tries = 0;
        while !increment_once(bench, key).await? {
            tries += 1;
            must(tries < 1000, "a thousand swaps in a row found another revision than load")?;
        }
    }
    Ok(())
}

async fn increment_once(bench: &Bench<'_>, key: &StoreKey) -> Step<bool> {
    let Some(stored) = bench.load(key).await? else { return broken("the counter is gone") };
    let number = std::str::from_utf8(&stored.payload).ok().and_then(|text| text.parse::<u32>().ok());
    let Some(number) = number else { return broken("the counter is no number") };
    let_others_go_on().await;
    let answer = bench.swap(key, &stored.revision, &(number + 1).to_string()).await?;
    Ok(matches!(answer, Written::Saved(_)))
}

pub(super) async fn readers_see_whole_payloads(bench: &Bench<'_>) -> Step {
    let key = bench.key();
    bench.create(&key, &filled(bench, 0)).await?;
    let mut callers: Vec<Boxed<'_, Step>> = vec![Box::pin(write(bench, &key))];
    callers.extend((0..3).map(|_| Box::pin(read(bench, &key)) as Boxed<'_, Step>));
    together(callers).await.into_iter().collect()
}

const ROUNDS: u8 = 20;

async fn write(bench: &Bench<'_>, key: &StoreKey) -> Step {
    for round in 1..=ROUNDS {
        let Some(stored) = bench.load(key).await? else { return broken("it was gone between two writes") };
        let answer =
            bench.store.write(Write::swap(key, &stored.revision, &filled(bench, round)), bench.now()).await?;
        must(matches!(answer, Written::Saved(_)), format!("swap without a rival answered {answer:?}"))?;
        let_others_go_on().await;
    }
    Ok(())
}

async fn read(bench: &Bench<'_>, key: &StoreKey) -> Step {
    for _ in 0..ROUNDS {
        let Some(stored) = bench.load(key).await? else { return broken("it was gone while it was replaced") };
        let first = stored.payload.first().copied().unwrap_or_default();
        let is_whole = stored.payload == filled(bench, first).payload;
        must(is_whole, "a reader saw a payload that nobody wrote")?;
        let_others_go_on().await;
    }
    Ok(())
}

/// A payload that shows by its length and by every byte which write it is of.
fn filled(bench: &Bench<'_>, round: u8) -> Entry {
    Entry { payload: vec![round; 60_000 + 1000 * usize::from(round)].into(), ..bench.entry("") }
}
