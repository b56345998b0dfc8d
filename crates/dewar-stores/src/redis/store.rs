//! The contract, command by command.

use ::redis::{cmd, pipe};
use bytes::Bytes;
use dewar::clock::UnixTime;
use dewar::store::{
    Created, Entry, Lister, Owners, Renamed, Revision, Store, StoreError, StoreKey, Stored, Swapped, Touch,
    async_trait,
};

use super::call::Call;
use super::connection::Connection;
use super::life::{self, Life};
use super::{RedisOptions, scripts};
use crate::OpenError;

/// Sessions in Redis or Valkey, from version 6.2.
///
/// A payload is kept as it is, as a string under the very key of the session, with the server's own time to live: what
/// Flask-Session writes with `SET key value EX seconds` can be read, and the other way round. Every call is one round trip; what
/// compares before it writes is a Lua script, which the server runs as one step. Redis removes what is over by itself, and goes by its
/// own clock.
///
/// The index of owners lies beside the entries and is written in the same step as they are:
///
/// | key | type | what |
/// |---|---|---|
/// | `dewar:of:<key>` | string | whose an entry is; lasts as long as the entry |
/// | `dewar:owner:<owner>` | sorted set | the keys of an owner, in the order in which they came; lasts as long as the last of them |
///
/// The scripts reach keys that follow from what they find, which a Redis Cluster does not allow: with an index of owners it must be
/// a single server and its replicas. [`RedisOptions::without_owners`] leaves the index out. A tombstone is nobody's, and where the
/// memory is full an entry is removed without one.
///
/// A connection that breaks is made anew by the next call, and every call ends within its
/// [timeout](RedisOptions::timeout). Nothing is tried twice: that is for a [guard](crate::guard::Guard). The server must keep what it is
/// given: `maxmemory-policy noeviction`, and `appendonly yes` where a session shall outlive it.
#[derive(Debug)]
pub struct Redis {
    pub(super) connection: Connection,
    /// What the keys of the index of owners begin with.
    pub(super) owners: Option<String>,
}

/// How a write that compares has ended, what is there if that is something else, and how long that lasts.
type Outcome = (String, Option<Bytes>, i64);

impl Redis {
    /// Connects to the server at a URL; see [`RedisOptions::new`].
    ///
    /// # Errors
    /// See [`RedisOptions::open`].
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        RedisOptions::new(url).open().await
    }

    pub(super) fn new(connection: Connection, owners: Option<String>) -> Self {
        Self { connection, owners }
    }

    /// What the scripts are told of the index.
    pub(super) fn index(&self) -> &str {
        self.owners.as_deref().unwrap_or_default()
    }

    async fn load_and_touch(&self, key: &StoreKey, touch: Touch, now: UnixTime) -> Result<Found, StoreError> {
        let life = Life::until(Some(touch.expires), now);
        let is_due_anyway = touch.if_before >= touch.expires;
        if self.owners.is_none() && is_due_anyway {
            let mut commands = pipe();
            commands.pttl(key.as_str());
            match life {
                Life::For(millis) => commands.cmd("GETEX").arg(key.as_str()).arg("PX").arg(millis),
                _ => commands.cmd("GETDEL").arg(key.as_str()),
            };
            return self.connection.ask_all(&commands).await;
        }
        let if_left = touch.if_before.millis().saturating_sub(now.millis());
        let call = Call::new(&scripts::LOAD).key(key).life(life).number(if_left).text(self.index());
        self.connection.run(&call).await
    }
}

/// How long it lasts, and what it is.
type Found = (i64, Option<Bytes>);

#[async_trait]
impl Store for Redis {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let (left, payload) = match touch {
            Some(touch) => self.load_and_touch(key, touch, now).await?,
            None => self.connection.ask_all(pipe().pttl(key.as_str()).get(key.as_str())).await?,
        };
        Ok(payload.map(|payload| stored(payload, left, now)))
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        let life = Life::until(entry.expires, now);
        let is_new: bool = if entry.owner.is_none() && life != Life::Over {
            let mut command = cmd("SET");
            command.arg(key.as_str()).arg(entry.payload.as_ref()).arg("NX");
            if let Life::For(millis) = life {
                command.arg("PX").arg(millis);
            }
            self.connection.ask(&command).await?
        } else {
            let call = Call::new(&scripts::CREATE).key(key).bytes(&entry.payload).life(life);
            self.connection.run(&call.text(self.index()).maybe(entry.owner.as_deref())).await?
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
        let call = Call::new(&scripts::SWAP).key(key).bytes(payload(seen)?).bytes(&entry.payload);
        let call =
            call.life(Life::until(entry.expires, now)).text(self.index()).maybe(entry.owner.as_deref());
        let outcome: Outcome = self.connection.run(&call).await?;
        match (outcome.0.as_str(), outcome.1) {
            ("done", _) => Ok(Swapped::Swapped(revision(entry))),
            ("changed", Some(payload)) => Ok(Swapped::Changed(stored(payload, outcome.2, now))),
            ("gone", _) => Ok(Swapped::Gone),
            _ => Err(unexpected()),
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
        let call = Call::new(&scripts::RENAME).key(old).key(new).bytes(payload(seen)?).bytes(&entry.payload);
        let call = with_tombstone(call.life(Life::until(entry.expires, now)), tombstone, now);
        let call = call.text(self.index()).maybe(entry.owner.as_deref());
        let outcome: Outcome = self.connection.run(&call).await?;
        match (outcome.0.as_str(), outcome.1) {
            ("done", _) => Ok(Renamed::Renamed(revision(entry))),
            ("changed", Some(payload)) => Ok(Renamed::Changed(stored(payload, outcome.2, now))),
            ("gone", _) => Ok(Renamed::Gone),
            ("taken", _) => Ok(Renamed::AlreadyThere),
            _ => Err(unexpected()),
        }
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let life = Life::until(Some(expires), now);
        if self.owners.is_none() {
            return self.connection.ask(cmd("PEXPIRE").arg(key.as_str()).arg(life.argument())).await;
        }
        self.connection.run(&Call::new(&scripts::TOUCH).key(key).life(life).text(self.index())).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        if self.owners.is_none() && tombstone.is_none() {
            return self.connection.ask(cmd("DEL").arg(key.as_str())).await;
        }
        let call = with_tombstone(Call::new(&scripts::REMOVE).key(key), tombstone, now);
        self.connection.run(&call.text(self.index())).await
    }

    fn lister(&self) -> Option<&dyn Lister> {
        Some(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.owners.as_ref().map(|_| self as &dyn Owners)
    }
}

/// No tombstone is like one that is over: nothing is left.
fn with_tombstone<'a>(call: Call<'a>, tombstone: Option<&'a Entry>, now: UnixTime) -> Call<'a> {
    match tombstone {
        Some(tombstone) => call.bytes(&tombstone.payload).life(Life::until(tombstone.expires, now)),
        None => call.bytes(&[]).life(Life::Over),
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

fn unexpected() -> StoreError {
    StoreError::no_answer("a script of ours gave an answer that is not its own")
}
