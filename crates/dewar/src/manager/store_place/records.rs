//! The content of a record in any format.

use std::fmt::Debug;

use bytes::Bytes;

use super::StorePlace;
use crate::clock::UnixTime;
use crate::codec::{DecodeError, EncodeError};
use crate::lifetime::{Lifetime, Lifetimes, Timeouts, Times};
use crate::manager::error::Error;
use crate::manager::rules::Rules;
use crate::session::{Device, State, StoredSession};
use crate::store::{Entry, StoreKey, Stored};
use crate::value::{Map, Text};

/// The format of records.
pub(in crate::manager) trait Records: Debug + Send + Sync {
    fn rules(&self) -> Rules;

    /// Encodes a record. `write` is a number that identifies this write.
    fn write(
        &self,
        key: &StoreKey,
        contents: &RecordContents<'_>,
        write: u64,
    ) -> Result<Vec<u8>, EncodeError>;

    /// The tombstone that stays for a while under an ended id, if the format has one.
    fn tombstone(
        &self,
        key: &StoreKey,
        successor: Option<&Successor>,
        now: UnixTime,
        write: u64,
    ) -> Option<Entry>;

    /// When the record was written, if the format stores that. The record has been parsed.
    fn written(&self, stored: &Stored) -> Option<UnixTime>;

    /// Parses the record under the key, expired or not.
    fn parse(&self, key: &StoreKey, stored: &Stored, lifetimes: &Lifetimes, now: UnixTime) -> Found;
}

impl dyn Records {
    /// Reads the record under a key.
    pub(super) fn read(
        &self,
        key: &StoreKey,
        stored: &Stored,
        lifetimes: &Lifetimes,
        now: UnixTime,
    ) -> Found {
        match self.parse(key, stored, lifetimes, now) {
            Found::Session { present, .. }
                if lifetimes.of(present.timeouts).is_expired(present.times, now) =>
            {
                Found::Expired
            }
            found => found,
        }
    }
}

/// An entry to write, and the times of the session once it is stored.
pub(super) struct Draft {
    pub(super) entry: Entry,
    pub(super) times: Times,
}

impl StorePlace {
    /// The entry to write, or `None` if nothing is left to store. `is_presented`: a client has sent the id.
    pub(super) fn draft(
        &self,
        state: &mut State,
        key: &StoreKey,
        is_presented: bool,
        now: UnixTime,
    ) -> Result<Option<Draft>, Error> {
        let times = self.setup.times(state, now);
        let has_updates = state.begin_write().has_updates();
        if state.is_blank() {
            return Ok(None);
        }
        // No answer is lost of a store whose answers are ready, so that nobody has to find out which write was done.
        let is_unique = self.setup.rules.has_unique_writes && !self.answers_at_once();
        let write = if is_unique { self.write_number()? } else { 0 };
        let owner = state.owner();
        let contents = RecordContents {
            data: state.data(),
            is_permanent: state.is_permanent(),
            times,
            timeouts: state.timeouts(),
            owner: owner.as_ref(),
            device: state.device(),
            is_presented,
        };
        let entry = Entry {
            // Setting a value twice is harmless; what is computed from the stored value must be computed once.
            is_unique: is_unique || !has_updates,
            keeps_owner: state.keeps_owner(),
            ..self.encoded(key, &contents, write)?
        };
        Ok(Some(Draft { entry, times }))
    }

    /// The entry with these contents. Whether it is unique and keeps its owner is for the caller to say.
    pub(super) fn encoded(
        &self,
        key: &StoreKey,
        contents: &RecordContents<'_>,
        write: u64,
    ) -> Result<Entry, Error> {
        // As long as it is, since the store may keep these very bytes.
        let payload = Bytes::copy_from_slice(&self.records.write(key, contents, write)?);
        if payload.len() > self.largest_record {
            return Err(Error::record_too_large(payload.len(), self.largest_record, contents.data));
        }
        let expires = self.setup.lifetimes.of(contents.timeouts).expires_at(contents.times);
        let owner = contents.owner.map(|owner| self.ids.namespace().owner(&owner.to_str_lossy()));
        Ok(Entry { owner, ..Entry::new(payload, expires) })
    }

    /// Generates the number that identifies a write, in case its response is lost.
    pub(super) fn write_number(&self) -> Result<u64, Error> {
        if !self.setup.rules.has_unique_writes {
            return Ok(0);
        }
        Ok(u64::from_be_bytes(self.setup.random.unique()?))
    }

    /// The tombstone of a session that ended or got a new id; `None` in Flask-Session's records.
    pub(super) fn tombstone(
        &self,
        key: &StoreKey,
        successor: Option<&Successor>,
        now: UnixTime,
    ) -> Result<Option<Entry>, Error> {
        Ok(self.records.tombstone(key, successor, now, self.write_number()?))
    }
}

/// A session to write.
pub(in crate::manager) struct RecordContents<'s> {
    pub(super) data: &'s Map,
    pub(super) is_permanent: bool,
    pub(super) times: Times,
    /// The session's own lifetime, if it has one.
    pub(super) timeouts: Option<Timeouts>,
    pub(super) owner: Option<&'s Text>,
    pub(super) device: &'s Device,
    /// Whether a client has sent its id.
    pub(super) is_presented: bool,
}

/// The content of a record.
#[derive(Debug)]
pub(in crate::manager) enum Found {
    /// A session that has not expired. `outdated`: it is in a format other than the one we write.
    Session { present: StoredSession, outdated: bool },
    /// The tombstone of a session that ended at this time, or got a new id at this time and is stored under the successor.
    Tombstone { successor: Option<Successor>, since: UnixTime },
    /// A session that has expired, even if the engine still has it.
    Expired,
    /// A record that cannot be read.
    Unreadable(Unreadable),
}

/// The new key of a session that got a new id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manager) struct Successor {
    pub(super) key: StoreKey,
    /// The owner set by the request that gave the session the new id. A login that sets none proves nothing: the session that it found may
    /// be that of an attacker who planted the id.
    pub(super) owner: Option<Text>,
}

/// Why a record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manager) enum Unreadable {
    /// It is intact, but was written for another key.
    MixedUp,
    /// It is truncated, damaged or in another format.
    Corrupt,
    /// Flask-Session or another program wrote it with values that cannot be read here.
    #[cfg_attr(not(feature = "flask"), expect(dead_code, reason = "our own records are whole or corrupt"))]
    NotUnderstood(DecodeError),
}

/// When the session was last used: its expiry in the store minus the idle limit, or if the store does not return an expiry, the time of the
/// last write.
pub(super) fn last_used(stored: &Stored, lifetime: &Lifetime, written: UnixTime) -> UnixTime {
    match (stored.expires, lifetime.idle) {
        (Some(expires), Some(idle)) => expires.minus(idle),
        _ => written,
    }
}
