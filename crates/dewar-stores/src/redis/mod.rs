//! Redis, and Valkey.

mod address;
mod client;
#[cfg(test)]
mod cluster;
mod connection;
mod failure;
mod index;
mod lister;
mod options;
mod owners;
mod script;
mod shared_connection;
mod store;
mod touch;
mod ttl;
mod write;

use std::sync::Arc;

use self::connection::Connection;
pub use self::options::RedisOptions;

/// Sessions in Redis from version 6.2, or in Valkey. The tests run on the server that is installed: Redis 7.0 where this was written.
///
/// A payload is stored as it is, as a string under the very key of the session, with the server's own time to live (TTL): what
/// Flask-Session writes with `SET key value EX seconds` can be read, and the other way round. What compares before it writes is a
/// Lua script, which the server runs as one step, wholly or not at all. Redis removes expired entries by itself, by its own clock.
///
/// # Keys
///
/// For a program named `shop`; for Flask-Session's records, `session:` stands for `shop:`.
///
/// | key | type | what |
/// |---|---|---|
/// | `shop:{tg}:<hash>` | string | a session; `session:<id>` in Flask-Session's records |
/// | `shop:{tg}:<hash>:owner` | hash | the owner record: `owner`, its `place` among the owner's sessions, and what the index was told (`ttl`, `joined`); has the TTL of the session |
/// | `shop:owner:<owner>` | sorted set | the index of an owner: `<ttl> <key>` of each session; has the longest TTL of its members |
///
/// So one pattern covers them all. A user who may do what is needed and nothing else:
///
/// ```text
/// ACL SETUSER shop on >password ~shop:* +@read +@write +@scripting +@connection +time
/// ```
///
/// Without `+time` the program's own clock says which members of an index have expired; it must then be right.
///
/// With [`RedisOptions::owner_index`] off, nothing but sessions is stored. A tombstone has no owner, and where the memory is full an entry
/// is removed without a tombstone.
///
/// # Round trips
///
/// Every call is one, with two exceptions. A load whose touch is due takes one more, once in a tenth of the idle time (in Flask's records each time). An
/// owner's sessions are listed in two per thousand, and all removed in three. So a request that logs in takes two in all: it loads, and then
/// it renames the session and writes the index. After a logout the index is told, but no request waits for that.
///
/// A Redis Cluster is refused when the store is opened. The scripts are ready for it: each touches keys of one slot, and the tag
/// `{tg}` of an id stays when it is renewed. There the index is another call before the one that writes the session, so that a
/// login will take three.
///
/// # Outages
///
/// A connection that breaks is replaced by the next call, and so is one to a server that says that it cannot serve, as a primary does
/// that gave way to its replica ([`StoreErrorKind::Unavailable`](dewar_core::StoreErrorKind::Unavailable)). Every call ends within its
/// [timeout](RedisOptions::timeout). Nothing is retried here: that is for a [guard](crate::guard::Guard), which also tells what is
/// safe to be repeated, and why.
///
/// Redis copies to its replicas after it has answered. A failover may lose what was acknowledged in the moments before: a login, a
/// change, a logout. `min-replicas-to-write 1` makes that shorter, not impossible. Until a write is refused, a connection to a previous
/// primary reads what that still holds.
///
/// The server must keep what it is given: `maxmemory-policy noeviction`, and `appendonly yes` where a session must survive its restart.
/// With another policy an index may be evicted while its sessions live, and "log out everywhere" would not find them.
#[derive(Debug)]
pub struct Redis {
    connection: Arc<Connection>,
    has_owners: bool,
}
