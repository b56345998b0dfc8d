//! Renames, which are atomic for all other calls: at any time exactly one of the two entries is valid, even if the machine crashes in between.
//!
//! 1. The old entry is written again, and says that it moves to the new name. It is still valid.
//! 2. The new entry is written, and says that it comes from the old name. It is pending while the old entry says that it moves there.
//! 3. The tombstone replaces the old entry, or the old entry is removed. From then on the new entry is valid.
//!
//! If a crash left a rename at step 1 or 2, the next call that writes to the old entry first removes the new one, since no client knows its id.

use std::io;

use dewar_core::{Entry, WriteOutcome};

use super::format::NativeFiles;
use super::name::Name;
use super::record::{Moves, Record};
use crate::files::disk::{self, Found};
use crate::files::failure::Failure;
use crate::files::format::Format as _;

/// A rename: the new entry replaces the old one.
pub(super) struct Rename {
    from: Name,
    to: Name,
    /// The record that was found under the old name.
    found: Record,
    /// The record to store under the new name.
    record: Record,
}

impl Rename {
    pub(super) fn new(found: Record, record: Record) -> Self {
        let [from, to] = [&found, &record].map(|record| Name::from_text(record.key.as_str()));
        Self { from, to, found, record }
    }
}

impl NativeFiles {
    /// The valid entry with this name, expired or not.
    pub(super) fn current(&self, name: &Name) -> io::Result<Option<Record>> {
        let Some(record) = self.read(name)? else { return Ok(None) };
        Ok(if self.is_pending(name, &record)? { None } else { Some(record) })
    }

    pub(super) fn rename(&self, rename: &Rename, tombstone: Option<&Entry>) -> Result<WriteOutcome, Failure> {
        let Rename { from, to, found, record } = rename;
        // Everything is on the disk before anything is visible, so a full disk changes nothing.
        let tombstone = tombstone.map(|tombstone| self.tombstone(from, &found.key, tombstone)).transpose()?;
        self.announce(rename)?;
        let done = self.end(from, tombstone);
        if matches!(done, Err(Failure::Refused(_) | Failure::Unavailable(_))) {
            // It would stay pending, but takes up space.
            let _ = self.discard(to);
        }
        done.map(|()| WriteOutcome::Saved(record.revision()))
    }

    /// Does the first two steps. If they fail, nothing has changed for others.
    fn announce(&self, rename: &Rename) -> Result<(), Failure> {
        let Rename { from, to, found, record, .. } = rename;
        let pending = self.draft(to, &Record { moves: Some(Moves::From(from.clone())), ..record.clone() })?;
        let moving = self.draft(from, &Record { moves: Some(Moves::To(to.clone())), ..found.clone() })?;
        if let Some(owner) = &record.owner {
            self.index.add(&Name::from_text(owner), to, self.is_durable)?;
        }
        for (name, draft) in [(from, moving), (to, pending)] {
            self.place(name, draft).map_err(Failure::before_a_change)?;
        }
        Ok(())
    }

    /// If the rename of an entry was interrupted, keeps the entry and removes the pending one. Call this with the entry locked.
    pub(super) fn undo_interrupted_rename(&self, from: &Name, found: &Record) -> Result<(), Failure> {
        let Some(Moves::To(to)) = &found.moves else { return Ok(()) };
        if self.read(to)?.is_some_and(|pending| pending.moves == Some(Moves::From(from.clone()))) {
            // No lock is needed: no other call writes to a pending entry. The owner's index is repaired later.
            self.discard(to).map_err(Failure::before_a_change)?;
        }
        Ok(())
    }

