//! The store: each call of the contract on a thread that may wait for the disk.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

use async_trait::async_trait;
use dewar::clock::UnixTime;
use dewar::store::{
    Created, Cursor, Entry, Lister, Owners, Page, Renamed, Revision, Store, StoreError, StoreKey, Stored,
    Surplus, Swapped, Sweeper, Touch,
};
use tokio::runtime::Handle;

use super::claim::{self, FOLDERS};
use super::failed::Failed;
use super::index::Index;
use super::locks::Locks;
use super::shelves::Shelves;
use crate::OpenError;

/// Keeps sessions in a folder of its own. Copies share it.
///
/// ```
/// # let data = tempfile::tempdir().unwrap();
/// let store = dewar_stores::Filesystem::open(data.path().join("sessions"))?;
/// # Ok::<(), dewar_stores::OpenError>(())
/// ```
///
/// Needs a Tokio runtime: the work is done on its blocking threads, and goes on to its end if the call is dropped.
#[derive(Clone)]
pub struct Filesystem {
    folder: PathBuf,
    shelves: Arc<Shelves>,
    /// The shard at which the sweeper goes on.
    sweeps_at: Arc<AtomicU8>,
}

impl Filesystem {
    /// Keeps sessions in this folder, which is made if it is not there.
    ///
    /// This blocks for a moment: open the store before the server.
    ///
    /// # Errors
    /// When the folder is not fit: it holds other things, belongs to another user, others may write to it or we may not.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, OpenError> {
        let folder = folder.into();
        claim::claim(&folder)?;
        let [entries, locks, owners] = FOLDERS.map(|name| folder.join(name));
        let shelves =
            Shelves { entries, locks: Locks::new(locks), index: Index::new(owners), is_durable: true };
        Ok(Self { folder, shelves: Arc::new(shelves), sweeps_at: Arc::default() })
    }

    /// Whether a write is on the disk when it is answered (it is, unless said otherwise).
    ///
    /// Without it writes are several times as fast. If the machine then crashes, sessions of the last half minute may be lost, or be as
    /// they were before, also those that were ended; a crash of the process loses nothing.
    #[must_use]
    pub fn durable(mut self, is_durable: bool) -> Self {
        Arc::make_mut(&mut self.shelves).is_durable = is_durable;
        self
    }

    /// Where it keeps them.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    async fn blocking<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Shelves) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, StoreError> {
        let runtime = Handle::try_current().map_err(StoreError::refused)?;
        let shelves = Arc::clone(&self.shelves);
        let answer = runtime.spawn_blocking(move || call(&shelves)).await.map_err(StoreError::no_answer)?;
        answer.map_err(|failed| failed.into_store_error(&self.folder))
    }
}

#[async_trait]
impl Store for Filesystem {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let key = key.clone();
        self.blocking(move |shelves| shelves.load(&key, touch, now)).await
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        let (key, entry) = (key.clone(), entry.clone());
        self.blocking(move |shelves| shelves.create(&key, &entry, now)).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        let (key, seen, entry) = (key.clone(), seen.clone(), entry.clone());
        self.blocking(move |shelves| shelves.swap(&key, &seen, &entry, now)).await
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<Renamed, StoreError> {
        let (old, new, seen) = (old.clone(), new.clone(), seen.clone());
        let (entry, tombstone) = (entry.clone(), tombstone.cloned());
        self.blocking(move |shelves| shelves.rename([&old, &new], &seen, &entry, tombstone.as_ref(), now))
            .await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let key = key.clone();
        self.blocking(move |shelves| shelves.touch(&key, expires, now)).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let (key, tombstone) = (key.clone(), tombstone.cloned());
        self.blocking(move |shelves| shelves.remove(&key, tombstone.as_ref(), now)).await
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        Some(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        Some(self)
    }
}

#[async_trait]
impl Sweeper for Filesystem {
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        let (at, prefix) = (Arc::clone(&self.sweeps_at), prefix.to_owned());
        self.blocking(move |shelves| shelves.sweep(&at, &prefix, at_most, now)).await
    }
}

#[async_trait]
impl Lister for Filesystem {
    async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError> {
        let (prefix, after) = (prefix.to_owned(), after.cloned());
        self.blocking(move |shelves| shelves.list(&prefix, after.as_ref(), at_most, now)).await
    }
}

#[async_trait]
impl Owners for Filesystem {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        let owner = owner.to_owned();
        self.blocking(move |shelves| shelves.of(&owner, now)).await
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let (owner, except) = (owner.to_owned(), except.cloned());
        self.blocking(move |shelves| shelves.remove_all(&owner, except.as_ref(), now)).await
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let owner = owner.to_owned();
        self.blocking(move |shelves| shelves.trim(&owner, at_most, surplus, now)).await
    }
}

impl fmt::Debug for Filesystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filesystem({}, durable: {})", self.folder.display(), self.shelves.is_durable)
    }
}
