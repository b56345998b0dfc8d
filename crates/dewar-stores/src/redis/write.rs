//! Writes: which command or script, with which keys and arguments, and what the answer means.
//!
//! For an entry with an owner, the script also names the index, and writes both in one step.

use ::redis::{Cmd, FromRedisValue, ParsingError, Value, cmd, from_redis_value};
use bytes::Bytes;
use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, StoreError, StoreKey, Write, WriteOutcome};

use super::Redis;
use super::failure;
use super::index::StaleMember;
use super::script::{self, Call, unexpected};
use super::store::stored;
use super::ttl::Ttl;

/// The answer of a script that writes.
pub(super) enum Answer {
    /// Done, and nothing is left in another index.
    Done,
    /// The outcome; then, after a conflict, the stored payload and its TTL; or the owner, the member and the time of joining that the previous
    /// entry left in an index.
    More(More),
}

pub(super) type More = (String, Option<Bytes>, Option<String>, Option<String>);

/// Most writes answer with a number, which costs the server and us less than a list.
impl FromRedisValue for Answer {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        match value {
            Value::Int(1) => Ok(Self::Done),
            more => from_redis_value(more).map(Self::More),
        }
    }
}

impl Redis {
    pub(super) async fn write_entry(
        &self,
        write: Write<'_>,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let owner = write.entry().and_then(|entry| self.owner_of(entry, now));
        if let (Write::Create { key, entry }, None) = (write, owner) {
            return self.create(key, entry, now).await;
        }
        if let (Write::Swap { key, seen, entry }, None) = (write, owner)
            && !self.may_have_owner(entry)
            && self.replace(key, seen, entry, now).await?
        {
            return Ok(saved(entry));
        }
        let call = with_arguments(self.with_keys(write, owner), write, owner, now)?;
        let (written, stale) =
            read(write, self.connection.run(&call, self.connection.deadline()).await?, now)?;
        if let Some(stale) = stale {
            self.remove_member_later(stale, now);
        }
        Ok(written)
    }

    /// Creates an entry. Without an owner this needs no script.
    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let deadline = self.connection.deadline();
        let is_new = match Ttl::until(entry.expires, now) {
            Ttl::Expired => !self.connection.ask::<bool>(cmd("EXISTS").arg(key.as_bytes()), deadline).await?,
            ttl => self.connection.ask(set(key, entry, ttl).arg("NX"), deadline).await?,
        };
        Ok(if is_new { saved(entry) } else { WriteOutcome::Taken })
    }

    /// Has a server that can do so compare and replace an entry without a script. `false`: it cannot, or another entry is there, and the script
    /// says which.
    async fn replace(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let ttl = Ttl::until(entry.expires, now);
        if ttl == Ttl::Expired || !self.connection.compares() {
            return Ok(false);
        }
        let mut command = set(key, entry, ttl);
        command.arg("IFEQ").arg(payload(seen)?.as_ref());
        match self.connection.ask(&command, self.connection.deadline()).await {
            Err(error) if failure::is_unknown_option(&error) => {
                self.connection.cannot_compare();
                Ok(false)
            }
            answer => answer,
        }
    }

    /// Whether an entry that this one replaces may have an owner.
    fn may_have_owner(&self, entry: &Entry) -> bool {
        self.has_owners && !entry.keeps_owner
    }

    /// The owner of an entry to write. An entry that has already expired has none.
    fn owner_of<'a>(&self, entry: &'a Entry, now: UnixTime) -> Option<&'a str> {
        let owner = entry.owner.as_deref().filter(|_| self.has_owners)?;
        (Ttl::until(entry.expires, now) != Ttl::Expired).then_some(owner)
    }

    /// The script with its keys.
    fn with_keys<'a>(&self, write: Write<'a>, owner: Option<&'a str>) -> Call<'a> {
        let call = match (write, owner) {
            (Write::Create { key, .. }, _) => Call::new(&script::CREATE_OWNED).key(key).owner_key(key),
            (Write::Swap { key, .. }, Some(_)) => Call::new(&script::SWAP_OWNED).key(key).owner_key(key),
            (Write::Rename { key, new_key, .. }, Some(_)) => {
                Call::new(&script::RENAME_OWNED).key(key).key(new_key).owner_key(key).owner_key(new_key)
            }
            (Write::Swap { key, entry, .. }, None) => {
                let call = Call::new(&script::SWAP).key(key);
                if self.may_have_owner(entry) { call.owner_key(key) } else { call }
            }
            (Write::Rename { key, new_key, .. }, None) => {
                self.with_owner_key(Call::new(&script::RENAME).key(key).key(new_key), key)
            }
            (Write::Remove { key, .. }, _) => self.with_owner_key(Call::new(&script::REMOVE).key(key), key),
        };
        owner.into_iter().fold(call, Call::index)
    }

    fn with_owner_key<'a>(&self, call: Call<'a>, key: &'a StoreKey) -> Call<'a> {
        if self.has_owners { call.owner_key(key) } else { call }
    }
}

