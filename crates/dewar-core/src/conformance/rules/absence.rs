//! An expired entry is absent for every call.

use super::super::context::{HOUR, RuleContext};
use super::super::stop::{Step, must};
use crate::clock::UnixTime;
use crate::{Entry, Touch, Write, WriteOutcome};

pub(super) async fn absent_loads_as_none(context: &RuleContext<'_>) -> Step {
    context.must_lack(&context.key()).await
}

pub(super) async fn expired_is_absent_for_load(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.expired("over").await?;
    context.must_lack(&key).await?;
    let touch = Touch { expires: context.hence(HOUR), if_before: context.hence(HOUR) };
    let found = context.store.load(&key, Some(touch), context.now()).await?;
    must(found.is_none(), "load with a touch found an expired entry")?;
    context.must_lack(&key).await
}

pub(super) async fn expired_is_absent_for_create(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.expired("over").await?;
    context.create(&key, &context.entry("new")).await?;
    context.must_hold(&key, "new").await.map(drop)
}

pub(super) async fn expired_is_absent_for_swap(context: &RuleContext<'_>) -> Step {
    let (key, seen) = context.expired("over").await?;
    let answer = context.swap(&key, &seen, "revived").await?;
    must(answer == WriteOutcome::Gone, format!("swap of an expired entry answered {answer:?}"))?;
    context.must_lack(&key).await
}

pub(super) async fn expired_is_absent_for_rename(context: &RuleContext<'_>) -> Step {
    let ((old, seen), new) = (context.expired("over").await?, context.key());
    let entry = context.entry("revived");
    let answer =
        context.store.write(Write::rename(&old, &new, &seen, &entry, Some(&entry)), context.now()).await?;
    must(answer == WriteOutcome::Gone, format!("rename of an expired entry answered {answer:?}"))?;
    context.must_lack(&old).await?;
    context.must_lack(&new).await
}

pub(super) async fn expired_is_absent_under_the_new_key(context: &RuleContext<'_>) -> Step {
    let ((new, _), (old, seen)) = (context.expired("over").await?, context.stored("there").await?);
    let answer = context
        .store
        .write(Write::rename(&old, &new, &seen, &context.entry("moved"), None), context.now())
        .await?;
    must(
        matches!(answer, WriteOutcome::Saved(_)),
        format!("rename onto an expired entry answered {answer:?}"),
    )?;
    context.must_hold(&new, "moved").await.map(drop)
}

pub(super) async fn expired_is_absent_for_touch(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.expired("over").await?;
    let was_there = context.store.touch(&key, context.hence(HOUR), context.now()).await?;
    must(!was_there, "touch found an expired entry")?;
    context.must_lack(&key).await
}

pub(super) async fn expired_is_absent_for_remove(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.expired("over").await?;
    let tombstone = context.entry("tombstone");
    let was_there = context.remove(&key, Some(&tombstone)).await?;
    must(!was_there, "remove found an expired entry")?;
    context.must_lack(&key).await
}

pub(super) async fn created_expired_is_absent(context: &RuleContext<'_>) -> Step {
    let key = context.key();
    context.create(&key, &Entry::new("over", Some(UnixTime::from_seconds(1)))).await?;
    context.must_lack(&key).await
}
