//! Rename moves what was seen to a key that is free.

use super::super::bench::Bench;
use super::super::stop::{Step, broken, must};
use super::super::together::{Boxed, together};
use crate::{Entry, Revision, StoreKey, Write, Written};

async fn rename(
    bench: &Bench<'_>,
    old: &StoreKey,
    new: &StoreKey,
    seen: &Revision,
    tombstone: Option<&Entry>,
) -> Step<Written> {
    Ok(bench
        .store
        .write(Write::rename(old, new, seen, &bench.entry("moved"), tombstone), bench.now())
        .await?)
}

async fn must_rename(
    bench: &Bench<'_>,
    old: &StoreKey,
    new: &StoreKey,
    seen: &Revision,
    tombstone: Option<&Entry>,
) -> Step<Revision> {
    match rename(bench, old, new, seen, tombstone).await? {
        Written::Saved(revision) => Ok(revision),
        other => broken(format!("rename of what was seen answered {other:?}")),
    }
}

pub(super) async fn rename_moves(bench: &Bench<'_>) -> Step {
    let ((old, seen), new) = (bench.kept("there").await?, bench.key());
    let revision = must_rename(bench, &old, &new, &seen, None).await?;
    bench.must_hold(&new, "moved").await?;
    bench.must_lack(&old).await?;
    bench.replace(&new, &revision, "replaced").await.map(drop)
}

pub(super) async fn rename_leaves_the_tombstone(bench: &Bench<'_>) -> Step {
    let ((old, seen), new) = (bench.kept("there").await?, bench.key());
    must_rename(bench, &old, &new, &seen, Some(&bench.entry("tombstone"))).await?;
    bench.must_hold(&new, "moved").await?;
    let stored = bench.must_hold(&old, "tombstone").await?;
    let answer = rename(bench, &old, &bench.key(), &seen, None).await?;
    must(matches!(answer, Written::Changed(_)), format!("a second rename answered {answer:?}"))?;
    bench.replace(&old, &stored.revision, "replaced").await.map(drop)
}

pub(super) async fn rename_of_absent_makes_nothing(bench: &Bench<'_>) -> Step {
    let ((old, seen), new) = (bench.kept("there").await?, bench.key());
    must(bench.remove(&old, None).await?, "remove did not find it")?;
    let answer = rename(bench, &old, &new, &seen, Some(&bench.entry("tombstone"))).await?;
    must(answer == Written::Gone, format!("rename where nothing is answered {answer:?}"))?;
    bench.must_lack(&old).await?;
    bench.must_lack(&new).await
}

pub(super) async fn rename_of_stale_changes_nothing(bench: &Bench<'_>) -> Step {
    let ((old, first), new) = (bench.kept("first").await?, bench.key());
    bench.replace(&old, &first, "second").await?;
    let Written::Changed(present) = rename(bench, &old, &new, &first, None).await? else {
        return broken("rename with a stale revision did not answer Changed");
    };
    must(present.payload == "second", "the conflict did not bring the payload that is there")?;
    bench.must_lack(&new).await?;
    bench.must_hold(&old, "second").await?;
    must_rename(bench, &old, &new, &present.revision, None).await.map(drop)
}

pub(super) async fn rename_never_overwrites(bench: &Bench<'_>) -> Step {
    let ((old, seen), (new, _)) = (bench.kept("mine").await?, bench.kept("another's").await?);
    let answer = rename(bench, &old, &new, &seen, Some(&bench.entry("tombstone"))).await?;
    must(answer == Written::Taken, format!("rename onto an entry answered {answer:?}"))?;
    bench.must_hold(&new, "another's").await?;
    bench.must_hold(&old, "mine").await?;
    bench.replace(&old, &seen, "still mine").await.map(drop)
}

pub(super) async fn renames_at_once_have_one_winner(bench: &Bench<'_>) -> Step {
    let ((old, seen), now) = (bench.kept("there").await?, bench.now());
    let news: Vec<_> = (0..8).map(|_| bench.key()).collect();
    let entry = bench.entry("moved");
    let calls = news.iter().map(|new| {
        Box::pin(bench.store.write(Write::rename(&old, new, &seen, &entry, None), now)) as Boxed<'_, _>
    });
    let answers = together(calls.collect()).await;
    let mut winners = 0;
    for (new, answer) in news.iter().zip(answers) {
        if matches!(answer?, Written::Saved(_)) {
            winners += 1;
            bench.must_hold(new, "moved").await?;
        } else {
            bench.must_lack(new).await?;
        }
    }
    must(winners == 1, format!("{winners} of 8 renamed the same entry"))?;
    bench.must_lack(&old).await
}
