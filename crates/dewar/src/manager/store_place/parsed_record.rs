//! A parsed record of Dewar's own format.

use super::record_native::parse;
use crate::clock::UnixTime;
use crate::lifetime::Timeouts;
use crate::session::Device;
use crate::store::StoreKey;
use crate::value::{Map, Text};

/// A parsed record of Dewar's own format, for tools that inspect stores, such as the `dewar` command.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedRecord {
    /// Whether this is a session or a tombstone.
    pub kind: RecordKind,
    /// The data.
    pub data: Map,
    /// Whether the session cookie is kept when the browser is closed.
    pub is_permanent: bool,
    /// The session's own lifetime as it was set. A manager may allow less.
    pub timeouts: Option<Timeouts>,
    /// Whether a client has sent the session's id. Recorded where a session limit needs it, and after the first change.
    pub is_presented: bool,
    /// When the session began.
    pub created: UnixTime,
    /// When the data was last written.
    pub written: UnixTime,
    /// A random number that identifies the last write; 0 in a store whose [answers are ready](crate::store::Store::answers_at_once).
    pub write: u64,
    /// The owner of the session.
    pub owner: Option<Text>,
    /// The labels of the session.
    pub device: Device,
    /// The key under which the session continues, if this is a tombstone of a session that got a new id.
    pub successor: Option<StoreKey>,
}

/// The kind of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// A session.
    Session,
    /// A marker that stays for a minute after a session ended or got a new id.
    Tombstone,
}

impl ParsedRecord {
    /// Parses the record that a store has under the key. Returns `None` if it is damaged, was written for another key, or is not in Dewar's
    /// own format.
    #[must_use]
    pub fn read(key: &StoreKey, payload: &[u8]) -> Option<Self> {
        parse(key, payload).ok()
    }
}
