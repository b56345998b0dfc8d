//! What the store behind can do besides, with more time. There is a second try only if nothing was done at the first.

use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Lister, Owners, Page, StoreError, StoreKey, Stored, Surplus, Sweeper, async_trait};

use super::Guard;
use super::call::Call;
use super::reason::Reason;

#[async_trait]
impl Sweeper for Guard {
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        let sweeper = self.store.sweeper().ok_or_else(incapable)?;
        let call = Call::long(self, "sweep");
        let answer = call.ask(|| sweeper.sweep(prefix, at_most, now)).await;
        call.end(answer.map(|answer| answer.value))
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
        let lister = self.store.lister().ok_or_else(incapable)?;
        let call = Call::long(self, "list");
        let answer = call.ask(|| lister.list(prefix, after, at_most, now)).await;
        call.end(answer.map(|answer| answer.value))
    }
}

#[async_trait]
impl Owners for Guard {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        let owners = self.store.owners().ok_or_else(incapable)?;
        let call = Call::long(self, "of_owner");
        let answer = call.ask(|| owners.of(owner, now)).await;
        call.end(answer.map(|answer| answer.value))
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let owners = self.store.owners().ok_or_else(incapable)?;
        let call = Call::long(self, "remove_all");
        let answer = call.ask(|| owners.remove_all(owner, except, now)).await;
        call.end(answer.map(|answer| answer.value))
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let owners = self.store.owners().ok_or_else(incapable)?;
        let call = Call::long(self, "trim");
        let answer = call.ask(|| owners.trim(owner, at_most, surplus, now)).await;
        call.end(answer.map(|answer| answer.value))
    }
}

fn incapable() -> StoreError {
    StoreError::refused(Reason::Incapable)
}
