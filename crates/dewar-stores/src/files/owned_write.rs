//! A write that owns its keys and entries, to send it to another thread.

use dewar_core::{Entry, Revision, StoreKey, Write};

/// A [`Write`] that owns its keys and entries.
#[derive(Debug)]
pub(crate) enum OwnedWrite {
    Create { key: StoreKey, entry: Entry },
    Swap { key: StoreKey, seen: Revision, entry: Entry },
    Rename { key: StoreKey, new_key: StoreKey, seen: Revision, entry: Entry, tombstone: Option<Entry> },
    Remove { key: StoreKey, tombstone: Option<Entry> },
}

impl OwnedWrite {
    pub(crate) fn as_write(&self) -> Write<'_> {
        match self {
            Self::Create { key, entry } => Write::create(key, entry),
            Self::Swap { key, seen, entry } => Write::swap(key, seen, entry),
            Self::Rename { key, new_key, seen, entry, tombstone } => {
                Write::rename(key, new_key, seen, entry, tombstone.as_ref())
            }
            Self::Remove { key, tombstone } => Write::remove(key, tombstone.as_ref()),
        }
    }
}

impl From<Write<'_>> for OwnedWrite {
    fn from(write: Write<'_>) -> Self {
        match write {
            Write::Create { key, entry } => Self::Create { key: key.clone(), entry: entry.clone() },
            Write::Swap { key, seen, entry } => {
                Self::Swap { key: key.clone(), seen: seen.clone(), entry: entry.clone() }
            }
            Write::Rename { key, new_key, seen, entry, tombstone } => Self::Rename {
                key: key.clone(),
                new_key: new_key.clone(),
                seen: seen.clone(),
                entry: entry.clone(),
                tombstone: tombstone.cloned(),
            },
            Write::Remove { key, tombstone } => {
                Self::Remove { key: key.clone(), tombstone: tombstone.cloned() }
            }
        }
    }
}
