//! The store in our own format, and what it can do besides.

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

/// Stores sessions in a folder of its own: safe against crashes, and shared by any number of processes of one machine.
///
/// ```
/// # let data = tempfile::tempdir().unwrap();
/// let store = dewar_stores::Filesystem::open(data.path().join("sessions"))?;
/// # Ok::<(), dewar_stores::OpenError>(())
/// ```
///
/// * A crash leaves the old entry or the new one, never a torn one, and no session with two ids, or none. A file that is damaged all the same
///   is absent, and reported through `tracing` (with this feature) by its key's fingerprint.
/// * Reads take no lock. Writes lock a 256th of the entries, with `flock`: put the folder on a disk of the machine's own, not on a network's.
///   A lock that another process holds for too long makes these writes fail, and nothing else.
/// * The work is done on sixteen threads of the store's own. A call that is dropped before its turn is not begun; one that was begun runs
///   to its end.
/// * A folder that is away (unmounted, removed, emptied) is an error and ends no session. When it is back, all goes on.
/// * If the disk is too full for a tombstone, a session ends without one.
/// * Everything is readable by its owner alone (0600, 0700), and no symlink in the folder is followed.
/// * [`remove_all`](Owners::remove_all) and [`trim`](Owners::trim) remove file after file: the owner gets no entry meanwhile, but a crash may
///   leave a part of them to be removed the next time.
/// * A tombstone has no owner.
pub type Filesystem = FileStore<NativeFiles>;

/// What its threads are called.
const THREAD: &str = "dewar-files";

impl FileStore<NativeFiles> {
    /// Stores sessions in this folder, which is made if it is not there.
    ///
    /// This blocks for a moment: open the store before the server.
    ///
    /// # Errors
    /// When the folder is not fit: it holds other things, belongs to another user, others may write to it or we may not.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, OpenError> {
        layout::prepare(folder.as_ref())?;
        Ok(Self::new(NativeFiles::new(folder.as_ref()), Pool::new(THREAD, pool::THREADS)))
    }

    /// Whether a write is on the disk when it is answered: yes, by default.
    ///
    /// Without it writes are several times as fast. If the machine then crashes, sessions of the last half minute may be lost, or be as
    /// they were before, even those that were ended; a crash of the process loses nothing.
    #[must_use]
    pub fn durable(mut self, is_durable: bool) -> Self {
        self.files_mut().is_durable = is_durable;
        self
    }

    /// How many threads it has at most: 16, by default. No other thread waits for its disk.
    #[must_use]
    pub fn threads(self, threads: NonZeroUsize) -> Self {
        self.with_pool(Pool::new(THREAD, threads))
    }

    /// How long a write tries a lock that another process holds, before it fails as [busy](dewar_core::StoreErrorKind::Busy): 125 ms, by
    /// default. Choose less than the deadline of the [`Guard`](crate::guard::Guard) around it.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.files_mut().folder.locks.timeout = timeout;
        self
    }

    /// Walks through the entries of an owner, whose lock it holds. Entries are locked one after the other, as the walk comes to them.
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
