//! What is over is not there, for any call.

use super::super::bench::{Bench, HOUR};
use super::super::stop::{Step, must};
use crate::clock::UnixTime;
use crate::{Entry, Touch, Write, Written};

pub(super) async fn absent_loads_as_none(bench: &Bench<'_>) -> Step {
    bench.must_lack(&bench.key()).await
}

pub(super) async fn over_is_absent_for_load(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.ended("over").await?;
    bench.must_lack(&key).await?;
    let touch = Touch { expires: bench.hence(HOUR), if_before: bench.hence(HOUR) };
    let found = bench.store.load(&key, Some(touch), bench.now()).await?;
    must(found.is_none(), "load with a touch found what is over")?;
    bench.must_lack(&key).await
}

pub(super) async fn over_is_absent_for_create(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.ended("over").await?;
    bench.create(&key, &bench.entry("new")).await?;
    bench.must_hold(&key, "new").await.map(drop)
}

pub(super) async fn over_is_absent_for_swap(bench: &Bench<'_>) -> Step {
    let (key, seen) = bench.ended("over").await?;
    let answer = bench.swap(&key, &seen, "revived").await?;
    must(answer == Written::Gone, format!("swap of what is over answered {answer:?}"))?;
    bench.must_lack(&key).await
}

pub(super) async fn over_is_absent_for_rename(bench: &Bench<'_>) -> Step {
    let ((old, seen), new) = (bench.ended("over").await?, bench.key());
    let entry = bench.entry("revived");
    let answer =
        bench.store.write(Write::rename(&old, &new, &seen, &entry, Some(&entry)), bench.now()).await?;
    must(answer == Written::Gone, format!("rename of what is over answered {answer:?}"))?;
    bench.must_lack(&old).await?;
    bench.must_lack(&new).await
}

pub(super) async fn over_is_absent_under_the_new_key(bench: &Bench<'_>) -> Step {
    let ((new, _), (old, seen)) = (bench.ended("over").await?, bench.kept("there").await?);
    let answer =
        bench.store.write(Write::rename(&old, &new, &seen, &bench.entry("moved"), None), bench.now()).await?;
    must(matches!(answer, Written::Saved(_)), format!("rename onto what is over answered {answer:?}"))?;
    bench.must_hold(&new, "moved").await.map(drop)
}

pub(super) async fn over_is_absent_for_touch(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.ended("over").await?;
    let was_there = bench.store.touch(&key, bench.hence(HOUR), bench.now()).await?;
    must(!was_there, "touch found what is over")?;
    bench.must_lack(&key).await
}

pub(super) async fn over_is_absent_for_remove(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.ended("over").await?;
    let tombstone = bench.entry("tombstone");
    let was_there = bench.remove(&key, Some(&tombstone)).await?;
    must(!was_there, "remove found what is over")?;
    bench.must_lack(&key).await
}

pub(super) async fn born_over_is_absent(bench: &Bench<'_>) -> Step {
    let key = bench.key();
    bench.create(&key, &Entry::new("over", Some(UnixTime::from_seconds(1)))).await?;
    bench.must_lack(&key).await
}
