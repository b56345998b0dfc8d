//! What a record says: Dewar's own, or Flask-Session's.

mod flask;
mod native;

use std::time::Duration;

use bytes::Bytes;

pub use self::native::{NativeRecord, RecordKind};
use super::settings::{FlaskEncoding, RecordFormat};
use crate::clock::UnixTime;
use crate::codec::EncodeError;
use crate::lifetime::{Lifetime, Times};
use crate::session::{Device, Present};
use crate::store::{Entry, StoreKey, Stored};
use crate::value::{Map, Text};

/// How long the trace of a session stays under its id: longer than a request that was sent with it is on its way. Such a request
/// finds nothing it could keep, and does not touch the cookie of the session after it.
const TRACE: Duration = Duration::from_secs(60);

/// How records are written and read.
#[derive(Debug)]
pub(super) enum Records {
    Native,
    Flask(FlaskEncoding),
}

/// A session as it shall be written.
pub(super) struct Contents<'s> {
    pub(super) data: &'s Map,
    pub(super) is_permanent: bool,
    pub(super) times: Times,
    pub(super) owner: Option<&'s Text>,
    pub(super) device: &'s Device,
}

/// What was found under a key.
#[derive(Debug)]
pub(super) enum Found {
    /// A session, alive; and whether it is to be written anew because its format is not the one we write.
    Session { present: Present, outdated: bool },
    /// There was one: it ended; or it has a new id, and is kept under the successor.
    Tombstone { successor: Option<StoreKey> },
    /// One whose time is over, whatever the engine thinks.
    Over,
    /// Nothing that can be shown.
    Unreadable(Unreadable),
}

/// Why a record is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is whole, but was written for another key.
    MixedUp,
    /// It is cut, damaged, or of another format.
    Corrupt,
}

impl Records {
    pub(super) fn new(format: &RecordFormat) -> Self {
        match format {
            RecordFormat::Native(_) => Self::Native,
            RecordFormat::Flask(flask) => Self::Flask(flask.encoding),
        }
    }

    pub(super) fn is_native(&self) -> bool {
        matches!(self, Self::Native)
    }

    /// The bytes to keep. `write` tells this write from every other.
    pub(super) fn write(
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
    pub(super) fn tombstone(
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
    pub(super) fn read(&self, key: &StoreKey, stored: &Stored, lifetime: &Lifetime, now: UnixTime) -> Found {
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

/// When the session was last used: so long before its end in the store. A store that does not say leaves what the record says.
fn last_used(stored: &Stored, lifetime: &Lifetime, written: UnixTime) -> UnixTime {
    match (stored.expires, lifetime.idle) {
        (Some(expires), Some(idle)) => expires.minus(idle),
        _ => written,
    }
}
