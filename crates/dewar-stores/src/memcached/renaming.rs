//! Renames, whose two entries may be on two servers, so they cannot be one step.
//!
//! 1. The new entry is stored. Nobody knows its id yet, as it is sent to the client only after the rename.
//! 2. The old entry, if it is still the one that was seen, is replaced with the tombstone. This decides: either this rename has happened, or
//!    the write that came first.
//! 3. If another write came first, the new entry is removed.
//!
//! So a logout that comes before step 2 wins, and one that comes after it meets the tombstone. If the program crashes before step 2, the old
//! entry stays valid, and the new one remains, under an id that nobody knows, until it expires.

use std::sync::Arc;
use std::time::Duration;

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, Store, StoreError, StoreErrorKind, StoreKey, Stored, Write, WriteOutcome};
use tokio::time::timeout;

/// A rename, with all it needs to go on without its caller.
pub(super) struct Rename {
    old: Place,
    new: Place,
    seen: Revision,
    entry: Entry,
    tombstone: Option<Entry>,
    now: UnixTime,
}

/// A key, and the server that stores it.
struct Place {
    store: Arc<dyn Store>,
    key: StoreKey,
}

impl Rename {
    /// The rename of a [`Write::Rename`], with the servers of both keys; `None` if it is another write.
    pub(super) fn new(write: Write<'_>, [old, new]: [Arc<dyn Store>; 2], now: UnixTime) -> Option<Self> {
        let Write::Rename { key, new_key, seen, entry, tombstone } = write else { return None };
        Some(Self {
            old: Place { store: old, key: key.clone() },
            new: Place { store: new, key: new_key.clone() },
            seen: seen.clone(),
            entry: entry.clone(),
            tombstone: tombstone.cloned(),
            now,
        })
    }

    /// Runs it in a task of its own, which ends it even if the caller does not wait any longer.
    pub(super) async fn within(self, longest: Duration) -> Result<WriteOutcome, StoreError> {
        match timeout(longest, tokio::spawn(self.run())).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(StoreError::no_answer("the rename was interrupted")),
            Err(late) => Err(StoreError::no_answer(late)),
        }
    }

    async fn run(self) -> Result<WriteOutcome, StoreError> {
        let Some(created) = self.create().await? else { return Ok(WriteOutcome::Taken) };
        match self.end_old().await {
            Ok(WriteOutcome::Saved(_)) => Ok(WriteOutcome::Saved(created)),
            Ok(WriteOutcome::Changed(found)) if self.is_own_tombstone(&found) => {
                Ok(WriteOutcome::Saved(created))
            }
            // The old entry may have ended, so the new one stays.
            Err(error) if error.kind() == StoreErrorKind::NoAnswer => Err(error),
            not_done => {
                self.remove_new(&created).await;
                not_done
            }
        }
    }

    /// Stores the new entry; `None` if the key is taken. If it already has our payload, an earlier attempt of this rename stored it.
    async fn create(&self) -> Result<Option<Revision>, StoreError> {
        let Place { store, key } = &self.new;
        match store.write(Write::create(key, &self.entry), self.now).await? {
            WriteOutcome::Saved(revision) => Ok(Some(revision)),
            _ => {
                let found = store.load(key, None, self.now).await?;
                let is_own = |found: &Stored| self.is_retryable() && found.payload == self.entry.payload;
                Ok(found.filter(is_own).map(|found| found.revision))
            }
        }
    }

    async fn end_old(&self) -> Result<WriteOutcome, StoreError> {
        let nothing = Entry::expired(self.now);
        let tombstone = self.tombstone.as_ref().unwrap_or(&nothing);
        let Place { store, key } = &self.old;
        store.write(Write::swap(key, &self.seen, tombstone), self.now).await
    }

    /// If this fails, the new entry remains under an id that nobody knows.
    async fn remove_new(&self, created: &Revision) {
        let Place { store, key } = &self.new;
        let _ = store.write(Write::swap(key, created, &Entry::expired(self.now)), self.now).await;
    }

    fn is_retryable(&self) -> bool {
        self.tombstone.as_ref().is_some_and(|tombstone| tombstone.is_unique)
    }

    fn is_own_tombstone(&self, found: &Stored) -> bool {
        self.is_retryable() && self.tombstone.as_ref().is_some_and(|own| own.payload == found.payload)
    }
}
