//! The store in Dewar's own format, and its capabilities.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Lister, Owners, Page, StoreError, StoreKey, Stored, Trim};

use super::format::NativeFiles;
use super::layout;
use super::name::Name;
use crate::OpenError;
use crate::files::failure::Failure;
use crate::files::store::FileStore;
use crate::pool::{self, Pool};

/// A session store in files: it needs a folder for itself, survives crashes, and can be shared by any number of processes on one machine.
///
/// ```
/// # let data = tempfile::tempdir().unwrap();
/// let store = dewar_stores::Filesystem::open(data.path().join("sessions"))?;
/// # Ok::<(), dewar_stores::OpenError>(())
/// ```
///
/// * After a crash, an entry is either the old or the new one, never a mixture, and no session has two ids or none. If a file is damaged
///   nevertheless, its session counts as absent, and the fingerprint of its key is logged (feature `tracing`).
/// * Reads take no lock. A write locks 1/256 of the entries with `flock`, so put the folder on a local disk, not on a network drive. If another
///   process holds such a lock for too long, only writes to these entries fail.
/// * It works on its own threads (16). A call that is dropped before a thread starts it is never started; a call that was started runs to its end.
/// * If the folder is missing (unmounted, removed, emptied), calls fail and no session ends. Once it is back, the sessions are, too.
/// * If the disk is too full for a tombstone, a session is removed without one.
/// * Only the user who runs the process can read the files (modes 0600 and 0700), and no symlink in the folder is followed.
/// * [`remove_all`](Owners::remove_all) and [`trim`](Owners::trim) remove one file after the other. The owner gets no new entry meanwhile, but
///   after a crash some entries may be left.
/// * A tombstone has no owner.
pub type Filesystem = FileStore<NativeFiles>;

/// The name of its threads.
const THREAD: &str = "dewar-files";

impl FileStore<NativeFiles> {
    /// Opens a store in this folder, and creates the folder if it does not exist.
    ///
    /// This blocks for a moment: open the store before the server starts.
    ///
    /// # Errors
    /// If the folder contains other files, belongs to another user, is writable by others, or is not writable by this process.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, OpenError> {
        layout::prepare(folder.as_ref())?;
        Ok(Self::new(NativeFiles::new(folder.as_ref()), Pool::new(THREAD, pool::THREADS)))
    }

    /// Opens a store that is already in this folder. Nothing is created.
    ///
    /// # Errors
    /// If the folder does not exist or no store has been opened in it, and as [`open`](Self::open).
    pub fn open_existing(folder: impl AsRef<Path>) -> Result<Self, OpenError> {
        layout::check_exists(folder.as_ref())?;
        Self::open(folder)
    }

    /// Sets whether a write is synced to the disk before it is answered. Default: true.
    ///
    /// Without this, writes are several times as fast, but if the machine crashes, the last half minute may be lost: new sessions, changes, and
    /// also logouts. A crash of the process loses nothing.
    #[must_use]
    pub fn durable(mut self, is_durable: bool) -> Self {
        self.files_mut().is_durable = is_durable;
        self
    }

    /// Sets the largest number of threads of the store. No other thread waits for its disk. Default: 16.
    #[must_use]
    pub fn threads(self, threads: NonZeroUsize) -> Self {
        self.with_pool(Pool::new(THREAD, threads))
    }

    /// Sets how long a write tries a lock that another process holds, before it fails as [busy](dewar_core::StoreErrorKind::Busy). It should be
    /// less than the deadline of the [`Guard`](crate::guard::Guard) around the store. Default: 125 ms.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.files_mut().folder.locks.timeout = timeout;
        self
    }

    /// Walks through the entries of an owner, with the owner's lock held. Entries are locked one after the other.
    async fn walk_owned<T: Send + 'static>(
        &self,
        owner: &str,
        work: impl FnOnce(&NativeFiles, &Name) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (turns, owner) = (self.turns(Some(owner), &[]).await?, Name::from_text(owner));
        let walk = move |files: &NativeFiles| {
            let _lock = files.folder.locks.lock(turns)?;
            work(files, &owner)
        };
        self.walk(walk).await
    }
}

#[async_trait]
impl Lister for FileStore<NativeFiles> {
    async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError> {
        let (prefix, after) = (prefix.to_owned(), after.cloned());
        self.walk(move |files| files.list(&prefix, after.as_ref(), at_most, now)).await
    }
}

#[async_trait]
impl Owners for FileStore<NativeFiles> {
    async fn owned_by(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
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
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        self.walk_owned(owner, move |files, owner| files.trim(owner, at_most, trim, now)).await
    }
}
