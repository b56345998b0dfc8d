//! The contract on one server.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use dewar_core::clock::UnixTime;
use dewar_core::{AsyncStore, Revision, StoreError, StoreKey, Stored, Touch, Write, WriteOutcome};

use super::answer::{Answer, Code};
use super::failure::unexpected;
use super::key::on_the_wire;
use super::renaming::Rename;
use super::request::{Command, Request};
use super::server::Server;
use super::ttl::{self, Ttl};
use super::value;
use crate::guard::observe;

/// The entries on one server.
#[derive(Clone)]
pub(super) struct ServerStore(pub(super) Arc<Server>);

impl AsyncStore for ServerStore {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let found = self.get(key, now).await?;
        let is_due = |touch: &Touch| found.as_ref().is_some_and(|found| touch.is_due(found.expires));
        if let Some(touch) = touch.filter(is_due) {
            self.touch_after_load(key, touch, now).await;
        }
        Ok(found)
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        match write {
            Write::Create { key, entry } => self.create(key, entry, now).await,
            Write::Swap { key, seen, entry } => self.swap(key, seen, entry, now).await,
            Write::Remove { key, tombstone } => self.remove(key, tombstone, now).await,
            Write::Rename { .. } => {
                let both = [(); 2].map(|()| Arc::new(self.clone()) as Arc<dyn dewar_core::Store>);
                let Some(rename) = Rename::new(write, both, now) else { return Err(unexpected()) };
                rename.within(4 * self.0.timeout()).await
            }
        }
    }

    /// A tombstone that has replaced the entry is touched as well.
    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let ttl = Ttl::until(Some(expires), now);
        match self.ask(key, Command::Touch(ttl)).await?.code {
            Code::Done => Ok(true),
            Code::Missing => Ok(false),
            _ => Err(unexpected()),
        }
    }
}

impl ServerStore {
    pub(super) async fn ask(&self, key: &StoreKey, command: Command<'_>) -> Result<Answer, StoreError> {
        self.0.ask(Request { key: &on_the_wire(key), command }).await
    }

    pub(super) async fn get(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        let answer = self.ask(key, Command::Get).await?;
        let (payload, cas, ttl) = match answer {
            Answer { code: Code::Value(payload), cas: Some(cas), ttl: Some(ttl), .. } => (payload, cas, ttl),
            Answer { code: Code::Missing, .. } => return Ok(None),
            _ => return Err(unexpected()),
        };
        let payload = value::plain(payload, answer.client_flags);
        Ok(Some(Stored { payload, revision: Revision::from_number(cas), expires: ttl::expires(ttl, now) }))
    }

    /// If the touch fails, the load still succeeds: the next read tries again.
    async fn touch_after_load(&self, key: &StoreKey, touch: Touch, now: UnixTime) {
        let started = Instant::now();
        if let Err(error) = AsyncStore::touch(self, key, touch.expires, now).await {
            observe::call_ended("touch", Some(key), Some(error.kind()), started.elapsed());
        }
    }
}

/// `Debug` shows the address.
impl fmt::Debug for ServerStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.place().fmt(f)
    }
}
