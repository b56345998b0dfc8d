//! Touches an entry, and keeps the TTL in its owner's index longer than the entry's.
//!
//! Only the entry's owner record says who the owner is, so the index cannot be named in the call that touches. Therefore the index gets twice
//! the TTL in advance. When half of the rest has passed, the index is updated after the touch, in the background.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use dewar_core::clock::UnixTime;
use dewar_core::{StoreError, StoreKey};
use tokio::time::Instant as Deadline;

use super::Redis;
use super::connection::Connection;
use super::script::{self, Call, unexpected};
use super::ttl::Ttl;
use crate::guard::observe;

/// An entry to touch, and its new TTL.
#[derive(Clone)]
pub(super) struct EntryTouch {
    pub(super) key: StoreKey,
    pub(super) ttl: Ttl,
    /// The touch is done only if this payload is stored: a tombstone that has replaced it keeps its own TTL.
    pub(super) seen: Option<Bytes>,
    pub(super) now: UnixTime,
}

/// The answer of the script: the outcome, and the owner whose index needs an update.
type Answer = (u8, Option<String>);

const THERE_IS_NONE: u8 = 0;
const DONE: u8 = 1;
const INDEX_FIRST: u8 = 2;

impl Redis {
    /// Returns `false` if there is no entry.
    pub(super) async fn touch_entry(
        &self,
        touch: EntryTouch,
        deadline: Deadline,
    ) -> Result<bool, StoreError> {
        match touch.run(&self.connection, self.has_owners, None, deadline).await? {
            (THERE_IS_NONE, _) => Ok(false),
            (DONE, owner) => {
                self.tell_index_later(touch, owner);
                Ok(true)
            }
            (INDEX_FIRST, Some(owner)) => self.touch_owned(&touch, &owner, deadline).await,
            _ => Err(unexpected()),
        }
    }

    /// If the owner has changed, the entry was written after the first call, and that write has set its own TTL. Then this touch counts as done
    /// before that write.
    async fn touch_owned(
        &self,
        touch: &EntryTouch,
        owner: &str,
        deadline: Deadline,
    ) -> Result<bool, StoreError> {
        match touch.run(&self.connection, self.has_owners, Some(owner), deadline).await? {
            (THERE_IS_NONE, _) => Ok(false),
            (DONE | INDEX_FIRST, _) => Ok(true),
            _ => Err(unexpected()),
        }
    }

    fn tell_index_later(&self, touch: EntryTouch, owner: Option<String>) {
        let Some(owner) = owner else { return };
        let (connection, started) = (Arc::clone(&self.connection), Instant::now());
        tokio::spawn(async move {
            if let Err(error) = touch.run(&connection, true, Some(&owner), connection.deadline()).await {
                observe::call_ended("index", Some(&touch.key), Some(error.kind()), started.elapsed());
            }
        });
    }
}

impl EntryTouch {
    async fn run(
        &self,
        connection: &Connection,
        has_owners: bool,
        owner: Option<&str>,
        deadline: Deadline,
    ) -> Result<Answer, StoreError> {
        let mut call = Call::new(&script::TOUCH).key(&self.key);
        if has_owners {
            call = call.owner_key(&self.key);
        }
        if let Some(owner) = owner {
            call = call.index(owner);
        }
        let call = call.ttl(self.ttl).number(self.ttl.in_index()).clock(self.now);
        let call = call.text(owner.unwrap_or_default()).text("");
        match &self.seen {
            Some(seen) => connection.run(&call.bytes(seen), deadline).await,
            None => connection.run(&call, deadline).await,
        }
    }
}
