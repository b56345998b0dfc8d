//! The contract, command by command.

use std::sync::Arc;
use std::time::Instant;

use ::redis::{cmd, pipe};
use bytes::Bytes;
use dewar_core::clock::UnixTime;
use dewar_core::old::{Created, OldStore, Renamed, Swapped};
use dewar_core::{Entry, Lister, Owners, Revision, StoreError, StoreKey, Stored, Touch, async_trait};

use super::RedisOptions;
use super::answers::{Leaving, Outcome, unexpected};
use super::call::Call;
use super::connection::Connection;
use super::life::{self, Life};
use super::touch::Touching;
use crate::OpenError;
use crate::guard::observe;

/// Sessions in Redis from version 6.2, or in Valkey. The tests run on the server that is installed: Redis 7.0 where this was written.
///
/// A payload is kept as it is, as a string under the very key of the session, with the server's own time to live: what
/// Flask-Session writes with `SET key value EX seconds` can be read, and the other way round. What compares before it writes is a
/// Lua script, which the server runs as one step, wholly or not at all. Redis removes what is over by itself, and goes by its own clock.
///
/// # Keys
///
/// For a program named `shop`; for Flask-Session's records, `session:` stands for `shop:`.
///
/// | key | type | what |
/// |---|---|---|
/// | `shop:{tg}:<hash>` | string | a session; `session:<id>` in Flask-Session's records |
/// | `shop:{tg}:<hash>:owner` | hash | whose it is (`owner`), since when (`place`), what the index was told (`life`, `joined`); lasts as long as the session |
/// | `shop:owner:<owner>` | sorted set | `<life> <key>` of each session of an owner's; lasts as long as the last of them can |
///
/// So one pattern covers them all. A user who may do what is needed and nothing else:
///
/// ```text
/// ACL SETUSER shop on >password ~shop:* +@read +@write +@scripting +@connection +time
/// ```
///
/// Without `+time` the program's own clock says which members of an index are over; it must then be right.
///
/// [`RedisOptions::without_owners`] leaves all but the sessions out. A tombstone is nobody's, and where the memory is full an entry
/// is removed without one.
///
/// # Round trips
///
/// Every call is one, with two exceptions. A load whose touch is due takes one more, and that is once in a tenth of the idle time. Of an
/// owner's sessions a thousand are looked at in two, and all removed in three. So a request that logs in takes two in all: it loads, and then it
/// renames the session and writes the index. After a logout the index is told, but nobody waits for that.
///
/// A Redis Cluster is refused when the store is opened. The scripts are ready for it: each touches keys of one slot, and the tag
/// `{tg}` of an id stays when it is renewed. There the index is another call before that which writes the session, so that a
/// login will take three.
///
/// # Outages
///
/// A connection that breaks is made anew by the next call, and so is one to a server that says that it cannot serve, as a primary does
/// that gave way to its replica ([`StoreErrorKind::Unable`](dewar_core::StoreErrorKind::Unable)). Every call ends within its
/// [timeout](RedisOptions::timeout). Nothing is tried twice here: that is for a [guard](crate::guard::Guard), which also tells what is
/// safe to be repeated, and why.
///
/// Redis copies to its replicas after it has answered. A failover may lose what was acknowledged in the moments before: a login, a
/// change, a logout. `min-replicas-to-write 1` makes that shorter, not impossible. Until a write is refused, a connection to a former
/// primary reads what that still holds.
///
/// The server must keep what it is given: `maxmemory-policy noeviction`, and `appendonly yes` where a session shall outlive it.
/// With another policy an index may be evicted while its sessions live, and "log out everywhere" would not find them.
#[derive(Debug)]
pub struct Redis {
    pub(super) connection: Arc<Connection>,
    pub(super) has_owners: bool,
}

