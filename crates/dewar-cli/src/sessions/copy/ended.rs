//! The second walk of a copy: what ended at the source after it was copied is removed from the target.

use dewar::admin::{EntryKind, SessionEntry};

use super::super::patience::patiently;
use super::super::place::Opened;
use super::super::totals::count;
use super::super::trouble::Trouble;
use super::super::walk::Walk;
use super::marks::Marks;
use super::work::Work;

/// How many entries are looked up in the marks at once.
const AT_ONCE: usize = 10_000;

/// Walks through the target. An entry is removed only if a copy stored it, nothing has changed it since, and it has ended at the source.
pub(super) async fn remove_ended(work: &mut Work, to: &Opened) -> Result<(), Trouble> {
    let Some(marks) = work.marks.clone() else { return Ok(()) };
    let (mut walk, mut candidates, mut read) = (Walk::of_any(to)?, Vec::new(), 0);
    while let Some(page) = walk.next().await? {
        for entry in page.into_iter().filter(|entry| entry.kind != EntryKind::Tombstone) {
            read += 1;
            if patiently(|| work.copier.has_ended_at_source(&entry)).await? {
                candidates.push(entry);
            }
        }
        if candidates.len() >= AT_ONCE {
            remove(work, &marks, std::mem::take(&mut candidates)).await?;
        }
        work.progress.show(|| format!("{} compared with the source", count(read, "session")));
    }
    remove(work, &marks, candidates).await
}

async fn remove(work: &mut Work, marks: &Marks, candidates: Vec<SessionEntry>) -> Result<(), Trouble> {
    if candidates.is_empty() {
        return Ok(());
    }
    let wanted: Vec<_> = candidates.iter().map(SessionEntry::copy_mark).collect();
    for place in marks.find(&wanted).map_err(Trouble::store)? {
        let Some(entry) = candidates.get(place) else { continue };
        if patiently(|| work.copier.remove_copy(entry)).await? {
            work.figures.ended_at_source += 1;
        }
    }
    Ok(())
}
