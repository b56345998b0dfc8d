//! The second walk of a copy: what ended at the source after it was copied is removed from the target.
//!
//! A source that is empty by mistake, or lost its memory, looks like one where all sessions ended. So nothing is removed if the source has no
//! session, or has lost those that it just had, and not more than half of what was copied without being told to.

use dewar::admin::{EntryKind, SessionEntry};
use dewar::value::Map;

use super::super::interrupted::run_again;
use super::super::patience::patiently;
use super::super::place::Opened;
use super::super::totals::count;
use super::super::trouble::Trouble;
use super::super::walk::Walk;
use super::marks::Marks;
use super::work::{STOPPED, Work};

/// How many entries are looked up in the marks at once.
const AT_ONCE: usize = 10_000;

/// Removes from the target what has ended at the source. An entry is removed only if a copy stored it and nothing has changed it since.
/// `removes_most`: whether more than half of what was copied may be removed.
pub(super) async fn remove_ended(work: &mut Work, to: &Opened, removes_most: bool) -> Result<(), Trouble> {
    let Some(marks) = work.marks.clone() else { return Ok(()) };
    if work.seen.number() == 0 {
        let has_copied = !marks.is_empty().map_err(Trouble::store)?;
        return if has_copied { Err(nothing_at_source()) } else { Ok(()) };
    }
    let ended = find_ended(work, to, &marks).await.map_err(run_again(STOPPED))?;
    if ended.is_empty() {
        return Ok(());
    }
    check_source(work).await?;
    // What was copied has ended, or is still there.
    if ended.len() > work.seen.number() && !removes_most {
        return Err(too_many(ended.len(), work.seen.number()));
    }
    for entry in &ended {
        let removed = patiently(|| work.copier.remove_copy(entry)).await.map_err(Trouble::from);
        if removed.map_err(run_again(STOPPED))? {
            work.figures.ended_at_source += 1;
        }
        work.progress.show(|| format!("{} removed", count(work.figures.ended_at_source, "session")));
    }
    Ok(())
}

/// Walks through the target. All that is found is kept in memory: few sessions end between two runs.
async fn find_ended(work: &mut Work, to: &Opened, marks: &Marks) -> Result<Vec<SessionEntry>, Trouble> {
    let (mut walk, mut candidates, mut ended, mut read) = (Walk::of_any(to)?, Vec::new(), Vec::new(), 0);
    while let Some(page) = walk.next().await? {
        for mut entry in page.into_iter().filter(|entry| entry.kind != EntryKind::Tombstone) {
            read += 1;
            if patiently(|| work.copier.has_ended_at_source(&entry)).await? {
                entry.data = Map::new();
                candidates.push(entry);
            }
        }
        if candidates.len() >= AT_ONCE {
            ended.extend(copied(marks, std::mem::take(&mut candidates))?);
        }
        work.progress.show(|| format!("{} compared with the source", count(read, "session")));
    }
    ended.extend(copied(marks, candidates)?);
    Ok(ended)
}

/// Those that a copy stored.
fn copied(marks: &Marks, candidates: Vec<SessionEntry>) -> Result<Vec<SessionEntry>, Trouble> {
    if candidates.is_empty() {
        return Ok(candidates);
    }
    let wanted: Vec<_> = candidates.iter().map(SessionEntry::copy_mark).collect();
    let found = marks.find(&wanted).map_err(Trouble::store)?;
    let is_copied = |place: &usize| found.binary_search(place).is_ok();
    let all = candidates.into_iter().enumerate();
    Ok(all.filter(|(place, _)| is_copied(place)).map(|(_, entry)| entry).collect())
}

/// After the walk: whatever was lost later was not yet taken for ended.
async fn check_source(work: &mut Work) -> Result<(), Trouble> {
    let copier = std::sync::Arc::clone(&work.copier);
    let last = work.seen.last();
    if patiently(|| copier.has_lost(last)).await? {
        return Err(Trouble::store(
            "the source has lost the sessions that it had a moment ago, so nothing was removed from the target: was it restarted without \
             its data?",
        ));
    }
    Ok(())
}

fn nothing_at_source() -> Trouble {
    Trouble::store(
        "there is no session at the source, so nothing was removed from the target: check the URL and the name of the program; if all \
         sessions have ended, end those at the target with `dewar sessions end`",
    )
}

fn too_many(ended: usize, left: usize) -> Trouble {
    Trouble::arguments(format!(
        "{} that {} copied ended at the source since, more than the {left} that it still has, and nothing was removed from the target: check \
         that this is right, then run the same command again with --yes",
        count(ended, "session"),
        if ended == 1 { "was" } else { "were" }
    ))
}
