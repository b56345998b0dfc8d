//! A rename: the new entry is there before the old one goes, and a note among the locks says so meanwhile.
//!
//! Whoever finds a note under the lock of the old entry finds a rename that a crash has interrupted. If the old entry is still what was
//! to be moved, the new one is removed, of which nobody has heard: no session is left with two ids.

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::keeping::Names;
use super::names;
use super::record::Record;
use super::shelf::Shelf;
use crate::filesystem::failed::Failed;
use crate::filesystem::files::{self, Found};

const NOTE: &str = "move-";

/// What a note says.
struct Note {
    /// The name of the new entry's file.
    to: String,
    /// The SHA-256 of what the old one held.
    held: String,
}

impl Shelf {
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
        let _ = files::remove(&self.note(name));
        Ok(())
    }

    /// Under the lock of an entry: if a crash has interrupted its rename, it stays, and what should have come after it is removed.
    pub(super) fn settle(&self, name: &str) -> Result<(), Failed> {
        let path = self.note(name);
        let Found::Bytes(note) = files::read(&path)? else { return Ok(()) };
        if let Some(note) = Note::parse(&note)
            && self.read(name)?.is_some_and(|found| digest(&found.payload) == note.held)
        {
            self.discard([note.to.as_str()])?;
        }
        files::remove(&path)?;
        Ok(())
    }

    /// All that a crash has interrupted.
    pub(super) fn settle_all(&self, until: Instant) -> Result<(), Failed> {
        for note in files::names(&self.locks.folder)? {
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
            let _ = files::remove(&path);
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
