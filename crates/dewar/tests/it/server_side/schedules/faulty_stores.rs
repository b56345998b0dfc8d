//! Stores that each break one rule of the contract.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use dewar::clock::UnixTime;
use dewar::store::{
    AsyncStore, Bytes, Entry, Memory, Owners, Store, StoreError, StoreKey, Stored, Touch, Write, WriteOutcome,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A swap stores its entry without comparing, even if the key has none: as most session stores do.
    SwapUpserts,
    /// A swap stores nothing if the key has no entry, but replaces an entry that was not seen.
    SwapOverwrites,
    /// A rename does not compare.
    RenameUpserts,
    /// A rename leaves the old entry.
    RenameCopies,
    /// A rename leaves no tombstone under the old key.
    RenameForgetsTombstone,
    /// The tombstone of a rename does not name the new id.
    RenameForgetsSuccessor,
    /// A create is answered and not done, except the first.
    CreateIsLost,
    /// A load returns what the first load of the key found, like a replica that lags.
    LoadIsStale,
}

pub(super) const FAULTS: &[Fault] = &[
    Fault::SwapUpserts,
    Fault::SwapOverwrites,
    Fault::RenameUpserts,
    Fault::RenameCopies,
    Fault::RenameForgetsTombstone,
    Fault::RenameForgetsSuccessor,
    Fault::CreateIsLost,
    Fault::LoadIsStale,
];

pub(super) fn with(fault: Fault) -> Arc<dyn Store> {
    Arc::new(FaultyStore {
        fault,
        store: Memory::new(),
        read: Mutex::default(),
        creates: AtomicUsize::new(0),
    })
}

#[derive(Debug)]
struct FaultyStore {
    fault: Fault,
    store: Memory,
    read: Mutex<HashMap<StoreKey, Option<Stored>>>,
    creates: AtomicUsize,
}

impl FaultyStore {
    /// Stores an entry, whatever the key has.
    async fn put(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        loop {
            let _ = self.store.write(Write::remove(key, None), now).await?;
            let created = self.store.write(Write::create(key, entry), now).await?;
            if created != WriteOutcome::Taken {
                return Ok(created);
            }
        }
    }
}

impl AsyncStore for FaultyStore {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let found = self.store.load(key, touch, now).await?;
        if self.fault != Fault::LoadIsStale {
            return Ok(found);
        }
        Ok(self.read.lock().unwrap().entry(key.clone()).or_insert(found).clone())
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        match (self.fault, write) {
            (Fault::CreateIsLost, Write::Create { key, .. }) => {
                let created = self.store.write(write, now).await?;
                if self.creates.fetch_add(1, Ordering::Relaxed) > 0 {
                    let _ = self.store.write(Write::remove(key, None), now).await?;
                }
                Ok(created)
            }
            (Fault::SwapUpserts, Write::Swap { key, entry, .. })
            | (Fault::RenameCopies, Write::Rename { new_key: key, entry, .. }) => {
                self.put(key, entry, now).await
            }
            (Fault::SwapOverwrites, Write::Swap { key, entry, .. }) => {
                match self.store.write(write, now).await? {
                    WriteOutcome::Changed(theirs) => {
                        self.store.write(Write::swap(key, &theirs.revision, entry), now).await
                    }
                    answer => Ok(answer),
                }
            }
            (Fault::RenameUpserts, Write::Rename { key, new_key, entry, tombstone, .. }) => {
                let _ = self.store.write(Write::remove(key, tombstone), now).await?;
                self.put(new_key, entry, now).await
            }
            (Fault::RenameForgetsTombstone, Write::Rename { key, new_key, seen, entry, .. }) => {
                self.store.write(Write::rename(key, new_key, seen, entry, None), now).await
            }
            (Fault::RenameForgetsSuccessor, Write::Rename { key, new_key, seen, entry, tombstone }) => {
                let tombstone = tombstone.map(without_successor);
                self.store.write(Write::rename(key, new_key, seen, entry, tombstone.as_ref()), now).await
            }
            _ => self.store.write(write, now).await,
        }
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.store.touch(key, expires, now).await
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.store.owners()
    }
}

/// The tombstone without its successor, as that of an ended session. The successor comes after 43 bytes and the labels; bytes 42 and 43 are the length
/// of the labels, bytes 13 to 16 the checksum.
fn without_successor(tombstone: &Entry) -> Entry {
    let labels = u16::from_be_bytes([tombstone.payload[41], tombstone.payload[42]]);
    let mut record = tombstone.payload[..43 + usize::from(labels)].to_vec();
    let rest = [&record[..12], &record[16..]].concat();
    record[12..16].copy_from_slice(&crc_32(&rest).to_be_bytes());
    Entry { payload: Bytes::from(record), ..tombstone.clone() }
}

fn crc_32(bytes: &[u8]) -> u32 {
    let shifted = |sum: u32| (0..8).fold(sum, |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()));
    !bytes.iter().fold(u32::MAX, |sum, byte| shifted(sum ^ u32::from(*byte)))
}
