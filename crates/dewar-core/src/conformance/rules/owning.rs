//! The entries of an owner, for stores that know whose an entry is.

use super::super::bench::Bench;
use super::super::stop::{Step, Stop, must};
use super::super::together::{Boxed, let_others_go_on, together};
use crate::{Entry, Owners, Revision, StoreKey, Surplus, Write, Written};

fn owners<'a>(bench: &'a Bench<'_>) -> Step<&'a dyn Owners> {
    bench.store.owners().ok_or(Stop::NotApplicable("the store knows no owners"))
}

fn owned(bench: &Bench<'_>, owner: &str) -> Entry {
    Entry { owner: Some(owner.to_owned()), ..bench.entry(owner) }
}

async fn give(bench: &Bench<'_>, owner: &str, times: usize) -> Step<Vec<(StoreKey, Revision)>> {
    let mut given = Vec::new();
    for _ in 0..times {
        let key = bench.key();
        let revision = bench.create(&key, &owned(bench, owner)).await?;
        given.push((key, revision));
    }
    Ok(given)
}

async fn keys_of(bench: &Bench<'_>, owner: &str) -> Step<Vec<StoreKey>> {
    let entries = owners(bench)?.of(owner, bench.now()).await?;
    Ok(entries.into_iter().map(|(key, _)| key).collect())
}

async fn must_own(bench: &Bench<'_>, owner: &str, keys: &[&StoreKey]) -> Step {
    let found = keys_of(bench, owner).await?;
    must(
        found.iter().collect::<Vec<_>>() == keys,
        format!("an owner of {} has {} or others", keys.len(), found.len()),
    )
}

pub(super) async fn owners_list_in_order(bench: &Bench<'_>) -> Step {
    owners(bench)?;
    let (mine, others) = (bench.mark(), bench.mark());
    must_own(bench, &mine, &[]).await?;
    let given = give(bench, &mine, 5).await?;
    give(bench, &others, 2).await?;
    bench.kept("nobody's").await?;
    must_own(bench, &mine, &given.iter().map(|(key, _)| key).collect::<Vec<_>>()).await?;
    for (_, stored) in owners(bench)?.of(&mine, bench.now()).await? {
        must(stored.payload == mine.as_bytes(), "an entry of an owner's has another payload")?;
    }
    Ok(())
}

pub(super) async fn rename_keeps_the_place(bench: &Bench<'_>) -> Step {
    owners(bench)?;
    let (owner, new) = (bench.mark(), bench.key());
    let given = give(bench, &owner, 3).await?;
    let [(first, _), (old, seen), (last, _)] = given.as_slice() else { return Ok(()) };
    let entry = owned(bench, &owner);
    let answer = bench
        .store
        .write(Write::rename(old, &new, seen, &entry, Some(&bench.entry("tombstone"))), bench.now())
        .await?;
    must(matches!(answer, Written::Saved(_)), format!("rename answered {answer:?}"))?;
    must_own(bench, &owner, &[first, &new, last]).await
}

pub(super) async fn swap_changes_the_owner(bench: &Bench<'_>) -> Step {
    owners(bench)?;
    let (before, after) = (bench.mark(), bench.mark());
    let given = give(bench, &before, 1).await?;
    let [(key, seen)] = given.as_slice() else { return Ok(()) };
    let answer = bench.store.write(Write::swap(key, seen, &owned(bench, &after)), bench.now()).await?;
    let Written::Saved(seen) = answer else { return must(false, format!("swap answered {answer:?}")) };
    must_own(bench, &before, &[]).await?;
    must_own(bench, &after, &[key]).await?;
    bench.replace(key, &seen, "nobody's").await?;
    must_own(bench, &after, &[]).await
}

pub(super) async fn owners_forget_what_is_gone(bench: &Bench<'_>) -> Step {
    owners(bench)?;
    let (owner, over) = (bench.mark(), bench.key());
    let given = give(bench, &owner, 2).await?;
    let [(removed, _), (kept, _)] = given.as_slice() else { return Ok(()) };
    bench.remove(removed, None).await?;
    let short = Entry { owner: Some(owner.clone()), ..bench.short_entry("over") };
    bench.create(&over, &short).await?;
    bench.outlive().await;
    must_own(bench, &owner, &[kept]).await
}

pub(super) async fn remove_all_but_one(bench: &Bench<'_>) -> Step {
    let (mine, others) = (bench.mark(), bench.mark());
    let given = give(bench, &mine, 4).await?;
    let (other, (nobodys, _)) = (give(bench, &others, 1).await?, bench.kept("nobody's").await?);
    let spared = given.get(1).map(|(key, _)| key);
    let removed = owners(bench)?.remove_all(&mine, spared, bench.now()).await?;
    must(removed == 3, format!("removing all 4 but one removed {removed}"))?;
    must_own(bench, &mine, &spared.into_iter().collect::<Vec<_>>()).await?;
    let removed = owners(bench)?.remove_all(&mine, None, bench.now()).await?;
    must(removed == 1, format!("removing the last one removed {removed}"))?;
    for (key, _) in &given {
        bench.must_lack(key).await?;
    }
    must_own(bench, &others, &other.iter().map(|(key, _)| key).collect::<Vec<_>>()).await?;
    bench.must_hold(&nobodys, "nobody's").await.map(drop)
}

pub(super) async fn trim_oldest(bench: &Bench<'_>) -> Step {
    trim(bench, Surplus::Oldest, &[2, 3]).await
}

pub(super) async fn trim_newest(bench: &Bench<'_>) -> Step {
    trim(bench, Surplus::Newest, &[0, 1]).await
}

/// Of 4 entries, 2 must be left: these.
async fn trim(bench: &Bench<'_>, surplus: Surplus, left: &[usize]) -> Step {
    let owners = owners(bench)?;
    let owner = bench.mark();
    let given = give(bench, &owner, 4).await?;
    must(owners.trim(&owner, 4, surplus, bench.now()).await?.is_empty(), "trim removed without need")?;
    let removed = owners.trim(&owner, 2, surplus, bench.now()).await?;
    must(removed.len() == 2, format!("trim of 2 too many told of {}", removed.len()))?;
    for key in &removed {
        bench.must_lack(key).await?;
    }
    let left: Vec<_> = left.iter().filter_map(|&place| given.get(place)).map(|(key, _)| key).collect();
    must_own(bench, &owner, &left).await
}

/// Eight logins at once, of which three may stay.
pub(super) async fn trims_at_once_leave_at_most(bench: &Bench<'_>) -> Step {
    owners(bench)?;
    let owner = bench.mark();
    let logins = (0..8).map(|_| Box::pin(log_in(bench, &owner)) as Boxed<'_, Step<usize>>);
    let mut removed = 0;
    for told in together(logins.collect()).await {
        removed += told?;
    }
    let left = keys_of(bench, &owner).await?.len();
    must(left == 3, format!("of 8 entries trimmed to 3, {left} are left"))?;
    must(removed == 5, format!("of 8 entries trimmed to 3, {removed} were told of"))
}

async fn log_in(bench: &Bench<'_>, owner: &str) -> Step<usize> {
    give(bench, owner, 1).await?;
    let_others_go_on().await;
    Ok(owners(bench)?.trim(owner, 3, Surplus::Oldest, bench.now()).await?.len())
}
