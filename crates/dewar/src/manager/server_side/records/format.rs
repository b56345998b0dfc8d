//! Records in the one format or the other.

use std::time::Duration;

use bytes::Bytes;

use super::{Contents, Found, Successor, flask, native};
use crate::clock::UnixTime;
use crate::codec::EncodeError;
use crate::lifetime::Lifetime;
use crate::manager::server_side::settings::{FlaskEncoding, RecordFormat};
use crate::store::{Entry, StoreKey, Stored};

/// How long a tombstone stays under the id of a session at least: so long a logout with that id ends the session under its newer id, and a
/// login that is repeated finds it.
const TRACE: Duration = Duration::from_secs(60);

/// How records are written and read.
#[derive(Debug)]
pub(in crate::manager::server_side) enum Records {
    Native {
        /// How long a tombstone stays.
        trace: Duration,
    },
    Flask(FlaskEncoding),
}

impl Records {
    pub(in crate::manager::server_side) fn new(format: &RecordFormat, in_flight: Duration) -> Self {
        match format {
            RecordFormat::Native(_) => Self::Native { trace: TRACE.max(in_flight) },
            RecordFormat::Flask(flask) => Self::Flask(flask.encoding),
        }
    }

    pub(in crate::manager::server_side) fn is_native(&self) -> bool {
        matches!(self, Self::Native { .. })
    }

    /// Whether it is known for a while what became of a session that is no more.
    pub(in crate::manager::server_side) fn leaves_tombstones(&self) -> bool {
        self.is_native()
    }

    /// The bytes to keep. `write` tells this write from every other.
    pub(in crate::manager::server_side) fn write(
        &self,
        key: &StoreKey,
        contents: &Contents<'_>,
        write: u64,
    ) -> Result<Bytes, EncodeError> {
        match self {
            Self::Native { .. } => native::write(key, contents, write).map(Bytes::from),
            Self::Flask(encoding) => flask::write(*encoding, contents.data).map(Bytes::from),
        }
    }

    /// What stays for a while where a session was; Flask-Session's records have none.
    pub(in crate::manager::server_side) fn tombstone(
        &self,
        key: &StoreKey,
        successor: Option<&Successor>,
        now: UnixTime,
        write: u64,
    ) -> Option<Entry> {
        let Self::Native { trace } = self else { return None };
        let payload = native::tombstone(key, successor, now, write);
        Some(Entry { is_unique: true, ..Entry::new(payload, Some(now.plus(*trace))) })
    }

    /// What was found under the key.
    pub(in crate::manager::server_side) fn read(
        &self,
        key: &StoreKey,
        stored: &Stored,
        lifetime: &Lifetime,
        now: UnixTime,
    ) -> Found {
        let found = match self {
            Self::Native { trace } => native::read(key, stored, lifetime, *trace, now),
            Self::Flask(encoding) => flask::read(*encoding, stored, lifetime, now),
        };
        match found {
            Found::Session { present, .. } if lifetime.is_expired(present.times, now) => Found::Over,
            found => found,
        }
    }
}