    /// Whether an entry is pending: it comes from another entry that is still valid.
    pub(super) fn is_pending(&self, name: &Name, record: &Record) -> io::Result<bool> {
        let Some(Moves::From(old)) = &record.moves else { return Ok(false) };
        let old = disk::read(&self.entries.join(old.shard()).join(old.as_str()))?;
        let moves_here = |old: Record| old.moves == Some(Moves::To(name.clone()));
        Ok(matches!(old, Found::Bytes(bytes) if Record::from_bytes(&bytes).is_some_and(moves_here)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use dewar_core::clock::UnixTime;
    use dewar_core::{Owners as _, Revision, Store, StoreKey, Sweeper as _, Touch, Write};
    use tempfile::TempDir;

    use super::super::Filesystem;
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    /// A folder in which a rename from `old` to `new` was interrupted before its last step.
    struct Crashed {
        store: Filesystem,
        seen: Revision,
        _folder: TempDir,
    }

    impl Crashed {
        async fn new() -> Self {
            let folder = TempDir::new().unwrap();
            let store = Filesystem::open(folder.path()).unwrap();
            let [old, new] = ["old", "new"].map(StoreKey::new);
            let created = store.write(Write::create(&old, &entry(60)), NOW).await.unwrap();
            let WriteOutcome::Saved(seen) = created else { panic!() };
            let files = store.files();
            let found = files.live(&files.names(&old), NOW).unwrap().unwrap();
            let record = Record::new(&new, &entry(600), found.position).unwrap();
            files.announce(&Rename::new(found, record)).unwrap();
            Self { store, seen, _folder: folder }
        }

        async fn write(&self, write: Write<'_>, now: UnixTime) -> WriteOutcome {
            self.store.write(write, now).await.unwrap()
        }

        /// The keys of the live entries, and the keys that are listed for their owner.
        async fn live(&self, now: UnixTime) -> (Vec<&'static str>, Vec<String>) {
            let mut live = Vec::new();
            for key in ["old", "new", "newer"] {
                live.extend(self.store.load(&StoreKey::new(key), None, now).await.unwrap().map(|_| key));
            }
            let owned = self.store.owned_by("ann", now).await.unwrap();
            (live, owned.into_iter().map(|(key, _)| key.as_str().to_owned()).collect())
        }

        async fn assert_live(&self, keys: &[&'static str], now: UnixTime) {
            let (live, owned) = self.live(now).await;
            assert_eq!(live, keys);
            assert_eq!(owned, keys, "what its owner is shown");
        }
    }

    fn entry(seconds: u64) -> Entry {
        Entry { owner: Some("ann".to_owned()), ..Entry::new("x", Some(later(seconds))) }
    }

    fn later(seconds: u64) -> UnixTime {
        NOW.plus(Duration::from_secs(seconds))
    }

    #[tokio::test]
    async fn a_login_that_a_crash_interrupts_leaves_one_session_with_one_id() {
        Crashed::new().await.assert_live(&["old"], NOW).await;
    }

    #[tokio::test]
    async fn whatever_happens_to_the_old_session_the_new_one_does_not_come_up() {
        let (old, newer) = (StoreKey::new("old"), StoreKey::new("newer"));

        let crashed = Crashed::new().await;
        let swapped = crashed.write(Write::swap(&old, &crashed.seen, &entry(60)), NOW).await;
        assert!(matches!(swapped, WriteOutcome::Saved(_)));
        crashed.assert_live(&["old"], NOW).await;

        let crashed = Crashed::new().await;
        assert!(crashed.store.touch(&old, later(90), NOW).await.unwrap());
        let tombstone = Entry::new("gone", Some(later(60)));
        assert_eq!(crashed.write(Write::remove(&old, Some(&tombstone)), NOW).await, WriteOutcome::Removed);
        let (live, owned) = crashed.live(NOW).await;
        assert_eq!((live, owned.len()), (vec!["old"], 0), "the tombstone alone");

        let crashed = Crashed::new().await;
        let renamed = crashed.write(Write::rename(&old, &newer, &crashed.seen, &entry(60), None), NOW).await;
        assert!(matches!(renamed, WriteOutcome::Saved(_)));
        crashed.assert_live(&["newer"], NOW).await;

        let crashed = Crashed::new().await;
        crashed.assert_live(&[], later(60)).await;
        assert_eq!(crashed.store.sweep("", 9, later(60)).await.unwrap(), 1);
        crashed.assert_live(&[], later(60)).await;

        let crashed = Crashed::new().await;
        let created = crashed.write(Write::create(&old, &entry(120)), later(60)).await;
        assert!(matches!(created, WriteOutcome::Saved(_)), "expired, and created anew");
        crashed.assert_live(&["old"], later(60)).await;

        let crashed = Crashed::new().await;
        assert_eq!(crashed.store.remove_all("ann", None, NOW).await.unwrap(), 1);
        crashed.assert_live(&[], NOW).await;
    }

    #[tokio::test]
    async fn a_session_that_a_read_touches_stays_and_the_new_one_does_not_come_up() {
        let (crashed, old) = (Crashed::new().await, StoreKey::new("old"));
        let touch = Touch { expires: later(90), if_before: later(90) };
        for expires in [60, 90] {
            let found = crashed.store.load(&old, Some(touch), NOW).await.unwrap().unwrap();
            assert_eq!(found.expires, Some(later(expires)));
        }
        crashed.assert_live(&["old"], later(80)).await;
    }

    #[tokio::test]
    async fn it_can_be_repeated_to_the_same_id() {
        let crashed = Crashed::new().await;
        let [old, new] = ["old", "new"].map(StoreKey::new);
        let renamed = crashed.write(Write::rename(&old, &new, &crashed.seen, &entry(60), None), NOW).await;
        assert!(matches!(renamed, WriteOutcome::Saved(_)));
        crashed.assert_live(&["new"], NOW).await;
    }
}
