//! A rename, in one step for everybody else: at any moment one of the two entries counts, also if the machine stops in between.
//!
//! 1. The old entry is written once more: it goes to the new name. It still counts.
//! 2. The new entry is placed: it comes from the old name. It does not count while the old one says that it goes there.
//! 3. The tombstone takes the old one's place, or nothing does. From here on the new one counts.
//!
//! Whoever writes to an old entry that a crash has left at step 1 or 2 first removes the new one: its client never heard of it.

use std::io;

use dewar::store::{Entry, Renamed, StoreKey};

use super::failed::Failed;
use super::files;
use super::name::Name;
use super::record::{Moves, Record};
use super::shelves::Shelves;

/// Two entries of which the new one takes the old one's place.
pub(super) struct Move<'a> {
    pub(super) old: &'a StoreKey,
    pub(super) from: Name,
    pub(super) to: Name,
    /// What was found under the old name.
    pub(super) found: Record,
    /// What is going to be under the new one.
    pub(super) record: Record,
}

impl Shelves {
    /// What counts under a name, be it over or not.
    pub(super) fn counting(&self, name: &Name) -> io::Result<Option<Record>> {
        let Some(record) = self.at(name)? else { return Ok(None) };
        Ok(if self.is_still_to_come(name, &record)? { None } else { Some(record) })
    }

    pub(super) fn rename_to(&self, step: Move<'_>, tombstone: Option<&Entry>) -> Result<Renamed, Failed> {
        let Move { old, from, .. } = &step;
        // Everything is on the disk before anything is seen: a full disk then leaves things as they were.
        let tombstone = tombstone.map(|tombstone| self.tombstone(old, from, tombstone)).transpose()?;
        let revision = step.record.revision();
        self.announce(&step)?;
        let done = self.clear(from, tombstone);
        if matches!(done, Err(Failed::Refused(_) | Failed::Unable(_))) {
            // It does not count, but takes room.
            let _ = self.clear(&step.to, None);
        }
        done.map(|()| Renamed::Renamed(revision))
    }

    /// The first two steps. If they fail, nothing was done that counts.
    fn announce(&self, step: &Move<'_>) -> Result<(), Failed> {
        let Move { from, to, found, record, .. } = step;
        let coming = self.draft(to, &Record { moves: Some(Moves::From(from.clone())), ..record.clone() })?;
        let going = self.draft(from, &Record { moves: Some(Moves::To(to.clone())), ..found.clone() })?;
        if let Some(owner) = &record.owner {
            self.index.add(&Name::of(owner), to, self.is_durable)?;
        }
        for (name, draft) in [(from, going), (to, coming)] {
            self.clear(name, Some(draft)).map_err(Failed::before_a_change)?;
        }
        Ok(())
    }

    /// Under the lock of an entry that may say where it goes: it stays, and what should have come after it is removed.
    pub(super) fn settle(&self, from: &Name, found: &Record) -> Result<(), Failed> {
        let Some(Moves::To(to)) = &found.moves else { return Ok(()) };
        if self.at(to)?.is_some_and(|heir| heir.moves == Some(Moves::From(from.clone()))) {
            // Nobody else writes to it: it counts for nobody. Its owner's index names it in vain.
            self.clear(to, None).map_err(Failed::before_a_change)?;
        }
        Ok(())
    }

    /// Whether an entry comes from another that still counts.
    pub(super) fn is_still_to_come(&self, name: &Name, record: &Record) -> io::Result<bool> {
        let Some(Moves::From(old)) = &record.moves else { return Ok(false) };
        let old = files::read(&self.entries.join(old.shard()).join(old.as_str()))?;
        let goes_here = |old: Record| old.moves == Some(Moves::To(name.clone()));
        Ok(matches!(old, files::Found::Bytes(bytes) if Record::from_bytes(&bytes).is_some_and(goes_here)))
    }
}
