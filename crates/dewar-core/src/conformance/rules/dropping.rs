//! A future that is dropped harms nobody. What it began may yet be done, also after it was dropped.

use super::super::bench::{Bench, HOUR};
use super::super::stop::{Step, broken, must};
use super::super::together::begin_and_drop;
use crate::{StoreKey, Touch, Write, Written};

pub(super) async fn dropped_load_harms_nobody(bench: &Bench<'_>) -> Step {
    let ((key, seen), (other, _)) = (bench.kept("there").await?, bench.kept("another").await?);
    let touch = Touch { expires: bench.hence(HOUR), if_before: bench.hence(HOUR) };
    begin_and_drop(bench.store.load(&key, None, bench.now())).await;
    begin_and_drop(bench.store.load(&key, Some(touch), bench.now())).await;
    bench.must_hold(&other, "another").await?;
    bench.must_hold(&key, "there").await?;
    bench.must_lack(&bench.key()).await?;
    bench.replace(&key, &seen, "replaced").await.map(drop)
}

pub(super) async fn dropped_create_harms_nobody(bench: &Bench<'_>) -> Step {
    let key = bench.key();
    begin_and_drop(bench.store.write(Write::create(&key, &bench.entry("dropped")), bench.now())).await;
    match bench.store.write(Write::create(&key, &bench.entry("second")), bench.now()).await? {
        Written::Saved(_) => bench.must_hold(&key, "second").await.map(drop),
        Written::Taken => bench.must_hold(&key, "dropped").await.map(drop),
        other => broken(format!("create answered {other:?}")),
    }
}

pub(super) async fn dropped_swap_harms_nobody(bench: &Bench<'_>) -> Step {
    let (key, seen) = bench.kept("first").await?;
    begin_and_drop(bench.store.write(Write::swap(&key, &seen, &bench.entry("dropped")), bench.now())).await;
    must_be_one_of(bench, &key, &["first", "dropped"]).await?;
    must_become(bench, &key, "last").await?;
    bench.must_hold(&key, "last").await.map(drop)
}

pub(super) async fn dropped_rename_harms_nobody(bench: &Bench<'_>) -> Step {
    let ((old, seen), new) = (bench.kept("first").await?, bench.key());
    begin_and_drop(
        bench.store.write(Write::rename(&old, &new, &seen, &bench.entry("moved"), None), bench.now()),
    )
    .await;
    match bench.load(&old).await? {
        Some(stored) => must(stored.payload == "first", "something else is under the old key"),
        None => bench.must_hold(&new, "moved").await.map(drop),
    }
}

pub(super) async fn dropped_touch_harms_nobody(bench: &Bench<'_>) -> Step {
    let (key, seen) = bench.kept("there").await?;
    begin_and_drop(bench.store.touch(&key, bench.hence(2 * HOUR), bench.now())).await;
    bench.must_hold(&key, "there").await?;
    bench.replace(&key, &seen, "replaced").await.map(drop)
}

pub(super) async fn dropped_remove_harms_nobody(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.kept("there").await?;
    begin_and_drop(bench.store.write(Write::remove(&key, None), bench.now())).await;
    if let Some(stored) = bench.load(&key).await? {
        must(stored.payload == "there", "something else is there")?;
    }
    bench.remove(&key, None).await?;
    bench.must_lack(&key).await?;
    must(!bench.remove(&key, None).await?, "what was removed was there again")
}

async fn must_be_one_of(bench: &Bench<'_>, key: &StoreKey, payloads: &[&str]) -> Step {
    let Some(stored) = bench.load(key).await? else { return broken("it is gone") };
    must(payloads.iter().any(|payload| stored.payload == payload.as_bytes()), "something else is there")
}

/// Swaps what is there; once, somebody who was dropped may be faster.
async fn must_become(bench: &Bench<'_>, key: &StoreKey, payload: &str) -> Step {
    for _ in 0..2 {
        let Some(stored) = bench.load(key).await? else { return broken("it is gone") };
        if matches!(bench.swap(key, &stored.revision, payload).await?, Written::Saved(_)) {
            return Ok(());
        }
    }
    broken("swap refused the revision that load told")
}
