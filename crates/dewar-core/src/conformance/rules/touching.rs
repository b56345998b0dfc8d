//! Touch sets the expiry, and nothing else.

use std::time::Duration;

use super::super::context::{HOUR, RuleContext};
use super::super::stop::{Step, broken, must};
use crate::{Entry, Revision, StoreKey, Touch};

pub(super) async fn touch_of_absent_makes_nothing(context: &RuleContext<'_>) -> Step {
    let key = context.key();
    must(
        !context.store.touch(&key, context.hence(HOUR), context.now()).await?,
        "touch found something where nothing is stored",
    )?;
    context.must_lack(&key).await
}

pub(super) async fn touch_moves_the_end(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.stored("long").await?;
    let end = context.hence(context.short());
    must(context.store.touch(&key, end, context.now()).await?, "touch did not find it")?;
    context.outlive().await;
    context.must_lack(&key).await?;
    let key = extended(context, false).await?.0;
    context.must_hold(&key, "there").await.map(drop)
}

pub(super) async fn touch_keeps_the_revision(context: &RuleContext<'_>) -> Step {
    let (key, seen) = extended(context, false).await?;
    context.replace(&key, &seen, "replaced").await.map(drop)
}

pub(super) async fn load_with_touch_moves_the_end(context: &RuleContext<'_>) -> Step {
    let (key, _) = extended(context, true).await?;
    context.must_hold(&key, "there").await.map(drop)
}

pub(super) async fn load_with_touch_keeps_the_revision(context: &RuleContext<'_>) -> Step {
    let (key, seen) = context.stored("there").await?;
    let touch = Touch { expires: context.hence(2 * HOUR), if_before: context.hence(2 * HOUR) };
    let Some(stored) = context.store.load(&key, Some(touch), context.now()).await? else {
        return broken("load with a touch did not find it");
    };
    must(stored.payload == "there", "load with a touch found another payload")?;
    must(stored.revision == seen, "load with a touch returned another revision than create")?;
    context.replace(&key, &seen, "replaced").await.map(drop)
}

pub(super) async fn load_without_touch_moves_nothing(context: &RuleContext<'_>) -> Step {
    let key = context.key();
    context.create(&key, &context.short_entry("there")).await?;
    for _ in 0..3 {
        context.load(&key).await?;
    }
    context.outlive().await;
    context.must_lack(&key).await
}

pub(super) async fn touch_not_due_moves_nothing(context: &RuleContext<'_>) -> Step {
    let key = context.key();
    context.create(&key, &context.short_entry("there")).await?;
    let touch = Touch { expires: context.hence(HOUR), if_before: context.now() };
    for _ in 0..3 {
        context.store.load(&key, Some(touch), context.now()).await?;
    }
    context.outlive().await;
    context.must_lack(&key).await
}

pub(super) async fn load_without_expiry_finds_the_same(context: &RuleContext<'_>) -> Step {
    let (key, seen) = context.stored("there").await?;
    let found = |key| context.store.load_without_expiry(key, context.now());
    let Some(stored) = found(&key).await? else { return broken("load_without_expiry did not find it") };
    must(stored.payload == "there", "load_without_expiry found another payload")?;
    must(stored.revision == seen, "load_without_expiry returned another revision than create")?;
    context.replace(&key, &stored.revision, "replaced").await?;
    let (ended, absent) = (context.key(), context.key());
    context.create(&ended, &context.short_entry("ended")).await?;
    must(found(&ended).await?.is_some(), "load_without_expiry did not find what had not expired")?;
    context.outlive().await;
    must(found(&ended).await?.is_none(), "load_without_expiry found an expired entry, or moved its expiry")?;
    must(found(&absent).await?.is_none(), "load_without_expiry found something where nothing is stored")
}

/// An entry whose short TTL was extended in time, and that would have expired by now otherwise.
async fn extended(context: &RuleContext<'_>, by_load: bool) -> Step<(StoreKey, Revision)> {
    for life in [1, 8, 64].map(|times| times * context.short()) {
        let (key, end) = (context.key(), context.hence(life));
        let seen = context.create(&key, &Entry::new("there", Some(end))).await?;
        let was_there = prolong(context, &key, by_load).await?;
        let was_in_time = context.now() < end;
        context.advance(life + 2 * context.precision()).await;
        if was_there {
            return Ok((key, seen));
        }
        must(!was_in_time, "it was gone before it expires")?;
    }
    broken(format!("create and touch took longer than {:?}", 64 * context.short()))
}

async fn prolong(context: &RuleContext<'_>, key: &StoreKey, by_load: bool) -> Step<bool> {
    let expires = context.hence(HOUR + Duration::from_secs(1));
    if by_load {
        let touch = Touch { expires, if_before: context.hence(HOUR) };
        return Ok(context.store.load(key, Some(touch), context.now()).await?.is_some());
    }
    Ok(context.store.touch(key, expires, context.now()).await?)
}
