//! What the store can do besides: walks through many entries, with few threads.

use std::sync::Arc;

use async_trait::async_trait;
use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Lister, Owners, Page, StoreError, StoreKey, Stored, Surplus, Sweeper};

use super::store::Filesystem;
use super::sweep::Over;

#[async_trait]
impl Sweeper for Filesystem {
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        let (at, prefix) = (Arc::clone(&self.sweeps_at), prefix.to_owned());
        self.walk(move |files| files.sweep(&at, &Over { prefix: &prefix, now }, at_most)).await
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
        self.walk(move |files| files.list(&prefix, after.as_ref(), at_most, now)).await
    }
}

#[async_trait]
impl Owners for Filesystem {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        self.walk_owned(owner, move |files, owner| files.of(owner, now)).await
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
