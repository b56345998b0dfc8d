//! Reads, replaces and removes the file of an entry.

use std::io;
use std::path::PathBuf;

use dewar_core::{Entry, StoreKey, WriteOutcome};

use super::format::NativeFiles;
use super::layout;
use super::name::{self, Name};
use super::record::Record;
use crate::files::disk::{self, Found};
use crate::files::draft::Draft;
use crate::files::failure::Failure;
use crate::files::format::Format as _;

impl NativeFiles {
    /// Reads the file with this name. A file that is truncated, damaged or in another format counts as no entry. A missing file counts as no
    /// entry only if the folder is still the one that was opened.
    pub(super) fn read(&self, name: &Name) -> io::Result<Option<Record>> {
        let path = self.path(name)?;
        let found = match disk::read(&path)? {
            Found::Nothing => {
                self.check()?;
                // The folder may just have been mounted.
                disk::read(&path)?
            }
            found => found,
        };
        let record = match found {
            Found::Nothing => return Ok(None),
            Found::Foreign => None,
            Found::Bytes(bytes) => Record::from_bytes(&bytes),
        };
        let record = record.filter(|record| Name::from_text(record.key.as_str()) == *name);
        if record.is_none() {
            warn_of_damage(name);
        }
        Ok(record)
    }

    /// Fails if the folder is not the one that was opened.
    pub(super) fn check(&self) -> io::Result<()> {
        layout::check(&self.folder.root)
    }

    /// Stores a record, and replaces what was there.
    ///
    /// The index is written first. An index that names a missing entry is repaired later, but an entry that is missing from the index would
    /// never be found for its owner.
    pub(super) fn save(&self, name: &Name, record: &Record) -> Result<WriteOutcome, Failure> {
        let draft = self.draft(name, record)?;
        if let Some(owner) = &record.owner {
            self.index.add(&Name::from_text(owner), name, self.is_durable)?;
        }
        self.place(name, draft)?;
        Ok(WriteOutcome::Saved(record.revision()))
    }

    /// The tombstone that replaces a removed entry. It has no owner.
    pub(super) fn tombstone(&self, name: &Name, key: &StoreKey, tombstone: &Entry) -> io::Result<Draft> {
        self.draft(name, &Record::new(key, &Entry { owner: None, ..tombstone.clone() }, 0)?)
    }

    /// Removes an entry, or replaces it with its tombstone.
    pub(super) fn end(&self, name: &Name, tombstone: Option<Draft>) -> Result<(), Failure> {
        match tombstone {
            Some(tombstone) => self.place(name, tombstone),
            None => self.discard(name),
        }
    }

    /// Renames a file to the name of an entry, and replaces what was there.
    pub(super) fn place(&self, name: &Name, draft: Draft) -> Result<(), Failure> {
        draft.place(&self.shard(name).join(name.as_str()))?;
        self.sync_shard(name)
    }

    pub(super) fn draft(&self, name: &Name, record: &Record) -> io::Result<Draft> {
        let bytes = record.to_bytes()?;
        let shard = self.shard(name);
        if disk::make_folder(&shard)? && self.is_durable {
            disk::sync_folder(&self.entries)?;
        }
        let draft = Draft::write(shard.join(name::draft()?), &bytes)?;
        if self.is_durable {
            draft.sync()?;
        }
        Ok(draft)
    }

    pub(super) fn sync_shard(&self, name: &Name) -> Result<(), Failure> {
        if self.is_durable {
            disk::sync_folder(&self.shard(name)).map_err(Failure::unknown)?;
        }
        Ok(())
    }

    /// Fails if the shard is a symlink.
    pub(super) fn path(&self, name: &Name) -> io::Result<PathBuf> {
        let shard = self.shard(name);
        disk::is_folder(&shard)?;
        Ok(shard.join(name.as_str()))
    }

    pub(super) fn shard(&self, name: &Name) -> PathBuf {
        self.entries.join(name.shard())
    }
}

/// Logs that the file with this name contains no entry.
#[cfg(feature = "tracing")]
fn warn_of_damage(name: &Name) {
    tracing::warn!(
        target: "dewar::store",
        key = name.fingerprint(),
        "a session file is truncated, damaged or in another format: the session is treated as absent"
    );
}

#[cfg(not(feature = "tracing"))]
fn warn_of_damage(_: &Name) {}

#[cfg(test)]
#[cfg(feature = "tracing")]
mod tests {
    use dewar_core::StoreKey;

    use super::*;
    use crate::heard::Heard;

    #[test]
    fn a_warning_names_the_fingerprint_alone() {
        let heard = Heard::default();
        let key = StoreKey::new("session:secret");
        let listening = heard.listen();
        warn_of_damage(&Name::from_text(key.as_str()));
        drop(listening);
        let heard = heard.read();
        assert!(heard.contains(&format!("key={:?}", key.fingerprint())), "{heard}");
        assert!(!heard.contains("secret") && !heard.contains(&Name::from_text(key.as_str()).as_str()[..9]));
    }
}
