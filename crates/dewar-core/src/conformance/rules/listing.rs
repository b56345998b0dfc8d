//! Listing, for stores that do it.

use std::collections::HashMap;

use super::super::bench::Bench;
use super::super::stop::{Step, Stop, broken, must};
use crate::{Bytes, StoreKey};

pub(super) async fn list_shows_the_living(bench: &Bench<'_>) -> Step {
    let mut keys = Vec::new();
    for _ in 0..10 {
        keys.push(bench.kept("there").await?.0);
    }
    let (removed, _) = bench.kept("removed").await?;
    bench.remove(&removed, None).await?;
    let listed = list(bench, "").await?;
    for key in &keys {
        must(listed.get(key).is_some_and(|payload| payload == "there"), "an entry is on no page")?;
    }
    must(!listed.contains_key(&removed), "what was removed is on a page")
}

pub(super) async fn list_hides_what_is_over(bench: &Bench<'_>) -> Step {
    let (over, _) = bench.ended("over").await?;
    let (there, _) = bench.kept("there").await?;
    let listed = list(bench, "").await?;
    must(!listed.contains_key(&over), "what is over is on a page")?;
    must(listed.contains_key(&there), "an entry is on no page")
}

/// What stands for something in the patterns of an engine stands for itself.
pub(super) async fn list_keeps_to_the_prefix(bench: &Bench<'_>) -> Step {
    let mark = bench.mark();
    for sign in ["*", "?", "%", "_", "[a-z]", "\\", "é"] {
        let prefix = format!("{mark}{sign}:");
        let (ours, theirs) = (format!("{prefix}1"), format!("{mark}x:{sign}1"));
        for key in [&ours, &theirs] {
            bench.create(&StoreKey::new(key.as_str()), &bench.entry("there")).await?;
        }
        let listed = list(bench, &prefix).await?;
        let is_right = listed.len() == 1 && listed.contains_key(&StoreKey::new(ours));
        must(is_right, format!("{} entries are listed for one that begins with {sign:?}", listed.len()))?;
    }
    Ok(())
}

/// All pages, of some 3 entries each.
async fn list(bench: &Bench<'_>, prefix: &str) -> Step<HashMap<StoreKey, Bytes>> {
    let Some(lister) = bench.store.lister() else {
        return Err(Stop::NotApplicable("the store has no lister"));
    };
    let (mut listed, mut after) = (HashMap::new(), None);
    for _ in 0..100_000 {
        let page = lister.list(prefix, after.as_ref(), 3, bench.now()).await?;
        listed.extend(page.entries.into_iter().map(|(key, stored)| (key, stored.payload)));
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(listed),
        }
    }
    broken("the pages have no end")
}
