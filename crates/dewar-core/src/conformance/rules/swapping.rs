//! Swap replaces what was seen, and nothing else.

use super::super::bench::Bench;
use super::super::stop::{Step, broken, must};
use crate::{Entry, Revision, StoreKey, Write, Written};

pub(super) async fn swap_replaces_what_was_seen(bench: &Bench<'_>) -> Step {
    let (key, first) = bench.kept("first").await?;
    let second = bench.replace(&key, &first, "second").await?;
    bench.must_hold(&key, "second").await?;
    bench.replace(&key, &second, "third").await?;
    bench.must_hold(&key, "third").await.map(drop)
}

pub(super) async fn loaded_revision_can_be_swapped(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.kept("first").await?;
    let stored = bench.must_hold(&key, "first").await?;
    bench.replace(&key, &stored.revision, "second").await?;
    let stored = bench.must_hold(&key, "second").await?;
    bench.replace(&key, &stored.revision, "third").await.map(drop)
}

pub(super) async fn swap_on_stale_changes_nothing(bench: &Bench<'_>) -> Step {
    let (key, first) = bench.kept("first").await?;
    bench.replace(&key, &first, "second").await?;
    let answer = bench.swap(&key, &first, "third").await?;
    must(matches!(answer, Written::Changed(_)), format!("swap with a stale revision answered {answer:?}"))?;
    bench.must_hold(&key, "second").await.map(drop)
}

pub(super) async fn conflict_brings_what_is_there(bench: &Bench<'_>) -> Step {
    let (key, first) = bench.kept("first").await?;
    bench.replace(&key, &first, "second").await?;
    let Written::Changed(present) = bench.swap(&key, &first, "third").await? else {
        return broken("swap with a stale revision did not answer Changed");
    };
    must(present.payload == "second", "the conflict did not bring the payload that is there")?;
    bench.replace(&key, &present.revision, "third").await?;
    bench.must_hold(&key, "third").await.map(drop)
}

pub(super) async fn swap_on_absent_makes_nothing(bench: &Bench<'_>) -> Step {
    let ((_, seen), key) = (bench.kept("elsewhere").await?, bench.key());
    must_be_gone(bench, &key, &seen).await
}

pub(super) async fn swap_on_removed_revives_nothing(bench: &Bench<'_>) -> Step {
    let (key, seen) = bench.kept("first").await?;
    must(bench.remove(&key, None).await?, "remove did not find it")?;
    must_be_gone(bench, &key, &seen).await
}

async fn must_be_gone(bench: &Bench<'_>, key: &StoreKey, seen: &Revision) -> Step {
    let answer = bench.swap(key, seen, "revived").await?;
    must(answer == Written::Gone, format!("swap where nothing is answered {answer:?}"))?;
    bench.must_lack(key).await
}

/// Two entries with the same payload may have the same revision or not; swap must go by it.
pub(super) async fn created_anew_is_the_same_only_if_its_revision_is(bench: &Bench<'_>) -> Step {
    let (key, first) = bench.kept("same").await?;
    must(bench.remove(&key, None).await?, "remove did not find it")?;
    let second = bench.create(&key, &bench.entry("same")).await?;
    match bench.swap(&key, &first, "new").await? {
        Written::Saved(_) if first == second => bench.must_hold(&key, "new").await.map(drop),
        Written::Changed(_) if first != second => bench.must_hold(&key, "same").await.map(drop),
        Written::Gone => broken("swap did not find what was created anew"),
        Written::Saved(_) => broken("swap went by a revision that is not there"),
        Written::Changed(_) => broken("swap refused the revision that is there"),
        other => broken(format!("swap answered {other:?}")),
    }
}

pub(super) async fn swap_by_what_is_over_removes_what_was_seen(bench: &Bench<'_>) -> Step {
    let (key, first) = bench.kept("first").await?;
    let second = bench.replace(&key, &first, "second").await?;
    let over = Entry::new("over", Some(bench.now()));
    let answer = bench.store.write(Write::swap(&key, &first, &over), bench.now()).await?;
    must(matches!(answer, Written::Changed(_)), format!("removing by a stale revision answered {answer:?}"))?;
    bench.must_hold(&key, "second").await?;
    let answer = bench.store.write(Write::swap(&key, &second, &over), bench.now()).await?;
    must(matches!(answer, Written::Saved(_)), format!("removing what was seen answered {answer:?}"))?;
    bench.must_lack(&key).await
}
