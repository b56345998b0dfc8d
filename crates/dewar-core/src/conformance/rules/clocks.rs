//! When an entry ends.

use std::time::Duration;

use super::super::bench::{Bench, HOUR};
use super::super::stop::{Step, must};
use crate::clock::UnixTime;
use crate::{Entry, Write, Written};

pub(super) async fn ends_to_the_millisecond(bench: &Bench<'_>) -> Step {
    bench.needs_manual_time()?;
    let (key, end) = (bench.key(), bench.hence(HOUR));
    bench.create(&key, &Entry::new("there", Some(end))).await?;
    let last = end.minus(bench.grain());
    let found = bench.store.load(&key, None, last).await?;
    must(found.is_some(), "a millisecond before its end it was gone")?;
    let over = UnixTime::from_millis(end.plus(bench.grain()).millis() - 1);
    let found = bench.store.load(&key, None, over).await?;
    must(found.is_none(), "at its end it was still there")
}

pub(super) async fn without_an_end_it_stays(bench: &Bench<'_>) -> Step {
    let key = bench.key();
    let revision = bench.create(&key, &Entry::new("forever", None)).await?;
    bench.outlive().await;
    if bench.needs_manual_time().is_ok() {
        bench.pass(Duration::from_secs(400 * 86_400)).await;
    }
    bench.must_hold(&key, "forever").await?;
    bench.replace(&key, &revision, "replaced").await?;
    must(bench.remove(&key, None).await?, "remove did not find what has no end")
}

pub(super) async fn swap_sets_the_end(bench: &Bench<'_>) -> Step {
    let (key, seen) = bench.kept("long").await?;
    let answer =
        bench.store.write(Write::swap(&key, &seen, &bench.short_entry("short")), bench.now()).await?;
    must(matches!(answer, Written::Saved(_)), format!("swap answered {answer:?}"))?;
    bench.outlive().await;
    bench.must_lack(&key).await
}

/// Callers whose clocks differ by minutes agree on what is alive by all of them.
pub(super) async fn clocks_may_differ(bench: &Bench<'_>) -> Step {
    let now = bench.now();
    let clocks = [-5, 5, 0].map(|minutes| UnixTime::from_millis(now.millis() + minutes * 60_000));
    let (key, mut seen) = bench.kept("there").await?;
    for at in clocks.into_iter().cycle().take(9) {
        let found = bench.store.load(&key, None, at).await?;
        must(found.is_some(), "it was gone for one of the clocks")?;
        must(
            bench.store.touch(&key, now.plus(HOUR), at).await?,
            "touch did not find it by one of the clocks",
        )?;
        let entry = Entry::new("there", Some(now.plus(HOUR)));
        let answer = bench.store.write(Write::swap(&key, &seen, &entry), at).await?;
        let Written::Saved(next) = answer else {
            return must(false, format!("swap by one of the clocks answered {answer:?}"));
        };
        seen = next;
    }
    bench.must_hold(&key, "there").await.map(drop)
}
