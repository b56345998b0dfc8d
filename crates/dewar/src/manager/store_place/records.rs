//! What a record says, in Dewar's own format or in Flask-Session's.

use std::time::Duration;

use bytes::Bytes;

use super::{StorePlace, record_flask, record_native};
use crate::clock::UnixTime;
use crate::codec::{DecodeError, EncodeError};
use crate::lifetime::{Lifetime, Times};
use crate::manager::error::Error;
use crate::manager::rules::Rules;
use crate::manager::server_side::{FlaskEncoding, RecordFormat};
use crate::session::{Device, Present, State};
use crate::store::{Entry, StoreKey, Stored};
use crate::value::{Map, Text};

/// How long a tombstone stays under the id of a session at least: so long a logout with that id ends the session under its newer id, and a
/// login that is repeated finds it.
const TRACE: Duration = Duration::from_secs(60);

/// How records are written and read.
#[derive(Debug)]
pub(super) enum Records {
    Native {
        /// How long a tombstone stays.
        trace: Duration,
    },
    Flask(FlaskEncoding),
}

impl Records {
    pub(super) fn new(format: &RecordFormat, in_flight: Duration) -> Self {
        match format {
            RecordFormat::Native(_) => Self::Native { trace: TRACE.max(in_flight) },
            RecordFormat::Flask(flask) => Self::Flask(flask.encoding),
        }
    }

    pub(super) fn rules(&self) -> Rules {
        match self {
            Self::Native { .. } => Rules::NATIVE_RECORD,
            Self::Flask(_) => Rules::FLASK_RECORD,
        }
    }

    /// The bytes to keep. `write` tells this write from every other.
    pub(super) fn write(
        &self,
        key: &StoreKey,
        contents: &Contents<'_>,
        write: u64,
    ) -> Result<Bytes, EncodeError> {
        match self {
            Self::Native { .. } => record_native::write(key, contents, write).map(Bytes::from),
            Self::Flask(encoding) => record_flask::write(*encoding, contents.data).map(Bytes::from),
        }
    }

    /// What stays for a while where a session was; Flask-Session's records have none.
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

    /// What was found under the key.
    pub(super) fn read(&self, key: &StoreKey, stored: &Stored, lifetime: &Lifetime, now: UnixTime) -> Found {
        let found = match self {
            Self::Native { trace } => record_native::read(key, stored, lifetime, *trace, now),
            Self::Flask(encoding) => record_flask::read(*encoding, stored, lifetime, now),
        };
        match found {
            Found::Session { present, .. } if lifetime.is_expired(present.times, now) => Found::Over,
            found => found,
        }
    }
}

/// An entry to write, and what the session will be once it is stored.
pub(super) struct Draft {
    pub(super) entry: Entry,
    pub(super) times: Times,
}

impl StorePlace {
    /// What is to be written now; `None` if nothing is left to store. `is_presented`: a client has sent the id.
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
        let contents = Contents {
            data: state.data(),
            is_permanent: state.is_permanent(),
            times,
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
            expires: self.setup.lifetime.ends(times),
            owner: owner.map(|owner| self.ids.namespace().owner(&owner.to_str_lossy())),
            // To set a value twice is to set it once; what is computed from the stored value must be computed once.
            is_unique: self.setup.rules.has_unique_writes || !has_updates,
        };
        Ok(Some(Draft { entry, times }))
    }

    /// Tells a write whose answer was lost from all others.
    pub(super) fn write_number(&self) -> Result<u64, Error> {
        if !self.setup.rules.has_unique_writes {
            return Ok(0);
        }
        Ok(u64::from_be_bytes(self.setup.random.bytes()?))
    }

    /// What stays under the id of a session that ended or has a new one; Flask-Session's records leave nothing.
    pub(super) fn tombstone(
        &self,
        key: &StoreKey,
        successor: Option<&Successor>,
        now: UnixTime,
    ) -> Result<Option<Entry>, Error> {
        Ok(self.records.tombstone(key, successor, now, self.write_number()?))
    }
}

/// A session as it shall be written.
pub(super) struct Contents<'s> {
    pub(super) data: &'s Map,
    pub(super) is_permanent: bool,
    pub(super) times: Times,
    pub(super) owner: Option<&'s Text>,
    pub(super) device: &'s Device,
    /// The client has come with its id.
    pub(super) is_presented: bool,
}

/// What was found under a key.
#[derive(Debug)]
pub(super) enum Found {
    /// A session, alive; and whether it is to be written anew because its format is not the one we write.
    Session { present: Present, outdated: bool },
    /// There was one until that moment: it ended; or it has a new id, and is kept under the successor.
    Tombstone { successor: Option<Successor>, since: UnixTime },
    /// One whose time is over, whatever the engine thinks.
    Over,
    /// Nothing that can be shown.
    Unreadable(Unreadable),
}

/// Where a session is that has a new id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Successor {
    pub(super) key: StoreKey,
    /// Whose it is, in the words of the request that gave it the new id. A login that says nothing proves nothing: what it found may be
    /// somebody else's, who planted the id.
    pub(super) owner: Option<Text>,
}

/// Why a record is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is whole, but was written for another key.
    MixedUp,
    /// It is cut, damaged, or of another format.
    Corrupt,
    /// Flask-Session wrote it, or somebody else did: it holds what cannot be read here.
    NotUnderstood(DecodeError),
}

/// When the session was last used: so long before its end in the store. A store that does not say leaves what the record says.
pub(super) fn last_used(stored: &Stored, lifetime: &Lifetime, written: UnixTime) -> UnixTime {
    match (stored.expires, lifetime.idle) {
        (Some(expires), Some(idle)) => expires.minus(idle),
        _ => written,
    }
}
