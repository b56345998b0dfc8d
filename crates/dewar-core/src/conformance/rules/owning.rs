//! The entries of an owner, for stores that know the owner of an entry.

use super::super::concurrent::{Boxed, join_all, yield_now};
use super::super::context::RuleContext;
use super::super::stop::{Step, Stop, must};
use crate::{Entry, Owners, Revision, StoreKey, Trim, Write, WriteOutcome};

fn owners<'a>(context: &'a RuleContext<'_>) -> Step<&'a dyn Owners> {
    context.store.owners().ok_or(Stop::NotApplicable("the store does not know the owners of entries"))
}

fn owned(context: &RuleContext<'_>, owner: &str) -> Entry {
    Entry { owner: Some(owner.to_owned()), ..context.entry(owner) }
}

async fn give(context: &RuleContext<'_>, owner: &str, times: usize) -> Step<Vec<(StoreKey, Revision)>> {
    let mut given = Vec::new();
    for _ in 0..times {
        let key = context.key();
        let revision = context.create(&key, &owned(context, owner)).await?;
        given.push((key, revision));
    }
    Ok(given)
}

async fn keys_of(context: &RuleContext<'_>, owner: &str) -> Step<Vec<StoreKey>> {
    let entries = owners(context)?.owned_by(owner, context.now()).await?;
    Ok(entries.into_iter().map(|(key, _)| key).collect())
}

async fn must_own(context: &RuleContext<'_>, owner: &str, keys: &[&StoreKey]) -> Step {
    let found = keys_of(context, owner).await?;
    must(
        found.iter().collect::<Vec<_>>() == keys,
        format!("an owner of {} entries has {}, or others", keys.len(), found.len()),
    )
}

pub(super) async fn owners_list_in_order(context: &RuleContext<'_>) -> Step {
    owners(context)?;
    let (mine, others) = (context.unique(), context.unique());
    must_own(context, &mine, &[]).await?;
    let given = give(context, &mine, 5).await?;
    give(context, &others, 2).await?;
    context.stored("without owner").await?;
    must_own(context, &mine, &given.iter().map(|(key, _)| key).collect::<Vec<_>>()).await?;
    for (_, stored) in owners(context)?.owned_by(&mine, context.now()).await? {
        must(stored.payload == mine.as_bytes(), "an entry of the owner has another payload")?;
    }
    Ok(())
}

pub(super) async fn rename_keeps_the_place(context: &RuleContext<'_>) -> Step {
    owners(context)?;
    let (owner, new) = (context.unique(), context.key());
    let given = give(context, &owner, 3).await?;
    let [(first, _), (old, seen), (last, _)] = given.as_slice() else { return Ok(()) };
    let entry = owned(context, &owner);
    let answer = context
        .store
        .write(Write::rename(old, &new, seen, &entry, Some(&context.entry("tombstone"))), context.now())
        .await?;
    must(matches!(answer, WriteOutcome::Saved(_)), format!("rename answered {answer:?}"))?;
    must_own(context, &owner, &[first, &new, last]).await
}

pub(super) async fn swap_changes_the_owner(context: &RuleContext<'_>) -> Step {
    owners(context)?;
    let (before, after) = (context.unique(), context.unique());
    let given = give(context, &before, 1).await?;
    let [(key, seen)] = given.as_slice() else { return Ok(()) };
    let answer = context.store.write(Write::swap(key, seen, &owned(context, &after)), context.now()).await?;
    let WriteOutcome::Saved(seen) = answer else { return must(false, format!("swap answered {answer:?}")) };
    must_own(context, &before, &[]).await?;
    must_own(context, &after, &[key]).await?;
    context.replace(key, &seen, "without owner").await?;
    must_own(context, &after, &[]).await
}

pub(super) async fn owners_forget_what_is_gone(context: &RuleContext<'_>) -> Step {
    owners(context)?;
    let (owner, over) = (context.unique(), context.key());
    let given = give(context, &owner, 2).await?;
    let [(removed, _), (kept, _)] = given.as_slice() else { return Ok(()) };
    context.remove(removed, None).await?;
    let short = Entry { owner: Some(owner.clone()), ..context.short_entry("over") };
    context.create(&over, &short).await?;
    context.outlive().await;
    must_own(context, &owner, &[kept]).await
}

pub(super) async fn remove_all_but_one(context: &RuleContext<'_>) -> Step {
    let (mine, others) = (context.unique(), context.unique());
    let given = give(context, &mine, 4).await?;
    let (other, (nobodys, _)) = (give(context, &others, 1).await?, context.stored("without owner").await?);
    let spared = given.get(1).map(|(key, _)| key);
    let removed = owners(context)?.remove_all(&mine, spared, context.now()).await?;
    must(removed == 3, format!("remove_all of 4 entries except one removed {removed}"))?;
    must_own(context, &mine, &spared.into_iter().collect::<Vec<_>>()).await?;
    let removed = owners(context)?.remove_all(&mine, None, context.now()).await?;
    must(removed == 1, format!("remove_all of the last entry removed {removed}"))?;
    for (key, _) in &given {
        context.must_lack(key).await?;
    }
    must_own(context, &others, &other.iter().map(|(key, _)| key).collect::<Vec<_>>()).await?;
    context.must_hold(&nobodys, "without owner").await.map(drop)
}

pub(super) async fn trim_oldest(context: &RuleContext<'_>) -> Step {
    trim(context, Trim::Oldest, &[2, 3]).await
}

pub(super) async fn trim_newest(context: &RuleContext<'_>) -> Step {
    trim(context, Trim::Newest, &[0, 1]).await
}

/// Trims 4 entries to 2: these must be left.
async fn trim(context: &RuleContext<'_>, trim: Trim, left: &[usize]) -> Step {
    let owners = owners(context)?;
    let owner = context.unique();
    let given = give(context, &owner, 4).await?;
    must(
        owners.trim(&owner, 4, trim, context.now()).await?.is_empty(),
        "trim removed entries although the limit was not exceeded",
    )?;
    let removed = owners.trim(&owner, 2, trim, context.now()).await?;
    must(removed.len() == 2, format!("trim of 4 entries to 2 returned {} keys", removed.len()))?;
    for key in &removed {
        context.must_lack(key).await?;
    }
    let left: Vec<_> = left.iter().filter_map(|&place| given.get(place)).map(|(key, _)| key).collect();
    must_own(context, &owner, &left).await
}

/// Eight concurrent logins, of which three may stay.
pub(super) async fn trims_at_once_leave_at_most(context: &RuleContext<'_>) -> Step {
    owners(context)?;
    let owner = context.unique();
    let logins = (0..8).map(|_| Box::pin(log_in(context, &owner)) as Boxed<'_, Step<usize>>);
    let mut removed = 0;
    for told in join_all(logins.collect()).await {
        removed += told?;
    }
    let left = keys_of(context, &owner).await?.len();
    must(left == 3, format!("of 8 entries trimmed to 3, {left} are left"))?;
    must(removed == 5, format!("of 8 entries trimmed to 3, {removed} keys were returned"))
}

async fn log_in(context: &RuleContext<'_>, owner: &str) -> Step<usize> {
    give(context, owner, 1).await?;
    yield_now().await;
    Ok(owners(context)?.trim(owner, 3, Trim::Oldest, context.now()).await?.len())
}
