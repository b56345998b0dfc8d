//! Renames: the new entry exists before the old one is removed, and a note in the folder of the locks records this until then.
//!
//! A note that is found while the old entry is locked was left by a crash during a rename. If the old entry is still the one that was to be
//! renamed, the new one is removed, since no client knows its id. So no session is left with two ids.

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use bytes::Bytes;
use dewar_core::WriteOutcome;
use sha2::{Digest, Sha256};

use super::entry_file::Found;
use super::format::CachelibFiles;
use super::names::{self, Names};
use super::record::Record;
use crate::files::disk;
use crate::files::draft::Draft;
use crate::files::failure::Failure;
use crate::files::format::Format as _;

const NOTE: &str = "move-";

/// The contents of a note.
struct Note {
    /// The name of the new entry's file.
    to: String,
    /// The SHA-256 of the old entry's payload.
    payload: String,
}

impl CachelibFiles {
    /// Stores the record under the new names. The tombstone replaces the old entry; without a tombstone the old entry is removed.
    pub(super) fn rename(
        &self,
        [old, new]: [&Names; 2],
        found: &Found,
        record: &Record,
        tombstone: Option<&Record>,
    ) -> Result<WriteOutcome, Failure> {
        // Everything is written before anything is visible, so a full disk changes nothing.
        let draft = self.draft(&new.written, record)?;
        let tombstone = tombstone.map(|tombstone| self.draft(&old.written, tombstone)).transpose()?;
        self.place_with_note(old.of_found(found), &found.record, new, draft)?;
        let done = match tombstone {
            Some(tombstone) => self.place(old, tombstone),
            None => self.discard(old),
        };
        if let Err(failure) = done {
            // If the old one is still there, nothing was done.
            self.undo_interrupted_rename(old.of_found(found))?;
            return Err(failure);
        }
        let _ = disk::remove(&self.note(old.of_found(found)));
        Ok(WriteOutcome::Saved(record.revision()))
    }

    fn place_with_note(&self, old: &str, found: &Record, new: &Names, draft: Draft) -> Result<(), Failure> {
        let is_new = !self.is_there(&new.written)?;
        self.write_note(old, &new.written, found)?;
        draft.place(&self.path(&new.written))?;
        self.count(i64::from(is_new));
        Ok(())
    }

    /// If the rename of an entry was interrupted, keeps the entry and removes the new one. Call this with the entry locked.
    pub(super) fn undo_interrupted_rename(&self, name: &str) -> Result<(), Failure> {
        let path = self.note(name);
        let disk::Found::Bytes(note) = disk::read(&path)? else { return Ok(()) };
        if let Some(note) = Note::parse(&note)
            && self.read_unchecked(name)?.is_some_and(|found| digest(&found.payload) == note.payload)
        {
            self.remove_files([note.to.as_str()])?;
        }
        disk::remove(&path)?;
        Ok(())
    }

    /// Undoes every interrupted rename.
    pub(super) fn undo_interrupted_renames(&self, until: Instant) -> Result<(), Failure> {
        for note in disk::names_in(&self.folder.locks.folder)? {
            let Some(name) = note.strip_prefix(NOTE) else { continue };
            let Some(_lock) = self.lock_unless_busy(names::shard(name), until)? else { continue };
            self.undo_interrupted_rename(name)?;
        }
        Ok(())
    }

    fn write_note(&self, name: &str, to: &str, found: &Record) -> io::Result<()> {
        let note = format!("{to} {}", digest(&found.payload));
        let path = self.note(name);
        let written = std::fs::write(&path, note);
        if written.is_err() {
            let _ = disk::remove(&path);
        }
        written
    }

    fn note(&self, name: &str) -> PathBuf {
        self.folder.locks.folder.join(format!("{NOTE}{name}"))
    }
}

impl Note {
    fn parse(note: &Bytes) -> Option<Self> {
        let (to, payload) = std::str::from_utf8(note).ok()?.split_once(' ')?;
        names::is_hash(to).then(|| Self { to: to.to_owned(), payload: payload.to_owned() })
    }
}

fn digest(payload: &Bytes) -> String {
    names::hex(&Sha256::digest(payload))
}

#[cfg(test)]
mod tests {
    use dewar_core::clock::UnixTime;
    use dewar_core::{Entry, Store, StoreKey, Write};
    use tempfile::TempDir;

    use super::super::{Cachelib, CachelibOptions};
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    fn open(folder: &TempDir) -> Cachelib {
        Cachelib::open(folder.path(), CachelibOptions::default()).unwrap()
    }

    /// A rename that was interrupted when the new entry had been written.
    async fn crashed() -> (Cachelib, TempDir) {
        let folder = TempDir::new().unwrap();
        let store = open(&folder);
        let created = store
            .write(Write::create(&StoreKey::new("old"), &Entry::new("before", None)), NOW)
            .await
            .unwrap();
        assert!(matches!(created, WriteOutcome::Saved(_)));
        let [from, to] = ["old", "new"].map(|key| store.files().names(&StoreKey::new(key)));
        let found = store.files().read_unchecked(&from.written).unwrap().unwrap();
        store.files().write_note(&from.written, &to.written, &found).unwrap();
        store.files().write_file(&to.written, &Record::new(None, "after".into())).unwrap();
        (store, folder)
    }

    async fn live(store: &Cachelib) -> Vec<&'static str> {
        let mut live = Vec::new();
        for key in ["old", "new"] {
            live.extend(store.load(&StoreKey::new(key), None, NOW).await.unwrap().map(|_| key));
        }
        live
    }

    fn notes(store: &Cachelib) -> usize {
        let names = disk::names_in(&store.files().folder.locks.folder).unwrap();
        names.iter().filter(|name| name.starts_with(NOTE)).count()
    }

    #[tokio::test]
    async fn a_login_that_a_crash_interrupts_leaves_one_session_with_one_id() {
        let (_, folder) = crashed().await;
        let store = open(&folder);
        assert_eq!((live(&store).await, notes(&store)), (vec!["old"], 0));

        let (store, _folder) = crashed().await;
        assert_eq!(store.sweeper().unwrap().sweep("", 9, NOW).await.unwrap(), 0);
        assert_eq!((live(&store).await, notes(&store)), (vec!["old"], 0), "another process sweeps");
    }

    #[tokio::test]
    async fn whatever_happens_to_the_old_session_the_new_one_does_not_come_up() {
        let old = StoreKey::new("old");
        let (store, _folder) = crashed().await;
        let seen = store.load(&old, None, NOW).await.unwrap().unwrap().revision;
        let swapped = store.write(Write::swap(&old, &seen, &Entry::new("changed", None)), NOW).await.unwrap();
        assert!(matches!(swapped, WriteOutcome::Saved(_)));
        assert_eq!((live(&store).await, notes(&store)), (vec!["old"], 0));

        let (store, _folder) = crashed().await;
        assert!(store.write(Write::remove(&old, None), NOW).await.unwrap() == WriteOutcome::Removed);
        assert_eq!((live(&store).await, notes(&store)), (vec![], 0));
    }

    #[tokio::test]
    async fn a_login_that_was_done_stays_so() {
        let (store, folder) = crashed().await;
        let old = store.files().names(&StoreKey::new("old"));
        std::fs::remove_file(store.files().path(&old.written)).unwrap();
        let store = open(&folder);
        assert_eq!((live(&store).await, notes(&store)), (vec!["new"], 0));
    }
}
