//! When an entry expires.

use std::time::Duration;

use super::super::context::{HOUR, RuleContext};
use super::super::stop::{Step, must};
use crate::clock::UnixTime;
use crate::{Entry, Write, WriteOutcome};

pub(super) async fn ends_to_the_millisecond(context: &RuleContext<'_>) -> Step {
    context.needs_manual_time()?;
    let (key, end) = (context.key(), context.hence(HOUR));
    context.create(&key, &Entry::new("there", Some(end))).await?;
    let last = end.minus(context.precision());
    let found = context.store.load(&key, None, last).await?;
    must(found.is_some(), "it was gone one millisecond before it expires")?;
    let over = UnixTime::from_millis(end.plus(context.precision()).millis() - 1);
    let found = context.store.load(&key, None, over).await?;
    must(found.is_none(), "it was still there when it had expired")
}

pub(super) async fn without_an_end_it_stays(context: &RuleContext<'_>) -> Step {
    let key = context.key();
    let revision = context.create(&key, &Entry::new("forever", None)).await?;
    context.outlive().await;
    if context.needs_manual_time().is_ok() {
        context.advance(Duration::from_secs(400 * 86_400)).await;
    }
    context.must_hold(&key, "forever").await?;
    context.replace(&key, &revision, "replaced").await?;
    must(context.remove(&key, None).await?, "remove did not find an entry that never expires")
}

pub(super) async fn swap_sets_the_end(context: &RuleContext<'_>) -> Step {
    let (key, seen) = context.stored("long").await?;
    let answer =
        context.store.write(Write::swap(&key, &seen, &context.short_entry("short")), context.now()).await?;
    must(matches!(answer, WriteOutcome::Saved(_)), format!("swap answered {answer:?}"))?;
    context.outlive().await;
    context.must_lack(&key).await
}

/// Callers whose clocks differ by minutes all find an entry that has not expired by any of the clocks.
pub(super) async fn clocks_may_differ(context: &RuleContext<'_>) -> Step {
    let now = context.now();
    let clocks = [-5, 5, 0].map(|minutes| UnixTime::from_millis(now.millis() + minutes * 60_000));
    let (key, mut seen) = context.stored("there").await?;
    for at in clocks.into_iter().cycle().take(9) {
        let found = context.store.load(&key, None, at).await?;
        must(found.is_some(), "it was gone by one of the clocks")?;
        must(
            context.store.touch(&key, now.plus(HOUR), at).await?,
            "touch did not find it by one of the clocks",
        )?;
        let entry = Entry::new("there", Some(now.plus(HOUR)));
        let answer = context.store.write(Write::swap(&key, &seen, &entry), at).await?;
        let WriteOutcome::Saved(next) = answer else {
            return must(false, format!("swap by one of the clocks answered {answer:?}"));
        };
        seen = next;
    }
    context.must_hold(&key, "there").await.map(drop)
}