/// All scripts that write take the arguments that they need in this order: the payload that was seen, the entry, the tombstone, what the index
/// needs. The index, which is a key of the script, is the name of the owner as well.
fn with_arguments<'a>(
    mut call: Call<'a>,
    write: Write<'a>,
    owner: Option<&'a str>,
    now: UnixTime,
) -> Result<Call<'a>, StoreError> {
    if let Write::Swap { seen, .. } | Write::Rename { seen, .. } = write {
        call = call.bytes(payload(seen)?);
    }
    if let Some(entry) = write.entry() {
        call = with_entry(call, entry, now);
    }
    if let Write::Rename { tombstone, .. } | Write::Remove { tombstone, .. } = write {
        call = match tombstone {
            Some(tombstone) => with_entry(call, tombstone, now),
            None => call.bytes(&[]).ttl(Ttl::Expired),
        };
    }
    Ok(match owner.zip(write.entry()) {
        Some((_, entry)) => call.number(Ttl::until(entry.expires, now).in_index()).clock(now),
        None => call,
    })
}

/// The command that stores a payload with its TTL, in buffers of the right size.
fn set(key: &StoreKey, entry: &Entry, ttl: Ttl) -> Cmd {
    let mut command = Cmd::with_capacity(7, key.as_bytes().len() + entry.payload.len() + 32);
    command.arg("SET").arg(key.as_bytes()).arg(entry.payload.as_ref());
    if let Ttl::Millis(millis) = ttl {
        command.arg("PX").arg(millis);
    }
    command
}

fn payload(seen: &Revision) -> Result<&Bytes, StoreError> {
    seen.payload().ok_or_else(|| StoreError::refused("the revision is from another store"))
}

fn with_entry<'a>(call: Call<'a>, entry: &'a Entry, now: UnixTime) -> Call<'a> {
    call.bytes(&entry.payload).ttl(Ttl::until(entry.expires, now))
}

/// The outcome of the write, and the member that the previous entry left in an index.
fn read(
    write: Write<'_>,
    answer: Answer,
    now: UnixTime,
) -> Result<(WriteOutcome, Option<StaleMember>), StoreError> {
    let done = || write.entry().map_or(WriteOutcome::Removed, saved);
    let (how, found, third, joined) = match answer {
        Answer::Done => return Ok((done(), None)),
        Answer::More(more) => more,
    };
    Ok(match (how.as_str(), found, third) {
        ("done", owner, member) => (done(), StaleMember::new(owner, member, joined)),
        ("changed", Some(payload), Some(pttl)) => {
            let pttl = pttl.parse().map_err(|_| unexpected())?;
            (WriteOutcome::Changed(stored(payload, pttl, now)), None)
        }
        ("gone", ..) => (WriteOutcome::Gone, None),
        ("taken", ..) => (WriteOutcome::Taken, None),
        _ => return Err(unexpected()),
    })
}

fn saved(entry: &Entry) -> WriteOutcome {
    WriteOutcome::Saved(Revision::from_payload(entry.payload.clone()))
}

#[cfg(test)]
mod tests {
    use super::super::RedisOptions;
    use super::*;

    /// A connection that was replaced may lead to a server that is older.
    #[tokio::test]
    async fn a_server_that_turns_out_not_to_compare_runs_the_script() {
        let Some(server) = dewar_servers::Redis::for_test() else { return };
        let store = Redis::open(&server.url(), RedisOptions::default()).await.unwrap();
        let is_new = store.connection.compares();
        store.connection.suppose_that_it_compares();
        let (key, now) = (StoreKey::new("shop:{ab}:a"), UnixTime::from_seconds(1_800_000_000));
        let entry = Entry { keeps_owner: true, ..Entry::new("1", None) };
        let WriteOutcome::Saved(seen) = store.write_entry(Write::create(&key, &entry), now).await.unwrap()
        else {
            panic!("the key is free")
        };
        let written = store.write_entry(Write::swap(&key, &seen, &entry), now).await.unwrap();
        assert!(matches!(written, WriteOutcome::Saved(_)));
        assert_eq!(store.connection.compares(), is_new, "it is not asked again");
    }
}
