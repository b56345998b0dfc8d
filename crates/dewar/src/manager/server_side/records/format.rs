//! Records in the one format or the other.

use std::time::Duration;

use bytes::Bytes;

use super::{Contents, Found, flask, native};
use crate::clock::UnixTime;
use crate::codec::EncodeError;
use crate::lifetime::Lifetime;
use crate::manager::server_side::settings::{FlaskEncoding, RecordFormat};
use crate::store::{Entry, StoreKey, Stored};

/// How long the trace of a session stays under its id: longer than a request that was sent with it is on its way. Such a request
/// finds nothing it could keep, and does not touch the cookie of the session after it.
/// Only a logout reaches that session.
pub(super) const TRACE: Duration = Duration::from_secs(60);

/// How records are written and read.
#[derive(Debug)]
pub(in crate::manager::server_side) enum Records {
    Native,
    Flask(FlaskEncoding),
}

impl Records {
    pub(in crate::manager::server_side) fn new(format: &RecordFormat) -> Self {
        match format {
            RecordFormat::Native(_) => Self::Native,
            RecordFormat::Flask(flask) => Self::Flask(flask.encoding),
        }
    }

    pub(in crate::manager::server_side) fn is_native(&self) -> bool {
        matches!(self, Self::Native)
    }

    /// The bytes to keep. `write` tells this write from every other.
    pub(in crate::manager::server_side) fn write(
        &self,
        key: &StoreKey,
        contents: &Contents<'_>,
        write: u64,
    ) -> Result<Bytes, EncodeError> {
        match self {
            Self::Native => native::write(key, contents, write).map(Bytes::from),
            Self::Flask(encoding) => flask::write(*encoding, contents.data).map(Bytes::from),
        }
    }

    /// What stays for a while where a session was; Flask-Session's records have none.
    pub(in crate::manager::server_side) fn tombstone(
        &self,
        key: &StoreKey,
        successor: Option<&StoreKey>,
        now: UnixTime,
        write: u64,
    ) -> Option<Entry> {
        let trace = || Entry::new(native::tombstone(key, successor, now, write), Some(now.plus(TRACE)));
        self.is_native().then(|| Entry { is_unique: true, ..trace() })
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
            Self::Native => native::read(key, stored, lifetime, now),
            Self::Flask(encoding) => flask::read(*encoding, stored, lifetime, now),
        };
        match found {
            Found::Session { present, .. } if lifetime.is_over(present.times, now) => Found::Over,
            found => found,
        }
    }
}
