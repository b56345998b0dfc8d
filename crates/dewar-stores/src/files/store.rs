//! The store in any file format, on threads that may wait for the disk.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dewar_core::clock::UnixTime;
use dewar_core::{
    AsyncStore, Lister, Owners, StoreError, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome,
};

use super::calls;
use super::failure::Failure;
use super::format::Format;
use super::locks::LockTurns;
use super::owned_write::OwnedWrite;
use crate::pool::Pool;

/// A session store in files, in one of two formats: [`Filesystem`](crate::Filesystem) or [`Cachelib`](crate::cachelib::Cachelib). Clones share
/// the folder.
///
/// It works on its own threads. A call that is dropped before a thread starts it is never started; a call that was started runs to its end.
pub struct FileStore<F> {
    files: Arc<F>,
    pool: Arc<Pool>,
}

#[expect(private_bounds, reason = "other crates cannot add formats")]
impl<F: Format> FileStore<F> {
    /// The folder of the sessions.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.files.folder().root
    }

    pub(super) fn new(files: F, pool: Pool) -> Self {
        Self { files: Arc::new(files), pool: Arc::new(pool) }
    }

    pub(super) fn with_pool(self, pool: Pool) -> Self {
        Self { pool: Arc::new(pool), ..self }
    }

    /// For changing an option of this store while it is built.
    pub(super) fn files_mut(&mut self) -> &mut F
    where
        F: Clone,
    {
        Arc::make_mut(&mut self.files)
    }

    #[cfg(test)]
    pub(super) fn files(&self) -> &F {
        &self.files
    }

    /// See [`calls::turns`].
    pub(super) async fn turns(
        &self,
        owner: Option<&str>,
        keys: &[&StoreKey],
    ) -> Result<LockTurns, StoreError> {
        let turns = calls::turns(&*self.files, owner, keys).await;
        turns.map_err(|failure| failure.into_store_error(self.folder()))
    }

    /// Runs work that walks through the whole folder, on a quarter of the threads.
    pub(super) async fn walk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&F) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.pool.walk(self.work(work)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&F) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.pool.run(self.work(work)).await
    }

    fn work<T>(
        &self,
        work: impl FnOnce(&F) -> Result<T, Failure> + Send + 'static,
    ) -> impl FnOnce() -> Result<T, StoreError> + Send + 'static {
        let files = Arc::clone(&self.files);
        move || work(&files).map_err(|failure| failure.into_store_error(&files.folder().root))
    }

    async fn turns_to_write(&self, write: Write<'_>) -> Result<LockTurns, StoreError> {
        let owner = write.entry().and_then(|entry| entry.owner.as_deref());
        match write {
            Write::Rename { key, new_key, .. } => self.turns(owner, &[key, new_key]).await,
            _ => self.turns(owner, &[write.key()]).await,
        }
    }
}

#[deny(clippy::missing_trait_methods)]
impl<F: Format> AsyncStore for FileStore<F> {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let key = key.clone();
        self.run(move |files| calls::load(files, &key, touch, now)).await
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let turns = self.turns_to_write(write).await?;
        let write = OwnedWrite::from(write);
        self.run(move |files| calls::write(files, write.as_write(), turns, now)).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let turns = self.turns(None, &[key]).await?;
        let key = key.clone();
        self.run(move |files| calls::touch(files, &key, expires, turns, now)).await
    }

    async fn load_without_expiry(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        self.load(key, None, now).await
    }

    fn is_faster_without_expiry(&self) -> bool {
        false
    }

    fn timeout(&self) -> Option<Duration> {
        None
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        F::lister(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        F::owners(self)
    }
}

#[async_trait]
impl<F: Format> Sweeper for FileStore<F> {
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        let prefix = prefix.to_owned();
        self.walk(move |files| files.sweep(&prefix, at_most, now)).await
    }
}

impl<F> Clone for FileStore<F> {
    fn clone(&self) -> Self {
        Self { files: Arc::clone(&self.files), pool: Arc::clone(&self.pool) }
    }
}

/// `Debug` shows the path and the options of the folder, and nothing of its contents.
impl<F: fmt::Debug> fmt::Debug for FileStore<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileStore").field(&self.files).finish()
    }
}
