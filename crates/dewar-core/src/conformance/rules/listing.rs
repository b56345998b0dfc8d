//! Listing, for stores that can list their entries.

use std::collections::HashMap;

use super::super::context::RuleContext;
use super::super::stop::{Step, Stop, broken, must};
use crate::{Bytes, StoreKey};

pub(super) async fn list_shows_what_is_stored(context: &RuleContext<'_>) -> Step {
    let mut keys = Vec::new();
    for _ in 0..10 {
        keys.push(context.stored("there").await?.0);
    }
    let (removed, _) = context.stored("removed").await?;
    context.remove(&removed, None).await?;
    let listed = list(context, "").await?;
    for key in &keys {
        must(
            listed.get(key).is_some_and(|payload| payload == "there"),
            "an entry is missing from the pages",
        )?;
    }
    must(!listed.contains_key(&removed), "a removed entry is listed")
}

pub(super) async fn list_hides_expired(context: &RuleContext<'_>) -> Step {
    let (over, _) = context.expired("over").await?;
    let (there, _) = context.stored("there").await?;
    let listed = list(context, "").await?;
    must(!listed.contains_key(&over), "an expired entry is listed")?;
    must(listed.contains_key(&there), "an entry is missing from the pages")
}

/// The wildcards of the engine's patterns have no special meaning in a prefix.
pub(super) async fn list_keeps_to_the_prefix(context: &RuleContext<'_>) -> Step {
    let unique = context.unique();
    for sign in ["*", "?", "%", "_", "[a-z]", "\\", "é"] {
        let prefix = format!("{unique}{sign}:");
        let (ours, theirs) = (format!("{prefix}1"), format!("{unique}x:{sign}1"));
        for key in [&ours, &theirs] {
            context.create(&StoreKey::new(key.as_str()), &context.entry("there")).await?;
        }
        let listed = list(context, &prefix).await?;
        let is_right = listed.len() == 1 && listed.contains_key(&StoreKey::new(ours));
        must(is_right, format!("{} entries are listed for the one that starts with {sign:?}", listed.len()))?;
    }
    Ok(())
}

/// All pages, with about 3 entries each.
async fn list(context: &RuleContext<'_>, prefix: &str) -> Step<HashMap<StoreKey, Bytes>> {
    let Some(lister) = context.store.lister() else {
        return Err(Stop::NotApplicable("the store has no lister"));
    };
    let (mut listed, mut after) = (HashMap::new(), None);
    for _ in 0..100_000 {
        let page = lister.list(prefix, after.as_ref(), 3, context.now()).await?;
        listed.extend(page.entries.into_iter().map(|(key, stored)| (key, stored.payload)));
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(listed),
        }
    }
    broken("the pages never end")
}
