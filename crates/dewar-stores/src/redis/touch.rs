//! Moving the end of an entry, without outliving what its owner's index was told.
//!
//! Whose an entry is says a key beside it, so that the index, which is another key, cannot be named in the call that touches. Therefore the
//! index is told of twice the time ahead; when half of what is left is used up, it is told again after the touch, and nobody waits.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use dewar_core::clock::UnixTime;
use dewar_core::{StoreError, StoreKey};

use super::answers::unexpected;
use super::call::Call;
use super::connection::Connection;
use super::life::{Life, life_in_index};
use super::{Redis, scripts};
use crate::guard::observe;

/// What shall be touched, and until when.
#[derive(Clone)]
pub(super) struct Touching {
    pub(super) key: StoreKey,
    pub(super) life: Life,
    /// Only if this is what is there: a tombstone that took its place keeps its own end.
    pub(super) seen: Option<Bytes>,
    pub(super) now: UnixTime,
}

/// What the script says: how the touch ended, and the owner whose index should hear of it.
type Answer = (u8, Option<String>);

const THERE_IS_NONE: u8 = 0;
const DONE: u8 = 1;
const INDEX_FIRST: u8 = 2;

impl Redis {
    /// `false`: there is none.
    pub(super) async fn touch_entry(&self, touching: Touching) -> Result<bool, StoreError> {
        match touching.run(&self.connection, self.has_owners, None).await? {
            (THERE_IS_NONE, _) => Ok(false),
            (DONE, owner) => {
                self.tell_index_later(touching, owner);
                Ok(true)
            }
            (INDEX_FIRST, Some(owner)) => self.touch_owned(&touching, &owner).await,
            _ => Err(unexpected()),
        }
    }

    /// Another owner by now means that the entry was written after the first call, and that write has set an end of its own:
    /// this touch came before it, and is done.
    async fn touch_owned(&self, touching: &Touching, owner: &str) -> Result<bool, StoreError> {
        match touching.run(&self.connection, self.has_owners, Some(owner)).await? {
            (THERE_IS_NONE, _) => Ok(false),
            (DONE | INDEX_FIRST, _) => Ok(true),
            _ => Err(unexpected()),
        }
    }

    fn tell_index_later(&self, touching: Touching, owner: Option<String>) {
        let Some(owner) = owner else { return };
        let (connection, started) = (Arc::clone(&self.connection), Instant::now());
        tokio::spawn(async move {
            if let Err(error) = touching.run(&connection, true, Some(&owner)).await {
                observe::call_ended("index", Some(&touching.key), Some(error.kind()), started.elapsed());
            }
        });
    }
}

impl Touching {
    async fn run(
        &self,
        connection: &Connection,
        has_owners: bool,
        owner: Option<&str>,
    ) -> Result<Answer, StoreError> {
        let mut call = Call::new(&scripts::TOUCH).key(&self.key);
        if has_owners {
            call = call.beside(&self.key);
        }
        if let Some(owner) = owner {
            call = call.index(owner);
        }
        let call = call.life(self.life).number(life_in_index(self.life)).clock(self.now);
        let call = call.text(owner.unwrap_or_default()).text("");
        match &self.seen {
            Some(seen) => connection.run(&call.bytes(seen)).await,
            None => connection.run(&call).await,
        }
    }
}
