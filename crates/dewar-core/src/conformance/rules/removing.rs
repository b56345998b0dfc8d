//! Remove takes what is there, whatever it is.

use super::super::bench::Bench;
use super::super::stop::{Step, broken, must};
use crate::{Write, Written};

pub(super) async fn remove_tells_whether_it_was_there(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.kept("there").await?;
    must(bench.remove(&key, None).await?, "remove did not find what is there")?;
    bench.must_lack(&key).await?;
    must(!bench.remove(&key, None).await?, "remove found it twice")
}

pub(super) async fn remove_leaves_the_tombstone(bench: &Bench<'_>) -> Step {
    let (key, seen) = bench.kept("there").await?;
    let tombstone = bench.entry("tombstone");
    must(bench.remove(&key, Some(&tombstone)).await?, "remove did not find what is there")?;
    bench.must_hold(&key, "tombstone").await?;
    let Written::Changed(present) = bench.swap(&key, &seen, "revived").await? else {
        return broken("swap of what a tombstone replaced did not answer Changed");
    };
    must(present.payload == "tombstone", "the conflict did not bring the tombstone")
}

pub(super) async fn remove_of_absent_leaves_no_tombstone(bench: &Bench<'_>) -> Step {
    let key = bench.key();
    let was_there = bench.remove(&key, Some(&bench.entry("tombstone"))).await?;
    must(!was_there, "remove found something where nothing is")?;
    bench.must_lack(&key).await
}

pub(super) async fn tombstone_has_an_end_of_its_own(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.kept("there").await?;
    bench.remove(&key, Some(&bench.short_entry("tombstone"))).await?;
    bench.outlive().await;
    bench.must_lack(&key).await?;
    bench.create(&key, &bench.entry("new")).await.map(drop)
}

pub(super) async fn tombstone_is_an_entry(bench: &Bench<'_>) -> Step {
    let (key, _) = bench.kept("there").await?;
    bench.remove(&key, Some(&bench.entry("tombstone"))).await?;
    let answer = bench.store.write(Write::create(&key, &bench.entry("new")), bench.now()).await?;
    must(answer == Written::Taken, format!("create over a tombstone answered {answer:?}"))?;
    let stored = bench.must_hold(&key, "tombstone").await?;
    bench.replace(&key, &stored.revision, "replaced").await?;
    must(bench.remove(&key, None).await?, "remove did not find what replaced the tombstone")?;
    bench.must_lack(&key).await
}
