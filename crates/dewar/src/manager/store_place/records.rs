//! The content of records, in Dewar's own format or in Flask-Session's.

use std::time::Duration;

use bytes::Bytes;

use super::{StorePlace, record_flask, record_native};
use crate::clock::UnixTime;
use crate::codec::{DecodeError, EncodeError};
use crate::lifetime::{Lifetime, Lifetimes, Timeouts, Times};
use crate::manager::error::Error;
use crate::manager::rules::Rules;
use crate::manager::server_side::{FlaskEncoding, RecordFormat};
use crate::session::{Device, State, StoredSession};
use crate::store::{Entry, StoreKey, Stored};
use crate::value::{Map, Text};

/// The minimum time that a tombstone stays under an ended id. Until then a logout with that id ends the session under its newer id, and a
/// repeated login finds it.
const TOMBSTONE_TTL: Duration = Duration::from_secs(60);

/// The format of records.
#[derive(Debug)]
pub(super) enum Records {
    Native {
        /// How long a tombstone is kept.
        trace: Duration,
    },
    Flask(FlaskEncoding),
}

impl Records {
    pub(super) fn new(format: &RecordFormat, late_request_window: Duration) -> Self {
        match format {
            RecordFormat::Native(_) => Self::Native { trace: TOMBSTONE_TTL.max(late_request_window) },
            RecordFormat::Flask(flask) => Self::Flask(flask.encoding),
        }
    }

    pub(super) fn rules(&self) -> Rules {
        match self {
            Self::Native { .. } => Rules::NATIVE_RECORD,
            Self::Flask(_) => Rules::FLASK_RECORD,
        }
    }

    /// Encodes a record. `write` is a number that identifies this write.
    pub(super) fn write(
        &self,
        key: &StoreKey,
        contents: &RecordContents<'_>,
        write: u64,
    ) -> Result<Bytes, EncodeError> {
        match self {
            Self::Native { .. } => record_native::write(key, contents, write).map(Bytes::from),
            Self::Flask(encoding) => record_flask::write(*encoding, contents.data).map(Bytes::from),
        }
    }

    /// The tombstone that stays for a while under an ended id; `None` in Flask-Session's records.
    pub(super) fn tombstone(
        &self,
        key: &StoreKey,
        successor: Option<&Successor>,
        now: UnixTime,
        write: u64,
    ) -> Option<Entry> {
        let Self::Native { trace } = self else { return None };
        let payload = record_native::tombstone(key, successor, now, write);
        Some(Entry { is_unique: true, ..Entry::new(payload, Some(now.plus(*trace))) })
    }

    /// Reads the record under a key.
    pub(super) fn read(
        &self,
        key: &StoreKey,
        stored: &Stored,
        lifetimes: &Lifetimes,
        now: UnixTime,
    ) -> Found {
        let found = match self {
            Self::Native { trace } => record_native::read(key, stored, lifetimes, *trace, now),
            Self::Flask(encoding) => record_flask::read(*encoding, stored, &lifetimes.general, now),
        };
        match found {
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
        let payload = self.records.write(key, &contents, self.write_number()?)?;
        if payload.len() > self.largest_record {
            return Err(Error::record_too_large(payload.len(), self.largest_record, state.data()));
        }
        let entry = Entry {
            payload,
            expires: self.setup.lifetimes.of(state.timeouts()).expires_at(times),
            owner: owner.map(|owner| self.ids.namespace().owner(&owner.to_str_lossy())),
            // Setting a value twice is harmless; what is computed from the stored value must be computed once.
            is_unique: self.setup.rules.has_unique_writes || !has_updates,
        };
        Ok(Some(Draft { entry, times }))
    }

    /// Generates the number that identifies a write, in case its response is lost.
    pub(super) fn write_number(&self) -> Result<u64, Error> {
        if !self.setup.rules.has_unique_writes {
            return Ok(0);
        }
        Ok(u64::from_be_bytes(self.setup.random.bytes()?))
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
pub(super) struct RecordContents<'s> {
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
pub(super) enum Found {
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
pub(super) struct Successor {
    pub(super) key: StoreKey,
    /// The owner set by the request that gave the session the new id. A login that sets none proves nothing: the session that it found may
    /// be that of an attacker who planted the id.
    pub(super) owner: Option<Text>,
}

/// Why a record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is intact, but was written for another key.
    MixedUp,
    /// It is truncated, damaged or in another format.
    Corrupt,
    /// Flask-Session or another program wrote it with values that cannot be read here.
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
