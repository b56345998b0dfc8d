//! The contract over the files, without blocking the runtime.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Instant;

use async_trait::async_trait;
use dewar_core::clock::UnixTime;
use dewar_core::old::{Created, OldStore, Renamed, Swapped};
use dewar_core::{Entry, Revision, StoreError, StoreKey, Stored, Sweeper, Touch};

use super::entry_file::Names;
use super::entry_files::EntryFiles;
use super::locks::{Locks, Wanted};
use super::options::CachelibOptions;
use super::{folder, names};
use crate::OpenError;
use crate::courtesies::Courtesies;
use crate::files::failed::Failed;
use crate::files::unfit::Unfit;
use crate::pool::Pool;

/// Keeps sessions in the files of cachelib's `FileSystemCache`, as Flask-Session 0.8 does. See [the module](crate::cachelib). Copies
/// share it.
///
/// The work is done on threads of its own. A call that is dropped before its turn is not begun; one that was begun goes on to its end.
#[derive(Clone)]
pub struct Cachelib {
    pub(super) files: Arc<EntryFiles>,
    pool: Arc<Pool>,
}

impl Cachelib {
    /// Opens a folder of cachelib's, which is made if it is not there. With a threshold its files are counted, as cachelib does.
    ///
    /// This blocks for a moment: open the store before the server.
    ///
    /// # Errors
    ///
    /// If it is no folder, holds something that cachelib does not put there, belongs to another user, may be written to by everybody,
    /// or not by this process.
    pub fn open(folder: impl AsRef<Path>, options: CachelibOptions) -> Result<Self, OpenError> {
        let folder = folder.as_ref().to_owned();
        folder::claim(&folder)?;
        let pool = Arc::new(Pool::new("dewar-cachelib", options.threads));
        let locks = Locks::new(folder.join(names::LOCKS), options.lock_timeout);
        let files = Arc::new(EntryFiles {
            folder: folder.clone(),
            options,
            locks,
            prunes_above: AtomicU64::new(0),
            uncounted: AtomicI64::new(0),
            courtesies: Courtesies::default(),
        });
        let uid =
            files.check_writable().map_err(|source| Unfit::Unusable { folder: folder.clone(), source })?;
        folder::mark(&folder, uid)?;
        let until = Instant::now() + files.locks.tries;
        if let Err(failed) = files.settle_all(until).and_then(|()| files.recount()) {
            files.courtesies.left("open", &failed);
        }
        Ok(Self { files, pool })
    }

    /// Where it keeps them.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.files.folder
    }

    /// With the turns to try the locks of these keys' files.
    async fn write<T: Send + 'static>(
        &self,
        keys: &[&StoreKey],
        call: impl FnOnce(&EntryFiles, Wanted) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, StoreError> {
        let names: Vec<_> = keys.iter().map(|key| self.files.names(key.as_str())).collect();
        let wanted = self.files.locks.want(names.iter().flat_map(Names::all)).await;
        let wanted = wanted.map_err(|failed| failed.into_store_error(self.folder()))?;
        self.pool.run(self.work(move |files| call(files, wanted))).await
    }

    fn work<T>(
        &self,
        call: impl FnOnce(&EntryFiles) -> Result<T, Failed> + Send + 'static,
    ) -> impl FnOnce() -> Result<T, StoreError> + Send + 'static {
        let files = Arc::clone(&self.files);
        move || call(&files).map_err(|failed| failed.into_store_error(&files.folder))
    }
}

dewar_core::converted!(Cachelib);

#[async_trait]
impl OldStore for Cachelib {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let key = key.clone();
        self.pool.run(self.work(move |files| files.load(&key, touch, now))).await
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        let (mine, entry) = (key.clone(), entry.clone());
        let create = move |files: &EntryFiles, wanted: Wanted| files.create(&mine, &entry, wanted, now);
        self.write(&[key], create).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        let (mine, seen, entry) = (key.clone(), seen.clone(), entry.clone());
        self.write(&[key], move |files, wanted| files.swap(&mine, &seen, &entry, wanted, now)).await
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
        let (from, to, seen) = (old.clone(), new.clone(), seen.clone());
        let (entry, tombstone) = (entry.clone(), tombstone.cloned());
        let rename = move |files: &EntryFiles, wanted: Wanted| {
            files.rename([&from, &to], &seen, &entry, tombstone.as_ref(), wanted, now)
        };
        self.write(&[old, new], rename).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let mine = key.clone();
        self.write(&[key], move |files, wanted| files.touch(&mine, expires, wanted, now)).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let (mine, tombstone) = (key.clone(), tombstone.cloned());
        self.write(&[key], move |files, wanted| files.remove(&mine, tombstone.as_ref(), wanted, now)).await
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }
}

#[async_trait]
impl Sweeper for Cachelib {
    /// The files do not say their keys: a folder is one program's, and all of it is swept.
    async fn sweep(&self, _: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        self.pool.walk(self.work(move |files| files.sweep(at_most, now))).await
    }
}

impl fmt::Debug for Cachelib {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cachelib({}, {:?})", self.files.folder.display(), self.files.options)
    }
}
