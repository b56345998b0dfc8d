//! The guard as a store: its calls, and what the answer to a retry means.

use std::time::Duration;

use dewar_core::clock::UnixTime;
use dewar_core::{
    Answer, Entry, Lister, Owners, Store, StoreError, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome,
};

use super::Guard;
use super::call::Call;

#[deny(clippy::missing_trait_methods)]
impl Store for Guard {
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        Call::new(self, "load", key).ask(move || self.store.load(key, touch, now))
    }

    fn load_without_expiry<'a>(&'a self, key: &'a StoreKey, now: UnixTime) -> Answer<'a, Option<Stored>> {
        Call::new(self, "load", key).ask(move || self.store.load_without_expiry(key, now))
    }

    fn is_faster_without_expiry(&self) -> bool {
        self.store.is_faster_without_expiry()
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, WriteOutcome> {
        Call::new(self, write.name(), write.key()).retryable_if(write.is_retryable()).ask_and_settle(
            move || self.store.write(write, now),
            move |call, second, lost| Answer::later(settle(call, write, second, lost, now)),
        )
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        Call::new(self, "touch", key).ask(move || self.store.touch(key, expires, now))
    }

    fn timeout(&self) -> Option<Duration> {
        Some(self.options.deadline)
    }

    /// A call may have to wait for its turn, or for a retry.
    fn answers_at_once(&self) -> bool {
        false
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        self.store.sweeper().map(|_| self as &dyn Sweeper)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        self.store.lister().map(|_| self as &dyn Lister)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.store.owners().map(|_| self as &dyn Owners)
    }
}

/// Interprets the answer to a retry when the answer to the first attempt was lost: the first attempt may have been done.
async fn settle<'a>(
    call: &Call<'a>,
    write: Write<'a>,
    second: WriteOutcome,
    lost: StoreError,
    now: UnixTime,
) -> Result<WriteOutcome, StoreError> {
    match (write, second) {
        (Write::Create { key, entry }, WriteOutcome::Taken) => {
            created(entry, call.look(key, now).await, lost)
        }
        (Write::Swap { entry, .. }, WriteOutcome::Changed(found)) => swapped(entry, found, lost),
        (Write::Rename { .. }, WriteOutcome::Saved(revision)) => Ok(WriteOutcome::Saved(revision)),
        (Write::Rename { new_key, entry, tombstone, .. }, second) => {
            renamed(entry, tombstone, second, call.look(new_key, now).await, lost)
        }
        (_, second) => Ok(second),
    }
}

type Found = Result<Option<Stored>, StoreError>;

/// Each session has its own key, so an entry with our payload under it was stored by the first attempt. If nothing is stored any more, it is
/// unknown whether our entry was removed or another entry was there.
fn created(entry: &Entry, found: Found, lost: StoreError) -> Result<WriteOutcome, StoreError> {
    match found {
        Ok(Some(found)) if is_of(entry, &found) => Ok(WriteOutcome::Saved(found.revision)),
        Ok(Some(_)) => Ok(WriteOutcome::Taken),
        _ => Err(lost),
    }
}

/// If the retry finds its own entry, the first attempt was done. If it finds another entry, ours may have been stored before it or not, and to
/// write again could be to write twice.
fn swapped(entry: &Entry, found: Stored, lost: StoreError) -> Result<WriteOutcome, StoreError> {
    if is_of(entry, &found) { Ok(WriteOutcome::Saved(found.revision)) } else { Err(lost) }
}

/// If our entry is under the new key, the first attempt was done, whatever has happened to the old key since. If only our tombstone is under the
/// old key, it was done, and the new entry has since been removed or replaced. Otherwise the second answer is the answer.
fn renamed(
    entry: &Entry,
    tombstone: Option<&Entry>,
    second: WriteOutcome,
    new: Found,
    lost: StoreError,
) -> Result<WriteOutcome, StoreError> {
    let is_ours = |old: &Stored| tombstone.is_some_and(|tombstone| is_of(tombstone, old));
    match (second, new) {
        (_, Ok(Some(new))) if is_of(entry, &new) => Ok(WriteOutcome::Saved(new.revision)),
        (WriteOutcome::Changed(old), Ok(None)) if is_ours(&old) => Ok(WriteOutcome::Gone),
        (WriteOutcome::Changed(old), Ok(Some(_))) if is_ours(&old) => Err(lost),
        (_, Err(_)) => Err(lost),
        (second, Ok(_)) => Ok(second),
    }
}

fn is_of(entry: &Entry, found: &Stored) -> bool {
    found.payload == entry.payload
}
