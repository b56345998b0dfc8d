//! The store, and what it can do besides.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use dewar_core::clock::UnixTime;
use dewar_core::{
    Answer, Cursor, Lister, Owners, Page, Store, StoreError, StoreKey, Stored, Surplus, Sweeper, Touch,
    Write, Written,
};

use super::entry_files::EntryFiles;
use super::layout;
use super::name::Name;
use super::walk::Expired;
use crate::OpenError;
use crate::blocking::Blocking;
use crate::files::failure::Failure;
use crate::pool::{self, Pool};

/// Stores sessions in a folder of its own. Copies share it.
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
    files: Blocking<EntryFiles>,
}

/// What its threads are called.
const THREAD: &str = "dewar-files";

impl Filesystem {
    /// Stores sessions in this folder, which is made if it is not there.
    ///
    /// This blocks for a moment: open the store before the server.
    ///
    /// # Errors
    /// When the folder is not fit: it holds other things, belongs to another user, others may write to it or we may not.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, OpenError> {
        layout::prepare(folder.as_ref())?;
        let files = EntryFiles::new(folder.as_ref());
        Ok(Self { files: Blocking::new(files, Pool::new(THREAD, pool::THREADS)) })
    }

    /// Whether a write is on the disk when it is answered: yes, by default.
    ///
    /// Without it writes are several times as fast. If the machine then crashes, sessions of the last half minute may be lost, or be as
    /// they were before, even those that were ended; a crash of the process loses nothing.
    #[must_use]
    pub fn durable(mut self, is_durable: bool) -> Self {
        self.files.store_mut().is_durable = is_durable;
        self
    }

    /// How many threads it has at most: 16, by default. No other thread waits for its disk.
    #[must_use]
    pub fn threads(self, threads: NonZeroUsize) -> Self {
        Self { files: self.files.with_pool(Pool::new(THREAD, threads)) }
    }

    /// How long a write tries a lock that another process holds, before it fails as [busy](dewar_core::StoreErrorKind::Busy): 125 ms, by
    /// default. Choose less than the deadline of the [`Guard`](crate::guard::Guard) around it.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.files.store_mut().locks.timeout = timeout;
        self
    }

    /// The folder of the sessions.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.files.store().root
    }

    /// Walks through the entries of an owner, whose lock it holds. Entries are locked one after the other, as the walk comes to them.
    async fn walk_owned<T: Send + 'static>(
        &self,
        owner: &str,
        work: impl FnOnce(&EntryFiles, &Name) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (turns, owner) = (self.files.turns(Some(owner), &[]).await?, Name::from_text(owner));
        let walk = move |files: &EntryFiles| {
            let _lock = files.locks.lock(turns)?;
            work(files, &owner)
        };
        self.files.walk(walk).await
    }
}

impl Store for Filesystem {
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        self.files.load(key, touch, now)
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, Written> {
        self.files.write(write, now)
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        self.files.touch(key, expires, now)
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
        let prefix = prefix.to_owned();
        self.files.walk(move |files| files.sweep(&Expired { prefix: &prefix, now }, at_most)).await
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
        self.files.walk(move |files| files.list(&prefix, after.as_ref(), at_most, now)).await
    }
}

#[async_trait]
impl Owners for Filesystem {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        self.walk_owned(owner, move |files, owner| files.owned(owner, now)).await
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let except = except.cloned();
        self.walk_owned(owner, move |files, owner| files.remove_all(owner, except.as_ref(), now)).await
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        self.walk_owned(owner, move |files, owner| files.trim(owner, at_most, surplus, now)).await
    }
}

impl fmt::Debug for Filesystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filesystem({}, durable: {})", self.folder().display(), self.files.store().is_durable)
    }
}