impl Redis {
    /// Connects to the server at a URL; see [`RedisOptions::new`].
    ///
    /// # Errors
    /// See [`RedisOptions::open`].
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        RedisOptions::new(url).open().await
    }

    pub(super) fn new(connection: Connection, has_owners: bool) -> Self {
        Self { connection: Arc::new(connection), has_owners }
    }

    async fn outcome(&self, call: Call<'_>, now: UnixTime) -> Result<Outcome, StoreError> {
        let outcome = Outcome::of(self.connection.run(&call).await?)?;
        Ok(match outcome {
            Outcome::Done(Some(leaving)) => {
                self.forget(leaving, now);
                Outcome::Done(None)
            }
            outcome => outcome,
        })
    }

    /// What was read is the answer, whatever becomes of the touch: the next read will try again.
    async fn touch_if_due(&self, key: &StoreKey, found: &Stored, touch: Touch, now: UnixTime) {
        if !touch.is_due(found.expires) {
            return;
        }
        let (started, life) = (Instant::now(), Life::until(Some(touch.expires), now));
        let touching = Touching { key: key.clone(), life, seen: Some(found.payload.clone()), now };
        if let Err(error) = self.touch_entry(touching).await {
            observe::call_ended("touch", Some(key), Some(error.kind()), started.elapsed());
        }
    }
}

dewar_core::converted!(Redis);

#[async_trait]
impl OldStore for Redis {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let commands = pipe().pttl(key.as_str()).get(key.as_str()).clone();
        let (left, payload): (i64, Option<Bytes>) = self.connection.ask_all(&commands).await?;
        let Some(payload) = payload else { return Ok(None) };
        let found = stored(payload, left, now);
        if let Some(touch) = touch {
            self.touch_if_due(key, &found, touch, now).await;
        }
        Ok(Some(found))
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        let is_new = match (self.create_owned(key, entry, now), Life::until(entry.expires, now)) {
            (Some(call), _) => self.connection.run(&call).await?,
            (None, Life::Over) => !self.connection.ask::<bool>(cmd("EXISTS").arg(key.as_str())).await?,
            (None, life) => {
                let mut command = cmd("SET");
                command.arg(key.as_str()).arg(entry.payload.as_ref()).arg("NX");
                if let Life::For(millis) = life {
                    command.arg("PX").arg(millis);
                }
                self.connection.ask(&command).await?
            }
        };
        Ok(if is_new { Created::Created(revision(entry)) } else { Created::AlreadyThere })
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        match self.outcome(self.swap_call(key, payload(seen)?, entry, now), now).await? {
            Outcome::Done(_) => Ok(Swapped::Swapped(revision(entry))),
            Outcome::Changed(payload, left) => Ok(Swapped::Changed(stored(payload, left, now))),
            Outcome::Gone => Ok(Swapped::Gone),
            Outcome::Taken => Err(unexpected()),
        }
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<Renamed, StoreError> {
        let call = self.rename_call((old, new), payload(seen)?, entry, tombstone, now);
        Ok(match self.outcome(call, now).await? {
            Outcome::Done(_) => Renamed::Renamed(revision(entry)),
            Outcome::Changed(payload, left) => Renamed::Changed(stored(payload, left, now)),
            Outcome::Gone => Renamed::Gone,
            Outcome::Taken => Renamed::AlreadyThere,
        })
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let life = Life::until(Some(expires), now);
        self.touch_entry(Touching { key: key.clone(), life, seen: None, now }).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let call = self.remove_call(key, tombstone, now);
        let (was_there, owner, member, joined) = self.connection.run(&call).await?;
        if let Some(leaving) = Leaving::of(owner, member, joined) {
            self.forget(leaving, now);
        }
        Ok(was_there)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        Some(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.has_owners.then_some(self as &dyn Owners)
    }
}

pub(super) fn stored(payload: Bytes, left: i64, now: UnixTime) -> Stored {
    Stored { revision: Revision::of_payload(payload.clone()), payload, expires: life::end(left, now) }
}

fn revision(entry: &Entry) -> Revision {
    Revision::of_payload(entry.payload.clone())
}

fn payload(seen: &Revision) -> Result<&Bytes, StoreError> {
    seen.payload().ok_or_else(|| StoreError::refused("the revision is of another store"))
}
