//! Rename moves what was seen to an unused key.

use super::super::concurrent::{Boxed, join_all};
use super::super::context::RuleContext;
use super::super::stop::{Step, broken, must};
use crate::{Entry, Revision, StoreKey, Write, WriteOutcome};

async fn rename(
    context: &RuleContext<'_>,
    old: &StoreKey,
    new: &StoreKey,
    seen: &Revision,
    tombstone: Option<&Entry>,
) -> Step<WriteOutcome> {
    Ok(context
        .store
        .write(Write::rename(old, new, seen, &context.entry("moved"), tombstone), context.now())
        .await?)
}

async fn must_rename(
    context: &RuleContext<'_>,
    old: &StoreKey,
    new: &StoreKey,
    seen: &Revision,
    tombstone: Option<&Entry>,
) -> Step<Revision> {
    match rename(context, old, new, seen, tombstone).await? {
        WriteOutcome::Saved(revision) => Ok(revision),
        other => broken(format!("rename of what was seen answered {other:?}")),
    }
}

pub(super) async fn rename_moves(context: &RuleContext<'_>) -> Step {
    let ((old, seen), new) = (context.stored("there").await?, context.key());
    let revision = must_rename(context, &old, &new, &seen, None).await?;
    context.must_hold(&new, "moved").await?;
    context.must_lack(&old).await?;
    context.replace(&new, &revision, "replaced").await.map(drop)
}

pub(super) async fn rename_leaves_the_tombstone(context: &RuleContext<'_>) -> Step {
    let ((old, seen), new) = (context.stored("there").await?, context.key());
    must_rename(context, &old, &new, &seen, Some(&context.entry("tombstone"))).await?;
    context.must_hold(&new, "moved").await?;
    let stored = context.must_hold(&old, "tombstone").await?;
    let answer = rename(context, &old, &context.key(), &seen, None).await?;
    must(matches!(answer, WriteOutcome::Changed(_)), format!("a second rename answered {answer:?}"))?;
    context.replace(&old, &stored.revision, "replaced").await.map(drop)
}

pub(super) async fn rename_of_absent_makes_nothing(context: &RuleContext<'_>) -> Step {
    let ((old, seen), new) = (context.stored("there").await?, context.key());
    must(context.remove(&old, None).await?, "remove did not find it")?;
    let answer = rename(context, &old, &new, &seen, Some(&context.entry("tombstone"))).await?;
    must(answer == WriteOutcome::Gone, format!("rename of an absent entry answered {answer:?}"))?;
    context.must_lack(&old).await?;
    context.must_lack(&new).await
}

pub(super) async fn rename_of_stale_changes_nothing(context: &RuleContext<'_>) -> Step {
    let ((old, first), new) = (context.stored("first").await?, context.key());
    context.replace(&old, &first, "second").await?;
    let WriteOutcome::Changed(present) = rename(context, &old, &new, &first, None).await? else {
        return broken("rename with a stale revision did not answer Changed");
    };
    must(present.payload == "second", "the answer Changed did not contain the stored payload")?;
    context.must_lack(&new).await?;
    context.must_hold(&old, "second").await?;
    must_rename(context, &old, &new, &present.revision, None).await.map(drop)
}

pub(super) async fn rename_never_overwrites(context: &RuleContext<'_>) -> Step {
    let ((old, seen), (new, _)) = (context.stored("mine").await?, context.stored("another's").await?);
    let answer = rename(context, &old, &new, &seen, Some(&context.entry("tombstone"))).await?;
    must(answer == WriteOutcome::Taken, format!("rename onto an entry answered {answer:?}"))?;
    context.must_hold(&new, "another's").await?;
    context.must_hold(&old, "mine").await?;
    context.replace(&old, &seen, "still mine").await.map(drop)
}

pub(super) async fn renames_at_once_have_one_winner(context: &RuleContext<'_>) -> Step {
    let ((old, seen), now) = (context.stored("there").await?, context.now());
    let news: Vec<_> = (0..8).map(|_| context.key()).collect();
    let entry = context.entry("moved");
    let calls = news.iter().map(|new| {
        Box::pin(context.store.write(Write::rename(&old, new, &seen, &entry, None), now)) as Boxed<'_, _>
    });
    let answers = join_all(calls.collect()).await;
    let mut winners = 0;
    for (new, answer) in news.iter().zip(answers) {
        if matches!(answer?, WriteOutcome::Saved(_)) {
            winners += 1;
            context.must_hold(new, "moved").await?;
        } else {
            context.must_lack(new).await?;
        }
    }
    must(winners == 1, format!("{winners} of 8 renamed the same entry"))?;
    context.must_lack(&old).await
}
