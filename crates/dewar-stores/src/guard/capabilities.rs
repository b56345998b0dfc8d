//! The capabilities of the guarded store, with a longer deadline. They are retried only if the first attempt did nothing.

use dewar_core::clock::UnixTime;
use dewar_core::{
    Answer, BoxedAnswer, Cursor, Lister, Owners, Page, StoreError, StoreKey, Stored, Sweeper, Trim,
    async_trait,
};

use super::Guard;
use super::call::Call;

impl Guard {
    /// Calls a capability, if the store has it.
    async fn ask_long<'a, C: ?Sized + Sync, T: Send + 'a>(
        &'a self,
        op: &'static str,
        capability: Option<&'a C>,
        ask: impl Fn(&'a C) -> BoxedAnswer<'a, T> + Send + Sync + 'a,
    ) -> Result<T, StoreError> {
        let capability =
            capability.ok_or_else(|| StoreError::refused("this store does not have this capability"))?;
        Call::long(self, op).ask(move || Answer::Later(ask(capability))).await
    }
}

#[async_trait]
impl Sweeper for Guard {
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        self.ask_long("sweep", self.store.sweeper(), |store| store.sweep(prefix, at_most, now)).await
    }
}

#[async_trait]
impl Lister for Guard {
    async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError> {
        self.ask_long("list", self.store.lister(), |store| store.list(prefix, after, at_most, now)).await
    }
}

#[async_trait]
impl Owners for Guard {
    async fn owned_by(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        self.ask_long("owned_by", self.store.owners(), |store| store.owned_by(owner, now)).await
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        self.ask_long("remove_all", self.store.owners(), |store| store.remove_all(owner, except, now)).await
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        self.ask_long("trim", self.store.owners(), |store| store.trim(owner, at_most, trim, now)).await
    }
}
