//! Swap replaces what was seen, and nothing else.

use super::super::context::RuleContext;
use super::super::stop::{Step, broken, must};
use crate::{Entry, Revision, StoreKey, Write, WriteOutcome};

pub(super) async fn swap_replaces_what_was_seen(context: &RuleContext<'_>) -> Step {
    let (key, first) = context.stored("first").await?;
    let second = context.replace(&key, &first, "second").await?;
    context.must_hold(&key, "second").await?;
    context.replace(&key, &second, "third").await?;
    context.must_hold(&key, "third").await.map(drop)
}

pub(super) async fn loaded_revision_can_be_swapped(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.stored("first").await?;
    let stored = context.must_hold(&key, "first").await?;
    context.replace(&key, &stored.revision, "second").await?;
    let stored = context.must_hold(&key, "second").await?;
    context.replace(&key, &stored.revision, "third").await.map(drop)
}

pub(super) async fn swap_on_stale_changes_nothing(context: &RuleContext<'_>) -> Step {
    let (key, first) = context.stored("first").await?;
    context.replace(&key, &first, "second").await?;
    let answer = context.swap(&key, &first, "third").await?;
    must(
        matches!(answer, WriteOutcome::Changed(_)),
        format!("swap with a stale revision answered {answer:?}"),
    )?;
    context.must_hold(&key, "second").await.map(drop)
}

pub(super) async fn conflict_brings_what_is_there(context: &RuleContext<'_>) -> Step {
    let (key, first) = context.stored("first").await?;
    context.replace(&key, &first, "second").await?;
    let WriteOutcome::Changed(present) = context.swap(&key, &first, "third").await? else {
        return broken("swap with a stale revision did not answer Changed");
    };
    must(present.payload == "second", "the answer Changed did not contain the stored payload")?;
    context.replace(&key, &present.revision, "third").await?;
    context.must_hold(&key, "third").await.map(drop)
}

pub(super) async fn swap_on_absent_makes_nothing(context: &RuleContext<'_>) -> Step {
    let ((_, seen), key) = (context.stored("elsewhere").await?, context.key());
    must_be_gone(context, &key, &seen).await
}

pub(super) async fn swap_on_removed_revives_nothing(context: &RuleContext<'_>) -> Step {
    let (key, seen) = context.stored("first").await?;
    must(context.remove(&key, None).await?, "remove did not find it")?;
    must_be_gone(context, &key, &seen).await
}

async fn must_be_gone(context: &RuleContext<'_>, key: &StoreKey, seen: &Revision) -> Step {
    let answer = context.swap(key, seen, "revived").await?;
    must(answer == WriteOutcome::Gone, format!("swap of an absent entry answered {answer:?}"))?;
    context.must_lack(key).await
}

/// Two entries with the same payload may have the same revision or not; swap must compare the revisions.
pub(super) async fn created_anew_is_the_same_only_if_its_revision_is(context: &RuleContext<'_>) -> Step {
    let (key, first) = context.stored("same").await?;
    must(context.remove(&key, None).await?, "remove did not find it")?;
    let second = context.create(&key, &context.entry("same")).await?;
    match context.swap(&key, &first, "new").await? {
        WriteOutcome::Saved(_) if first == second => context.must_hold(&key, "new").await.map(drop),
        WriteOutcome::Changed(_) if first != second => context.must_hold(&key, "same").await.map(drop),
        WriteOutcome::Gone => broken("swap did not find the entry that was created again"),
        WriteOutcome::Saved(_) => broken("swap accepted a revision that is not stored"),
        WriteOutcome::Changed(_) => broken("swap refused the stored revision"),
        other => broken(format!("swap answered {other:?}")),
    }
}

pub(super) async fn swap_to_expired_removes_what_was_seen(context: &RuleContext<'_>) -> Step {
    let (key, first) = context.stored("first").await?;
    let second = context.replace(&key, &first, "second").await?;
    let over = Entry::new("over", Some(context.now()));
    let answer = context.store.write(Write::swap(&key, &first, &over), context.now()).await?;
    must(
        matches!(answer, WriteOutcome::Changed(_)),
        format!("swap to an expired entry with a stale revision answered {answer:?}"),
    )?;
    context.must_hold(&key, "second").await?;
    let answer = context.store.write(Write::swap(&key, &second, &over), context.now()).await?;
    must(
        matches!(answer, WriteOutcome::Saved(_)),
        format!("swap of what was seen to an expired entry answered {answer:?}"),
    )?;
    context.must_lack(&key).await
}
