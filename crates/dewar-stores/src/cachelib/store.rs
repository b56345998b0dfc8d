//! The contract over the files, without blocking the runtime.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use async_trait::async_trait;
use dewar::clock::UnixTime;
use dewar::store::{
    Created, Entry, Renamed, Revision, Store, StoreError, StoreKey, Stored, Swapped, Sweeper, Touch,
};
use tokio::runtime::Handle;

use super::locks::Locks;
use super::options::CachelibOptions;
use super::shelf::Shelf;
use super::{claim, names};
use crate::OpenError;
use crate::filesystem::failed::Failed;
use crate::filesystem::unfit::Unfit;

/// Keeps sessions in the files of cachelib's `FileSystemCache`, as Flask-Session 0.8 does. See [the module](crate::cachelib). Copies
/// share it.
///
/// Needs a Tokio runtime: the work is done on its blocking threads, and goes on to its end if the call is dropped.
#[derive(Clone)]
pub struct Cachelib {
    shelf: Arc<Shelf>,
}

impl Cachelib {
    /// Opens a folder of cachelib's, which is made if it is not there. With a threshold its files are counted, as cachelib does.
    ///
    /// This blocks for a moment: open the store before the server.
    ///
    /// # Errors
    ///
    /// If it is no folder, holds something that cachelib does not put there, may be written to by everybody, or not by this process.
    pub fn open(folder: impl AsRef<Path>, options: CachelibOptions) -> Result<Self, OpenError> {
        let folder = folder.as_ref().to_owned();
        claim::claim(&folder)?;
        let locks = Locks::new(folder.join(names::LOCKS));
        let shelf = Shelf { folder: folder.clone(), options, locks, prunes_above: AtomicU64::new(0) };
        shelf
            .check_writable()
            .and_then(|()| shelf.recount())
            .map_err(|source| Unfit::Unusable { folder, source })?;
        Ok(Self { shelf: Arc::new(shelf) })
    }

    /// Where it keeps them.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.shelf.folder
    }

    async fn blocking<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Shelf) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, StoreError> {
        let runtime = Handle::try_current().map_err(StoreError::refused)?;
        let shelf = Arc::clone(&self.shelf);
        let answer = runtime.spawn_blocking(move || call(&shelf)).await.map_err(StoreError::no_answer)?;
        answer.map_err(|failed| failed.into_store_error(self.folder()))
    }
}

#[async_trait]
impl Store for Cachelib {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let key = key.clone();
        self.blocking(move |shelf| shelf.load(&key, touch, now)).await
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        let (key, entry) = (key.clone(), entry.clone());
        self.blocking(move |shelf| shelf.create(&key, &entry, now)).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        let (key, seen, entry) = (key.clone(), seen.clone(), entry.clone());
        self.blocking(move |shelf| shelf.swap(&key, &seen, &entry, now)).await
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
        self.blocking(move |shelf| shelf.rename([&old, &new], &seen, &entry, tombstone.as_ref(), now)).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let key = key.clone();
        self.blocking(move |shelf| shelf.touch(&key, expires, now)).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let (key, tombstone) = (key.clone(), tombstone.cloned());
        self.blocking(move |shelf| shelf.remove(&key, tombstone.as_ref(), now)).await
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }
}

#[async_trait]
impl Sweeper for Cachelib {
    /// The files do not say their keys: a folder is one program's, and all of it is swept.
    async fn sweep(&self, _: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        self.blocking(move |shelf| shelf.sweep(at_most, now)).await
    }
}

impl fmt::Debug for Cachelib {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cachelib({}, {:?})", self.shelf.folder.display(), self.shelf.options)
    }
}
