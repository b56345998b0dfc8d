//! An entry of a program in its store, as operators see it.

use std::fmt;

use sha2::{Digest, Sha256};

use super::super::StorePlace;
use super::super::records::Found;
use crate::clock::UnixTime;
use crate::lifetime::Timeouts;
use crate::session::{Device, StoredSession, owner_name};
use crate::store::{StoreKey, Stored};
use crate::value::{Map, Text};

/// An entry of a program in its store: a session, or what else the program stores there.
#[derive(Clone)]
#[non_exhaustive]
pub struct SessionEntry {
    /// What it is. For anything other than a session, the fields of a session are empty.
    pub kind: EntryKind,
    /// Names the session without being its id, and cannot be used to open it: 16 hexadecimal digits. As in
    /// [`SessionInfo`](crate::session::SessionInfo::handle). Of two sessions that begin in the same millisecond, one in 4096 pairs has the same
    /// handle.
    pub handle: String,
    /// The owner, as it is stored.
    pub owner: Option<Text>,
    /// The labels of the session; empty in Flask-Session's records.
    pub device: Device,
    /// When the session began; `None` in Flask-Session's records, which do not store it.
    pub created: Option<UnixTime>,
    /// When the record was last written; `None` in Flask-Session's records, which do not store it.
    pub written: Option<UnixTime>,
    /// When the session was last used, accurate to a tenth of the idle limit. `None` if that is unknown: the settings have no idle limit, or
    /// the store does not say when the entry expires.
    pub last_used: Option<UnixTime>,
    /// When the store will remove it; `None`: never. The limits of the settings may end a session earlier.
    pub expires: Option<UnixTime>,
    /// The session's own lifetime, if it has one.
    pub timeouts: Option<Timeouts>,
    /// Whether the browser keeps the cookie when it is closed.
    pub is_permanent: bool,
    /// The size of the record in bytes.
    pub bytes: usize,
    /// The data of the session.
    pub data: Map,
    pub(super) key: StoreKey,
    pub(super) stored: Stored,
}

/// The kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryKind {
    /// A session that has not expired.
    Session,
    /// The marker that stays for a minute where a session ended or got a new id.
    Tombstone,
    /// A session that has expired by the settings, although the store still has it.
    Expired,
    /// The time before which an owner's sealed cookies are not valid: see [`Revocation`](crate::settings::Revocation).
    Revocation,
    /// A record that cannot be read: it is damaged, in another format, or of another program.
    Unreadable,
}

impl SessionEntry {
    /// Whether this owner, by the name passed to [`log_in`](crate::Session::log_in), has the session.
    #[must_use]
    pub fn is_of(&self, owner: &str) -> bool {
        self.owner.as_ref().is_some_and(|stored| *stored.to_str_lossy() == *owner_name(owner))
    }

    /// Whether both were found under the same key: an entry may be on more than one page, and two sessions may have the same handle.
    #[must_use]
    pub fn has_key_of(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl StorePlace {
    /// The entry under this key.
    pub(super) fn entry(&self, key: StoreKey, stored: Stored, now: UnixTime) -> SessionEntry {
        if self.ids.namespace().is_epoch(&key) {
            return bare(EntryKind::Revocation, key, stored);
        }
        match self.records.read(&key, &stored, &self.setup.lifetimes, now) {
            Found::Session { present, .. } => self.session_entry(key, stored, present, now),
            Found::Tombstone { .. } => bare(EntryKind::Tombstone, key, stored),
            Found::Expired => bare(EntryKind::Expired, key, stored),
            Found::Unreadable(_) => bare(EntryKind::Unreadable, key, stored),
        }
    }

    fn session_entry(
        &self,
        key: StoreKey,
        stored: Stored,
        present: StoredSession,
        now: UnixTime,
    ) -> SessionEntry {
        let knows_last_use = present.timeouts.is_some()
            || (self.setup.lifetimes.general.idle.is_some() && stored.expires.is_some());
        SessionEntry {
            handle: self.handle_of(&key, &present),
            created: Some(present.times.created).filter(|_| self.setup.rules.stores_start_time),
            written: self.records.written(&stored),
            last_used: Some(present.times.refreshed.min(now)).filter(|_| knows_last_use),
            owner: present.owner,
            device: present.device,
            timeouts: present.timeouts,
            is_permanent: present.is_permanent,
            data: present.data,
            ..bare(EntryKind::Session, key, stored)
        }
    }
}

/// Its handle is a hash of the key.
fn bare(kind: EntryKind, key: StoreKey, stored: Stored) -> SessionEntry {
    let digest = Sha256::digest(key.as_bytes());
    SessionEntry {
        kind,
        handle: digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect(),
        owner: None,
        device: Device::default(),
        created: None,
        written: None,
        last_used: None,
        expires: stored.expires,
        timeouts: None,
        is_permanent: false,
        bytes: stored.payload.len(),
        data: Map::new(),
        key,
        stored,
    }
}

/// `Debug` shows neither the key nor the data.
impl fmt::Debug for SessionEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionEntry({:?}, {}, {} bytes)", self.kind, self.handle, self.bytes)
    }
}
