//! A rename: the new entry is there before the old one goes, and a note among the locks says so meanwhile.
//!
//! Whoever finds a note under the lock of the old entry finds a rename that a crash has interrupted. If the old entry is still what was
//! to be moved, the new one is removed, of which nobody has heard: no session is left with two ids.

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::entry_file::Names;
use super::entry_files::EntryFiles;
use super::names;
use super::record::Record;
use crate::files::failed::Failed;
use crate::files::file::{self, Found};

const NOTE: &str = "move-";

/// What a note says.
struct Note {
    /// The name of the new entry's file.
    to: String,
    /// The SHA-256 of what the old one held.
    held: String,
}

impl EntryFiles {
    /// Moves what was found in a file to another name, where it is replaced.
    pub(super) fn rename_to(
        &self,
        (from, name, found): (&Names, &str, &Record),
        to: &Names,
        record: &Record,
        tombstone: Option<&Record>,
    ) -> Result<(), Failed> {
        // All is written before anything is seen: a full disk then leaves things as they were.
        let draft = self.draft(&to.own, record)?;
        let tombstone = tombstone.map(|tombstone| self.draft(&from.own, tombstone)).transpose()?;
        let is_new = !self.is_there(&to.own)?;
        self.announce(name, &to.own, found)?;
        draft.place(&self.path(&to.own))?;
        self.count(i64::from(is_new));
        let done = match tombstone {
            Some(tombstone) => self.bury(from, tombstone),
            None => self.discard(from.all()),
        };
        if let Err(failed) = done {
            // Nothing was done if the old one is still there.
            self.settle(name)?;
            return Err(failed);
        }
        let _ = file::remove(&self.note(name));
        Ok(())
    }

    /// Under the lock of an entry: if a crash has interrupted its rename, it stays, and what should have come after it is removed.
    pub(super) fn settle(&self, name: &str) -> Result<(), Failed> {
        let path = self.note(name);
        let Found::Bytes(note) = file::read(&path)? else { return Ok(()) };
        if let Some(note) = Note::parse(&note)
            && self.read(name)?.is_some_and(|found| digest(&found.payload) == note.held)
        {
            self.discard([note.to.as_str()])?;
        }
        file::remove(&path)?;
        Ok(())
    }

    /// All that a crash has interrupted.
    pub(super) fn settle_all(&self, until: Instant) -> Result<(), Failed> {
        for note in file::names(&self.locks.folder)? {
            let Some(name) = note.strip_prefix(NOTE) else { continue };
            let Some(_held) = self.unless_busy(self.locks.hold_shard(names::shard(name), until))? else {
                continue;
            };
            self.settle(name)?;
        }
        Ok(())
    }

    fn announce(&self, name: &str, to: &str, found: &Record) -> io::Result<()> {
        let note = format!("{to} {}", digest(&found.payload));
        let path = self.note(name);
        let written = std::fs::write(&path, note);
        if written.is_err() {
            let _ = file::remove(&path);
        }
        written
    }

    fn note(&self, name: &str) -> PathBuf {
        self.locks.folder.join(format!("{NOTE}{name}"))
    }
}

impl Note {
    fn parse(note: &Bytes) -> Option<Self> {
        let (to, held) = std::str::from_utf8(note).ok()?.split_once(' ')?;
        names::is_hash(to).then(|| Self { to: to.to_owned(), held: held.to_owned() })
    }
}

fn digest(payload: &Bytes) -> String {
    names::hex(&Sha256::digest(payload))
}

#[cfg(test)]
mod tests {
    use dewar_core::clock::UnixTime;
    use dewar_core::{Entry, Store, StoreKey, Write, Written};
    use tempfile::TempDir;

    use super::super::{Cachelib, CachelibOptions};
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    fn open(folder: &TempDir) -> Cachelib {
        Cachelib::open(folder.path(), CachelibOptions::default()).unwrap()
    }

    /// A rename that was interrupted when the new entry was there.
    async fn crashed() -> (Cachelib, TempDir) {
        let folder = TempDir::new().unwrap();
        let store = open(&folder);
        let created = store
            .write(Write::create(&StoreKey::new("old"), &Entry::new("before", None)), NOW)
            .await
            .unwrap();
        assert!(matches!(created, Written::Saved(_)));
        let [from, to] = ["old", "new"].map(|key| store.files.names(key));
        let found = store.files.read(&from.own).unwrap().unwrap();
        store.files.announce(&from.own, &to.own, &found).unwrap();
        store.files.write(&to.own, &Record::new(None, "after".into())).unwrap();
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
        let names = file::names(&store.files.locks.folder).unwrap();
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
        assert!(matches!(swapped, Written::Saved(_)));
        assert_eq!((live(&store).await, notes(&store)), (vec!["old"], 0));

        let (store, _folder) = crashed().await;
        assert!(store.write(Write::remove(&old, None), NOW).await.unwrap() == Written::Removed);
        assert_eq!((live(&store).await, notes(&store)), (vec![], 0));
    }

    #[tokio::test]
    async fn a_login_that_was_done_stays_so() {
        let (store, folder) = crashed().await;
        let old = store.files.names("old");
        std::fs::remove_file(store.files.path(&old.own)).unwrap();
        let store = open(&folder);
        assert_eq!((live(&store).await, notes(&store)), (vec!["new"], 0));
    }
}
