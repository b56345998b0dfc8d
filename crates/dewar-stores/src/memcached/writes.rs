//! Writes on one server: one request each, which the server performs in one step.

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, StoreError, StoreErrorKind, StoreKey, WriteOutcome};

use super::answer::{Answer, Code};
use super::failure::{is_out_of_memory, unexpected};
use super::request::{Command, Condition};
use super::server_store::ServerStore;
use super::ttl::Ttl;

/// The CAS number after an entry was removed. Memcached counts from one, so no entry has it.
const NOT_STORED: u64 = 0;

impl ServerStore {
    /// An entry that has expired is created and expires in one step.
    pub(super) async fn create(
        &self,
        key: &StoreKey,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let answer = self.ask(key, set(entry, Condition::Absent, now)).await?;
        match answer.code {
            Code::NotStored => Ok(WriteOutcome::Taken),
            _ => saved(&answer),
        }
    }

    pub(super) async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let seen = seen.number().ok_or_else(|| StoreError::refused("the revision is from another store"))?;
        let command = if entry.is_expired(now) {
            Command::Delete { seen: Some(seen) }
        } else {
            set(entry, Condition::Seen(seen), now)
        };
        let answer = self.ask(key, command).await?;
        match answer.code {
            Code::Missing => Ok(WriteOutcome::Gone),
            Code::Changed => self.conflict(key, now).await,
            _ => saved(&answer),
        }
    }

    /// Without memory for the tombstone, the server has removed the entry.
    pub(super) async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let Some(tombstone) = tombstone.filter(|tombstone| !tombstone.is_expired(now)) else {
            return self.delete(key).await;
        };
        match self.ask(key, set(tombstone, Condition::Present, now)).await {
            Err(error) if is_out_of_memory(&error) => self.delete(key).await.map(|_| WriteOutcome::Removed),
            answer => match answer?.code {
                Code::Done => Ok(WriteOutcome::Removed),
                Code::NotStored | Code::Missing => Ok(WriteOutcome::Gone),
                _ => Err(unexpected()),
            },
        }
    }

    async fn delete(&self, key: &StoreKey) -> Result<WriteOutcome, StoreError> {
        match self.ask(key, Command::Delete { seen: None }).await?.code {
            Code::Done => Ok(WriteOutcome::Removed),
            Code::Missing => Ok(WriteOutcome::Gone),
            _ => Err(unexpected()),
        }
    }

    /// What another write has stored. Ours was not done, whatever this call ends with.
    async fn conflict(&self, key: &StoreKey, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        match self.get(key, now).await {
            Ok(Some(found)) => Ok(WriteOutcome::Changed(found)),
            Ok(None) => Ok(WriteOutcome::Gone),
            Err(error) if error.kind() == StoreErrorKind::NoAnswer => Err(StoreError::unavailable(error)),
            Err(error) => Err(error),
        }
    }
}

fn set(entry: &Entry, only_if: Condition, now: UnixTime) -> Command<'_> {
    Command::Set { value: &entry.payload, ttl: Ttl::until(entry.expires, now), only_if }
}

/// The new CAS number. An entry that was removed has none.
fn saved(answer: &Answer) -> Result<WriteOutcome, StoreError> {
    match answer.code {
        Code::Done => Ok(WriteOutcome::Saved(Revision::from_number(answer.cas.unwrap_or(NOT_STORED)))),
        _ => Err(unexpected()),
    }
}
