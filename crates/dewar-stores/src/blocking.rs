//! A store whose calls block a thread, run on [threads of its own](crate::pool).

use std::fmt;
use std::sync::Arc;

use dewar_core::clock::UnixTime;
use dewar_core::{AsyncStore, StoreError, StoreKey, Stored, Touch, Write, Written};

use crate::courtesies::Courtesies;
use crate::owned_write::OwnedWrite;
use crate::pool::Pool;

/// The calls of a store, each of which may block its thread. [`Blocking`] makes a [`Store`](dewar_core::Store) of it.
pub(crate) trait BlockingStore: fmt::Debug + Send + Sync + 'static {
    /// The turns at the locks that a write needs. It waits for them before it takes a thread.
    type Turns: Send + 'static;

    /// Why a call failed, in the store's own terms.
    type Failure: fmt::Display;

    /// Waits, without a thread, for the turns at the locks of these keys, and of the owner who gets an entry.
    fn turns(
        &self,
        owner: Option<&str>,
        keys: &[&StoreKey],
    ) -> impl Future<Output = Result<Self::Turns, Self::Failure>> + Send;

    fn find(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, Self::Failure>;

    /// As [`find`](Self::find), and moves the end if that is still due and can be done at once.
    fn find_and_touch(
        &self,
        key: &StoreKey,
        touch: Touch,
        now: UnixTime,
    ) -> Result<Option<Stored>, Self::Failure>;

    fn write(&self, write: Write<'_>, turns: Self::Turns, now: UnixTime) -> Result<Written, Self::Failure>;

    fn touch(
        &self,
        key: &StoreKey,
        expires: UnixTime,
        turns: Self::Turns,
        now: UnixTime,
    ) -> Result<bool, Self::Failure>;

    fn courtesies(&self) -> &Courtesies;

    fn store_error(&self, failure: Self::Failure) -> StoreError;

    /// A touch is a courtesy: if it cannot be done, what was found is the answer all the same.
    fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, Self::Failure> {
        let Some(found) = self.find(key, now)? else { return Ok(None) };
        let Some(touch) = touch.filter(|touch| touch.is_due(found.expires)) else { return Ok(Some(found)) };
        Ok(self.find_and_touch(key, touch, now).unwrap_or_else(|failure| {
            self.courtesies().left("touch", &failure);
            Some(found)
        }))
    }
}

/// A [`BlockingStore`] and its threads. Copies share both.
///
/// A call that is dropped before it has a thread is not begun; one that was begun runs to its end.
#[derive(Debug)]
pub(crate) struct Blocking<S> {
    store: Arc<S>,
    pool: Arc<Pool>,
}

impl<S: BlockingStore> Blocking<S> {
    pub(crate) fn new(store: S, pool: Pool) -> Self {
        Self { store: Arc::new(store), pool: Arc::new(pool) }
    }

    pub(crate) fn with_pool(self, pool: Pool) -> Self {
        Self { pool: Arc::new(pool), ..self }
    }

    pub(crate) fn store(&self) -> &S {
        &self.store
    }

    /// To change a setting of this copy.
    pub(crate) fn store_mut(&mut self) -> &mut S
    where
        S: Clone,
    {
        Arc::make_mut(&mut self.store)
    }

    /// As [`BlockingStore::turns`].
    pub(crate) async fn turns(
        &self,
        owner: Option<&str>,
        keys: &[&StoreKey],
    ) -> Result<S::Turns, StoreError> {
        self.store.turns(owner, keys).await.map_err(|failure| self.store.store_error(failure))
    }

    /// Runs work that goes through the whole store, on few of the threads.
    pub(crate) async fn walk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&S) -> Result<T, S::Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.pool.walk(self.work(work)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&S) -> Result<T, S::Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.pool.run(self.work(work)).await
    }

    fn work<T>(
        &self,
        work: impl FnOnce(&S) -> Result<T, S::Failure> + Send + 'static,
    ) -> impl FnOnce() -> Result<T, StoreError> + Send + 'static {
        let store = Arc::clone(&self.store);
        move || work(&store).map_err(|failure| store.store_error(failure))
    }

    async fn turns_to_write(&self, write: Write<'_>) -> Result<S::Turns, StoreError> {
        let owner = write.entry().and_then(|entry| entry.owner.as_deref());
        match write {
            Write::Rename { key, new_key, .. } => self.turns(owner, &[key, new_key]).await,
            _ => self.turns(owner, &[write.key()]).await,
        }
    }
}

impl<S: BlockingStore> AsyncStore for Blocking<S> {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let key = key.clone();
        self.run(move |store| store.load(&key, touch, now)).await
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<Written, StoreError> {
        let turns = self.turns_to_write(write).await?;
        let write = OwnedWrite::from(write);
        self.run(move |store| store.write(write.as_write(), turns, now)).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let turns = self.turns(None, &[key]).await?;
        let key = key.clone();
        self.run(move |store| store.touch(&key, expires, turns, now)).await
    }
}

impl<S> Clone for Blocking<S> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), pool: Arc::clone(&self.pool) }
    }
}
