//! Touch moves the end, and nothing else.

use std::time::Duration;

use super::super::bench::{Bench, HOUR};
use super::super::stop::{Step, broken, must};
use crate::{Entry, Revision, StoreKey, Touch};

pub(super) async fn touch_of_absent_makes_nothing(bench: &Bench<'_>) -> Step {
    let key = bench.key();
    must(
        !bench.store.touch(&key, bench.hence(HOUR), bench.now()).await?,
        "touch found something where nothing is",
    )?;
    bench.must_lack(&key).await
}

pub(super) async fn touch_moves_the_end(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.kept("long").await?;
    let end = bench.hence(bench.short());
    must(bench.store.touch(&key, end, bench.now()).await?, "touch did not find it")?;
    bench.outlive().await;
    bench.must_lack(&key).await?;
    let key = extended(bench, false).await?.0;
    bench.must_hold(&key, "there").await.map(drop)
}

pub(super) async fn touch_keeps_the_revision(bench: &Bench<'_>) -> Step {
    let (key, seen) = extended(bench, false).await?;
    bench.replace(&key, &seen, "replaced").await.map(drop)
}

pub(super) async fn load_with_touch_moves_the_end(bench: &Bench<'_>) -> Step {
    let (key, _) = extended(bench, true).await?;
    bench.must_hold(&key, "there").await.map(drop)
}

pub(super) async fn load_with_touch_keeps_the_revision(bench: &Bench<'_>) -> Step {
    let (key, seen) = bench.kept("there").await?;
    let touch = Touch { expires: bench.hence(2 * HOUR), if_before: bench.hence(2 * HOUR) };
    let Some(stored) = bench.store.load(&key, Some(touch), bench.now()).await? else {
        return broken("load with a touch did not find it");
    };
    must(stored.payload == "there", "load with a touch found another payload")?;
    must(stored.revision == seen, "load with a touch told another revision than create")?;
    bench.replace(&key, &seen, "replaced").await.map(drop)
}

pub(super) async fn load_without_touch_moves_nothing(bench: &Bench<'_>) -> Step {
    let key = bench.key();
    bench.create(&key, &bench.short_entry("there")).await?;
    for _ in 0..3 {
        bench.load(&key).await?;
    }
    bench.outlive().await;
    bench.must_lack(&key).await
}

pub(super) async fn touch_not_due_moves_nothing(bench: &Bench<'_>) -> Step {
    let key = bench.key();
    bench.create(&key, &bench.short_entry("there")).await?;
    let touch = Touch { expires: bench.hence(HOUR), if_before: bench.now() };
    for _ in 0..3 {
        bench.store.load(&key, Some(touch), bench.now()).await?;
    }
    bench.outlive().await;
    bench.must_lack(&key).await
}

/// An entry whose short life was prolonged in time, and would be over by now.
async fn extended(bench: &Bench<'_>, by_load: bool) -> Step<(StoreKey, Revision)> {
    for life in [1, 8, 64].map(|times| times * bench.short()) {
        let (key, end) = (bench.key(), bench.hence(life));
        let seen = bench.create(&key, &Entry::new("there", Some(end))).await?;
        let was_there = prolong(bench, &key, by_load).await?;
        let was_in_time = bench.now() < end;
        bench.pass(life + 2 * bench.grain()).await;
        if was_there {
            return Ok((key, seen));
        }
        must(!was_in_time, "it was not there before its end")?;
    }
    broken(format!("create and touch took longer than {:?}", 64 * bench.short()))
}

async fn prolong(bench: &Bench<'_>, key: &StoreKey, by_load: bool) -> Step<bool> {
    let expires = bench.hence(HOUR + Duration::from_secs(1));
    if by_load {
        let touch = Touch { expires, if_before: bench.hence(HOUR) };
        return Ok(bench.store.load(key, Some(touch), bench.now()).await?.is_some());
    }
    Ok(bench.store.touch(key, expires, bench.now()).await?)
}
