//! Memcached.

mod address;
mod answer;
mod connection;
mod failure;
mod greeting;
mod hashes;
mod key;
mod options;
mod placement;
mod queue;
mod renaming;
mod request;
mod server;
mod server_store;
mod store;
mod stream;
mod ttl;
mod value;
mod writes;

use std::sync::Arc;
use std::time::Duration;

use dewar_core::Store;

pub use self::options::MemcachedOptions;
pub use self::placement::Placement;

/// A session store in one or several Memcached servers, version 1.6 or later.
///
/// A payload is stored unchanged under the session's key, without client flags. So it can read what Flask-Session writes through pymemcache,
/// pylibmc or python-memcached, and they can read what it writes. Requests use the meta protocol, over one connection to each server.
///
/// # What Memcached forgets
///
/// Memcached is a cache. **When a server restarts, all its sessions have ended**: everybody is logged out. When its memory is full, it evicts
/// the sessions that were used least recently, and tombstones as well. To a program such a session looks as if it had expired. No call fails
/// because of it, and nothing brings it back: a write replaces only the entry that was seen, and never creates one that is gone. So a logout
/// stays a logout even if its tombstone is evicted. Without the tombstone, a late request with a former id does not find its successor, and is
/// treated as a visitor's.
///
/// If a server cannot even evict (it runs with `-M`, or all memory is in slabs of other sizes), it refuses a write and removes the entry that
/// the write would have replaced. The call is then [`Refused`](dewar_core::StoreErrorKind::Refused), and the session has ended.
///
/// # Several servers
///
/// Each key is stored on one server, which depends on the key and the list of servers only: [`Placement`] says how. If that server is down,
/// calls for the key fail as [`Unavailable`](dewar_core::StoreErrorKind::Unavailable); the key never moves to another server. Otherwise the
/// return of the server would bring back old sessions, ended ones as well. Many clients for Python do move keys: pymemcache's `HashClient`
/// after `retry_attempts` failures, python-memcached at once. To share sessions with such a program, configure it not to.
///
/// Adding or removing a server moves the keys of other servers too: few of them with pymemcache's placement, most with the others. The sessions
/// under these keys have ended for programs with the new list, and live on for those with the old one, so change the list of all programs at
/// the same time.
///
/// # Limits
///
/// * A session may not be larger than an item of the server (`-I`, one mebibyte by default) less 128 bytes and the length of the key.
///   A larger one is refused before it is sent, since Memcached would remove the previous one.
/// * A key that Memcached does not accept (longer than 250 bytes, empty, with spaces or control characters) is replaced with its SHA-256.
/// * Memcached counts in seconds: an entry expires up to two seconds late, never early. An end that is more than 30 days away is sent as a
///   date, so the clocks of the program and of the server must agree for it. No end is later than January 2038.
/// * Memcached cannot list keys, so there is no [`lister`](dewar_core::Store::lister), and no [owners](dewar_core::Store::owners): an index of
///   owners could be evicted while their sessions live, and "log out everywhere" would miss them. [`Store::sweeper`](dewar_core::Store::sweeper)
///   is `None`, since nothing has to be swept.
/// * A server that runs with `-C` (no CAS) is refused, as writes could not be compared.
///
/// # Round trips
///
/// Every call takes one round trip, with these exceptions. A load whose touch is due takes two. A swap that finds another entry takes two, as the
/// second fetches that entry. A rename takes two: it stores the new entry, and then replaces the old one; if that is not the one that was seen,
/// it takes up to two more, to fetch it and to remove the new entry. If the program ends in between, the new entry remains until it expires;
/// nobody knows its id.
///
/// # Outages
///
/// The next call replaces a connection that broke. Every call ends within its [timeout](MemcachedOptions::timeout). This store does not retry;
/// [`guarded`](Self::guarded) adds that.
#[derive(Debug)]
pub struct Memcached {
    /// Where each server is, as clients for Python write it.
    names: Vec<String>,
    /// A store for each server, in the same order.
    servers: Vec<Arc<dyn Store>>,
    placement: Placement,
    /// The longest time to wait for a rename.
    longest_rename: Duration,
}
