//! The contract.

use std::time::{Duration, Instant};

use ::redis::{Cmd, Pipeline};
use bytes::Bytes;
use dewar_core::clock::UnixTime;
use dewar_core::{
    AsyncStore, Lister, Owners, Revision, StoreError, StoreKey, Stored, Touch, Write, WriteOutcome,
};
use tokio::time::Instant as Deadline;

use super::Redis;
use super::touch::EntryTouch;
use super::ttl::{self, Ttl};
use crate::guard::observe;

impl AsyncStore for Redis {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let deadline = self.connection.deadline();
        let (pttl, payload): (i64, Option<Bytes>) = self.connection.ask_all(&find(key), deadline).await?;
        let Some(payload) = payload else { return Ok(None) };
        let found = stored(payload, pttl, now);
        if let Some(touch) = touch.filter(|touch| touch.is_due(found.expires)) {
            // Rare, and its future is large.
            Box::pin(self.touch_after_load(key, &found, touch, now, deadline)).await;
        }
        Ok(Some(found))
    }

    async fn load_without_expiry(&self, key: &StoreKey, _: UnixTime) -> Result<Option<Stored>, StoreError> {
        let payload: Option<Bytes> =
            self.connection.ask(&command("GET", key), self.connection.deadline()).await?;
        Ok(payload.map(without_expiry))
    }

    fn is_faster_without_expiry(&self) -> bool {
        true
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        self.write_entry(write, now).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let ttl = Ttl::until(Some(expires), now);
        let touch = EntryTouch { key: key.clone(), ttl, seen: None, now };
        self.touch_entry(touch, self.connection.deadline()).await
    }

    fn timeout(&self) -> Option<Duration> {
        Some(self.connection.timeout())
    }

    fn lister(&self) -> Option<&dyn Lister> {
        Some(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.has_owners.then_some(self as &dyn Owners)
    }
}

impl Redis {
    /// If the touch fails, the load still succeeds: the next read tries again.
    async fn touch_after_load(
        &self,
        key: &StoreKey,
        found: &Stored,
        touch: Touch,
        now: UnixTime,
        deadline: Deadline,
    ) {
        let (started, ttl) = (Instant::now(), Ttl::until(Some(touch.expires), now));
        let touch = EntryTouch { key: key.clone(), ttl, seen: Some(found.payload.clone()), now };
        if let Err(error) = self.touch_entry(touch, deadline).await {
            observe::call_ended("touch", Some(key), Some(error.kind()), started.elapsed());
        }
    }
}

/// The commands that load an entry with its TTL.
fn find(key: &StoreKey) -> Pipeline {
    let mut commands = Pipeline::with_capacity(2);
    commands.add_command(command("PTTL", key)).add_command(command("GET", key));
    commands
}

/// A command that has a key alone, in buffers of the right size.
fn command(name: &str, key: &StoreKey) -> Cmd {
    let mut command = Cmd::with_capacity(2, name.len() + key.as_bytes().len());
    command.arg(name).arg(key.as_bytes());
    command
}

/// The stored entry, from its payload and the answer to `PTTL`.
pub(super) fn stored(payload: Bytes, pttl: i64, now: UnixTime) -> Stored {
    Stored { expires: ttl::expires(pttl, now), ..without_expiry(payload) }
}

fn without_expiry(payload: Bytes) -> Stored {
    Stored { revision: Revision::from_payload(payload.clone()), payload, expires: None }
}
