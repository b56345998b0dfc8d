//! A dropped future does no harm. What it started may still be done later.

use super::super::concurrent::begin_and_drop;
use super::super::context::{HOUR, RuleContext};
use super::super::stop::{Step, broken, must};
use crate::{StoreKey, Touch, Write, WriteOutcome};

pub(super) async fn dropped_load_harms_nobody(context: &RuleContext<'_>) -> Step {
    let ((key, seen), (other, _)) = (context.stored("there").await?, context.stored("another").await?);
    let touch = Touch { expires: context.hence(HOUR), if_before: context.hence(HOUR) };
    begin_and_drop(context.store.load(&key, None, context.now())).await;
    begin_and_drop(context.store.load(&key, Some(touch), context.now())).await;
    context.must_hold(&other, "another").await?;
    context.must_hold(&key, "there").await?;
    context.must_lack(&context.key()).await?;
    context.replace(&key, &seen, "replaced").await.map(drop)
}

pub(super) async fn dropped_create_harms_nobody(context: &RuleContext<'_>) -> Step {
    let key = context.key();
    begin_and_drop(context.store.write(Write::create(&key, &context.entry("dropped")), context.now())).await;
    match context.store.write(Write::create(&key, &context.entry("second")), context.now()).await? {
        WriteOutcome::Saved(_) => context.must_hold(&key, "second").await.map(drop),
        WriteOutcome::Taken => context.must_hold(&key, "dropped").await.map(drop),
        other => broken(format!("create answered {other:?}")),
    }
}

pub(super) async fn dropped_swap_harms_nobody(context: &RuleContext<'_>) -> Step {
    let (key, seen) = context.stored("first").await?;
    begin_and_drop(context.store.write(Write::swap(&key, &seen, &context.entry("dropped")), context.now()))
        .await;
    must_be_one_of(context, &key, &["first", "dropped"]).await?;
    must_become(context, &key, "last").await?;
    context.must_hold(&key, "last").await.map(drop)
}

pub(super) async fn dropped_rename_harms_nobody(context: &RuleContext<'_>) -> Step {
    let ((old, seen), new) = (context.stored("first").await?, context.key());
    begin_and_drop(
        context.store.write(Write::rename(&old, &new, &seen, &context.entry("moved"), None), context.now()),
    )
    .await;
    match context.load(&old).await? {
        Some(stored) => must(stored.payload == "first", "something else is under the old key"),
        None => context.must_hold(&new, "moved").await.map(drop),
    }
}

pub(super) async fn dropped_touch_harms_nobody(context: &RuleContext<'_>) -> Step {
    let (key, seen) = context.stored("there").await?;
    begin_and_drop(context.store.touch(&key, context.hence(2 * HOUR), context.now())).await;
    context.must_hold(&key, "there").await?;
    context.replace(&key, &seen, "replaced").await.map(drop)
}

pub(super) async fn dropped_remove_harms_nobody(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.stored("there").await?;
    begin_and_drop(context.store.write(Write::remove(&key, None), context.now())).await;
    if let Some(stored) = context.load(&key).await? {
        must(stored.payload == "there", "something else is there")?;
    }
    context.remove(&key, None).await?;
    context.must_lack(&key).await?;
    must(!context.remove(&key, None).await?, "what was removed came back")
}

async fn must_be_one_of(context: &RuleContext<'_>, key: &StoreKey, payloads: &[&str]) -> Step {
    let Some(stored) = context.load(key).await? else { return broken("it is gone") };
    must(payloads.iter().any(|payload| stored.payload == payload.as_bytes()), "something else is there")
}

/// Swaps what is stored. The first attempt may lose against a call that was dropped before.
async fn must_become(context: &RuleContext<'_>, key: &StoreKey, payload: &str) -> Step {
    for _ in 0..2 {
        let Some(stored) = context.load(key).await? else { return broken("it is gone") };
        if matches!(context.swap(key, &stored.revision, payload).await?, WriteOutcome::Saved(_)) {
            return Ok(());
        }
    }
    broken("swap refused the revision that load returned")
}
