//! A store written with `async fn`.

use std::fmt;
use std::time::Duration;

use crate::clock::UnixTime;
use crate::{
    Answer, Lister, Owners, Store, StoreError, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome,
};

/// A [`Store`] written as three `async fn`s. The rules that it must follow are in [the documentation of the crate](crate).
///
/// Every type that implements it is a [`Store`]. Implement [`Store`] directly if answers can be ready at once.
///
/// An engine that blocks (a file, an embedded database) must not block the thread that polls the future. Run its calls on another thread, with
/// clones of the keys and entries (tokio: `spawn_blocking`), or tell the runtime that the thread blocks (tokio: `block_in_place`).
///
/// For example, sessions in a map:
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::{Mutex, MutexGuard, PoisonError};
///
/// use dewar_core::clock::UnixTime;
/// use dewar_core::{AsyncStore, Entry, Revision, StoreError, StoreKey, Stored, Touch, Write, WriteOutcome};
///
/// #[derive(Debug, Default)]
/// struct InMap(Mutex<BTreeMap<StoreKey, Entry>>);
///
/// impl InMap {
///     /// One lock around everything makes each call atomic; an expired entry is absent.
///     fn living(&self, now: UnixTime) -> MutexGuard<'_, BTreeMap<StoreKey, Entry>> {
///         let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         entries.retain(|_, entry| !entry.is_expired(now));
///         entries
///     }
/// }
///
/// fn revision(entry: &Entry) -> Revision {
///     Revision::from_payload(entry.payload.clone())
/// }
///
/// fn stored(entry: &Entry) -> Stored {
///     Stored { payload: entry.payload.clone(), revision: revision(entry), expires: entry.expires }
/// }
///
/// impl AsyncStore for InMap {
///     async fn load(
///         &self,
///         key: &StoreKey,
///         touch: Option<Touch>,
///         now: UnixTime,
///     ) -> Result<Option<Stored>, StoreError> {
///         let mut entries = self.living(now);
///         let Some(entry) = entries.get_mut(key) else { return Ok(None) };
///         let found = stored(entry);
///         if let Some(touch) = touch.filter(|touch| touch.is_due(entry.expires)) {
///             entry.expires = Some(touch.expires);
///         }
///         Ok(Some(found))
///     }
///
///     async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
///         let mut entries = self.living(now);
///         let found = entries.get(write.key()).map(stored);
///         if let Some(refusal) = write.refusal(found, |key| entries.contains_key(key)) {
///             return Ok(refusal);
///         }
///         entries.remove(write.key());
///         entries.extend(write.entries().map(|(key, entry)| (key.clone(), entry.clone())));
///         Ok(write.entry().map_or(WriteOutcome::Removed, |entry| WriteOutcome::Saved(revision(entry))))
///     }
///
///     async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
///         let mut entries = self.living(now);
///         Ok(entries.get_mut(key).map(|entry| entry.expires = Some(expires)).is_some())
///     }
/// }
/// ```
pub trait AsyncStore: fmt::Debug + Send + Sync {
    /// See [`Store::load`].
    ///
    /// # Errors
    /// When the engine fails.
    fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> impl Future<Output = Result<Option<Stored>, StoreError>> + Send;

    /// See [`Store::write`].
    ///
    /// # Errors
    /// When the engine fails.
    fn write(
        &self,
        write: Write<'_>,
        now: UnixTime,
    ) -> impl Future<Output = Result<WriteOutcome, StoreError>> + Send;

    /// See [`Store::touch`].
    ///
    /// # Errors
    /// When the engine fails.
    fn touch(
        &self,
        key: &StoreKey,
        expires: UnixTime,
        now: UnixTime,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// See [`Store::load_without_expiry`].
    ///
    /// # Errors
    /// When the engine fails.
    fn load_without_expiry(
        &self,
        key: &StoreKey,
        now: UnixTime,
    ) -> impl Future<Output = Result<Option<Stored>, StoreError>> + Send {
        self.load(key, None, now)
    }

    /// See [`Store::is_faster_without_expiry`].
    fn is_faster_without_expiry(&self) -> bool {
        false
    }

    /// See [`Store::timeout`].
    fn timeout(&self) -> Option<Duration> {
        None
    }

    /// See [`Store::sweeper`].
    fn sweeper(&self) -> Option<&dyn Sweeper> {
        None
    }

    /// See [`Store::lister`].
    fn lister(&self) -> Option<&dyn Lister> {
        None
    }

    /// See [`Store::owners`].
    fn owners(&self) -> Option<&dyn Owners> {
        None
    }
}

impl<S: AsyncStore> Store for S {
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        Answer::later(AsyncStore::load(self, key, touch, now))
    }

    fn load_without_expiry<'a>(&'a self, key: &'a StoreKey, now: UnixTime) -> Answer<'a, Option<Stored>> {
        Answer::later(AsyncStore::load_without_expiry(self, key, now))
    }

    fn is_faster_without_expiry(&self) -> bool {
        AsyncStore::is_faster_without_expiry(self)
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, WriteOutcome> {
        Answer::later(AsyncStore::write(self, write, now))
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        Answer::later(AsyncStore::touch(self, key, expires, now))
    }

    fn timeout(&self) -> Option<Duration> {
        AsyncStore::timeout(self)
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        AsyncStore::sweeper(self)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        AsyncStore::lister(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        AsyncStore::owners(self)
    }
}
