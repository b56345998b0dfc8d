//! The trait of file formats.

use std::{fmt, io};

use dewar_core::clock::UnixTime;
use dewar_core::{Lister, Owners, StoreKey, Stored, Write, WriteOutcome};

use super::failure::Failure;
use super::folder::StoreFolder;
use super::locks::LockGuard;
use super::store::FileStore;

/// A file format: how entries are named, read and written. Each call may block its thread.
pub(super) trait Format: fmt::Debug + Send + Sync + Sized + 'static {
    /// The names that the file of a key may have.
    type Names: Send + Sync;

    /// An entry that was found in its file.
    type Found;

    fn folder(&self) -> &StoreFolder;

    fn names(&self, key: &StoreKey) -> Self::Names;

    /// The locks for the files with these names.
    fn locks(names: &Self::Names) -> impl Iterator<Item = &str> + Send;

    /// The additional lock for a write that gives an entry to this owner.
    fn owner_lock(_owner: &str) -> Option<String> {
        None
    }

    /// The entry with these names, unless it has expired.
    fn live(&self, names: &Self::Names, now: UnixTime) -> io::Result<Option<Self::Found>>;

    /// Like [`live`](Self::live), for a call that holds the locks and is going to replace or remove the entry. Undoes a rename that was
    /// interrupted by a crash.
    fn live_to_write(&self, names: &Self::Names, now: UnixTime) -> Result<Option<Self::Found>, Failure>;

    fn stored(found: &Self::Found) -> Stored;

    /// Sets when an entry expires; `false` if another program removed it meanwhile.
    fn set_expiry(&self, names: &Self::Names, found: Self::Found, expires: UnixTime) -> io::Result<bool>;

    /// Makes room for another entry, without locks.
    fn make_room(&self, _now: UnixTime) {}

    /// Does a write that was compared with what was found, and is not refused.
    fn execute(
        &self,
        write: Write<'_>,
        names: &Self::Names,
        found: Option<Self::Found>,
        lock: &LockGuard,
        now: UnixTime,
    ) -> Result<WriteOutcome, Failure>;

    /// Removes the files with these names, whatever they contain.
    fn discard(&self, names: &Self::Names) -> Result<(), Failure>;

    /// Removes expired entries, as [`Sweeper::sweep`](dewar_core::Sweeper::sweep) does.
    fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, Failure>;

    fn lister(_store: &FileStore<Self>) -> Option<&dyn Lister> {
        None
    }

    fn owners(_store: &FileStore<Self>) -> Option<&dyn Owners> {
        None
    }
}
