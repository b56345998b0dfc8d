//! A store written with `async fn`.

use std::fmt;

use crate::clock::UnixTime;
use crate::{Answer, Lister, Owners, Store, StoreError, StoreKey, Stored, Sweeper, Touch, Write, Written};

/// A [`Store`] that waits for each answer: three `async fn`s. The rules stand in [the crate's own words](crate).
///
/// Everything that implements it is a [`Store`]. Implement [`Store`] itself where an answer may be there at once.
pub trait AsyncStore: fmt::Debug + Send + Sync {
    /// As [`Store::load`].
    ///
    /// # Errors
    /// When the engine fails.
    fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> impl Future<Output = Result<Option<Stored>, StoreError>> + Send;

    /// As [`Store::write`].
    ///
    /// # Errors
    /// When the engine fails.
    fn write(
        &self,
        write: Write<'_>,
        now: UnixTime,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;

    /// As [`Store::touch`].
    ///
    /// # Errors
    /// When the engine fails.
    fn touch(
        &self,
        key: &StoreKey,
        expires: UnixTime,
        now: UnixTime,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// As [`Store::sweeper`].
    fn sweeper(&self) -> Option<&dyn Sweeper> {
        None
    }

    /// As [`Store::lister`].
    fn lister(&self) -> Option<&dyn Lister> {
        None
    }

    /// As [`Store::owners`].
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

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, Written> {
        Answer::later(AsyncStore::write(self, write, now))
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        Answer::later(AsyncStore::touch(self, key, expires, now))
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
