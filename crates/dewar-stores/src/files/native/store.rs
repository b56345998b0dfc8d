//! The store: each call of the contract on a thread that may wait for the disk.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;
use std::time::Duration;

use async_trait::async_trait;
use dewar_core::clock::UnixTime;
use dewar_core::old::{Created, OldStore, Renamed, Swapped};
use dewar_core::{Entry, Lister, Owners, Revision, StoreError, StoreKey, Stored, Sweeper, Touch};

use super::entry_files::EntryFiles;
use super::folder;
use super::locks::{Held, Wanted};
use super::name::Name;
use crate::OpenError;
use crate::files::failed::Failed;
use crate::pool::{self, Pool};

/// Keeps sessions in a folder of its own. Copies share it.
///
/// ```
/// # let data = tempfile::tempdir().unwrap();
/// let store = dewar_stores::Filesystem::open(data.path().join("sessions"))?;
/// # Ok::<(), dewar_stores::OpenError>(())
/// ```
///
/// The work is done on threads of its own. A call that is dropped before its turn is not begun; one that was begun goes on to its end.
#[derive(Clone)]
pub struct Filesystem {
    files: Arc<EntryFiles>,
    pool: Arc<Pool>,
    /// The shard at which the sweeper goes on.
    pub(super) sweeps_at: Arc<AtomicU8>,
}

impl Filesystem {
    /// Keeps sessions in this folder, which is made if it is not there.
    ///
    /// This blocks for a moment: open the store before the server.
    ///
    /// # Errors
    /// When the folder is not fit: it holds other things, belongs to another user, others may write to it or we may not.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, OpenError> {
        folder::claim(folder.as_ref())?;
        let files = Arc::new(EntryFiles::new(folder.as_ref()));
        Ok(Self { files, pool: Arc::new(Pool::new(THREAD, pool::THREADS)), sweeps_at: Arc::default() })
    }

    /// Whether a write is on the disk when it is answered (it is, unless said otherwise).
    ///
    /// Without it writes are several times as fast. If the machine then crashes, sessions of the last half minute may be lost, or be as
    /// they were before, also those that were ended; a crash of the process loses nothing.
    #[must_use]
    pub fn durable(mut self, is_durable: bool) -> Self {
        Arc::make_mut(&mut self.files).is_durable = is_durable;
        self
    }

    /// How many threads it has at most: 16, unless said otherwise. No other thread waits for its disk.
    #[must_use]
    pub fn threads(self, threads: NonZeroUsize) -> Self {
        Self { pool: Arc::new(Pool::new(THREAD, threads)), ..self }
    }

    /// How long a write tries a lock that another process holds, before it is [busy](dewar_core::StoreErrorKind::Busy): 125 ms, unless
    /// said otherwise. To be less than the deadline of the [`Guard`](crate::guard::Guard) before it.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        Arc::make_mut(&mut self.files).locks.tries = timeout;
        self
    }

    /// Where it keeps them.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.files.folder
    }

    async fn read<T: Send + 'static>(
        &self,
        call: impl FnOnce(&EntryFiles) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.pool.run(self.work(call)).await
    }

    /// With the locks of these entries, and of the owner to whom one of them goes.
    async fn write<T: Send + 'static>(
        &self,
        owner: Option<&str>,
        keys: &[&StoreKey],
        call: impl FnOnce(&EntryFiles, &Held) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, StoreError> {
        let wanted = self.want(owner, keys).await?;
        self.pool.run(self.work(move |files| call(files, &files.locks.hold(wanted)?))).await
    }

    /// Through all of it.
    pub(super) async fn walk<T: Send + 'static>(
        &self,
        call: impl FnOnce(&EntryFiles) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.pool.walk(self.work(call)).await
    }

    /// With the lock of this owner. Entries are locked one after the other, as the walk comes to them.
    pub(super) async fn walk_owned<T: Send + 'static>(
        &self,
        owner: &str,
        call: impl FnOnce(&EntryFiles, &Name) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (wanted, owner) = (self.want(Some(owner), &[]).await?, Name::of(owner));
        let walk = move |files: &EntryFiles| {
            let _held = files.locks.hold(wanted)?;
            call(files, &owner)
        };
        self.pool.walk(self.work(walk)).await
    }

    async fn want(&self, owner: Option<&str>, keys: &[&StoreKey]) -> Result<Wanted, StoreError> {
        let names: Vec<_> = keys.iter().map(|key| Name::of(key.as_str())).collect();
        let names: Vec<_> = names.iter().collect();
        let wanted = self.files.locks.want(owner.map(Name::of).as_ref(), &names).await;
        wanted.map_err(|failed| failed.into_store_error(self.folder()))
    }

    fn work<T>(
        &self,
        call: impl FnOnce(&EntryFiles) -> Result<T, Failed> + Send + 'static,
    ) -> impl FnOnce() -> Result<T, StoreError> + Send + 'static {
        let files = Arc::clone(&self.files);
        move || call(&files).map_err(|failed| failed.into_store_error(&files.folder))
    }
}

/// What its threads are called.
const THREAD: &str = "dewar-files";

dewar_core::converted!(Filesystem);

#[async_trait]
impl OldStore for Filesystem {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let key = key.clone();
        self.read(move |files| files.load(&key, touch, now)).await
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        let (mine, entry) = (key.clone(), entry.clone());
        let owner = entry.owner.clone();
        let create = move |files: &EntryFiles, held: &Held| files.create(&mine, &entry, held, now);
        self.write(owner.as_deref(), &[key], create).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        let (mine, seen, entry) = (key.clone(), seen.clone(), entry.clone());
        let owner = entry.owner.clone();
        let swap = move |files: &EntryFiles, held: &Held| files.swap(&mine, &seen, &entry, held, now);
        self.write(owner.as_deref(), &[key], swap).await
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
        let owner = entry.owner.clone();
        let rename = move |files: &EntryFiles, held: &Held| {
            files.rename([&from, &to], &seen, &entry, tombstone.as_ref(), held, now)
        };
        self.write(owner.as_deref(), &[old, new], rename).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let mine = key.clone();
        self.write(None, &[key], move |files, _| files.touch(&mine, expires, now)).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let (mine, tombstone) = (key.clone(), tombstone.cloned());
        self.write(None, &[key], move |files, _| files.remove(&mine, tombstone.as_ref(), now)).await
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

impl fmt::Debug for Filesystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filesystem({}, durable: {})", self.folder().display(), self.files.is_durable)
    }
}
