//! Remove takes what is stored, whatever it is.

use super::super::context::RuleContext;
use super::super::stop::{Step, broken, must};
use crate::{Write, WriteOutcome};

pub(super) async fn remove_tells_whether_it_was_there(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.stored("there").await?;
    must(context.remove(&key, None).await?, "remove did not find what is stored")?;
    context.must_lack(&key).await?;
    must(!context.remove(&key, None).await?, "a second remove found it again")
}

pub(super) async fn remove_leaves_the_tombstone(context: &RuleContext<'_>) -> Step {
    let (key, seen) = context.stored("there").await?;
    let tombstone = context.entry("tombstone");
    must(context.remove(&key, Some(&tombstone)).await?, "remove did not find what is stored")?;
    context.must_hold(&key, "tombstone").await?;
    let WriteOutcome::Changed(present) = context.swap(&key, &seen, "revived").await? else {
        return broken("swap of what a tombstone replaced did not answer Changed");
    };
    must(present.payload == "tombstone", "the answer Changed did not contain the tombstone")
}

pub(super) async fn remove_of_absent_leaves_no_tombstone(context: &RuleContext<'_>) -> Step {
    let key = context.key();
    let was_there = context.remove(&key, Some(&context.entry("tombstone"))).await?;
    must(!was_there, "remove found something where nothing is stored")?;
    context.must_lack(&key).await
}

pub(super) async fn tombstone_has_an_end_of_its_own(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.stored("there").await?;
    context.remove(&key, Some(&context.short_entry("tombstone"))).await?;
    context.outlive().await;
    context.must_lack(&key).await?;
    context.create(&key, &context.entry("new")).await.map(drop)
}

pub(super) async fn tombstone_is_an_entry(context: &RuleContext<'_>) -> Step {
    let (key, _) = context.stored("there").await?;
    context.remove(&key, Some(&context.entry("tombstone"))).await?;
    let answer = context.store.write(Write::create(&key, &context.entry("new")), context.now()).await?;
    must(answer == WriteOutcome::Taken, format!("create over a tombstone answered {answer:?}"))?;
    let stored = context.must_hold(&key, "tombstone").await?;
    context.replace(&key, &stored.revision, "replaced").await?;
    must(context.remove(&key, None).await?, "remove did not find what replaced the tombstone")?;
    context.must_lack(&key).await
}
