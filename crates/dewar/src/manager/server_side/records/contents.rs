//! What goes into a record, and what is found under a key.

use crate::clock::UnixTime;
use crate::codec::DecodeError;
use crate::lifetime::{Lifetime, Times};
use crate::session::{Device, Present};
use crate::store::{StoreKey, Stored};
use crate::value::{Map, Text};

/// A session as it shall be written.
pub(in crate::manager::server_side) struct Contents<'s> {
    pub(in crate::manager::server_side) data: &'s Map,
    pub(in crate::manager::server_side) is_permanent: bool,
    pub(in crate::manager::server_side) times: Times,
    pub(in crate::manager::server_side) owner: Option<&'s Text>,
    pub(in crate::manager::server_side) device: &'s Device,
    /// The client has come with its id.
    pub(in crate::manager::server_side) is_presented: bool,
}

/// What was found under a key.
#[derive(Debug)]
pub(in crate::manager::server_side) enum Found {
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
pub(in crate::manager::server_side) struct Successor {
    pub(in crate::manager::server_side) key: StoreKey,
    /// Whose it is, in the words of the request that gave it the new id. A login that says nothing proves nothing: what it found may be
    /// somebody else's, who planted the id.
    pub(in crate::manager::server_side) owner: Option<Text>,
}

/// Why a record is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manager::server_side) enum Unreadable {
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
