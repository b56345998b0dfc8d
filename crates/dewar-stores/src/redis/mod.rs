//! Redis, and Valkey.

mod address;
mod client;
#[cfg(test)]
mod cluster;
mod connection;
mod failure;
mod greeting;
mod handed_over;
mod index;
mod line;
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
pub use self::handed_over::RedisConnection;
pub use self::options::RedisOptions;

/// A session store in Redis 6.2 or later, or in Valkey.
///
/// A payload is stored unchanged, as a string under the session's key, with the server's time to live (TTL). So it can read what Flask-Session
/// writes with `SET key value EX seconds`, and Flask-Session can read what it writes. Writes that compare are Lua scripts, which the server runs
/// atomically, or `SET … IFEQ` where a session has no owner and the server knows it (Valkey 8.1, Redis 8.4). Redis removes expired entries by
/// itself, by its own clock.
///
/// # Keys
///
/// For a program named `shop`. In Flask-Session's records, `session:` replaces `shop:`.
///
/// | key | type | what |
/// |---|---|---|
/// | `shop:{tg}:<hash>` | string | a session; `session:<id>` in Flask-Session's records |
/// | `shop:{tg}:<hash>:owner` | hash | the owner record: `owner`, its `place` among the owner's sessions, and what was written to the index (`ttl`, `joined`); has the TTL of the session |
/// | `shop:owner:<owner>` | sorted set | the index of an owner: `<ttl> <key>` of each session; has the longest TTL of its members |
///
/// So one pattern covers all keys. This creates a user with only the permissions that are needed:
///
/// ```text
/// ACL SETUSER shop on >password ~shop:* +@read +@write +@scripting +@connection +time
/// ```
///
/// Without `+time` the program's clock decides which members of an index have expired, so it must be correct.
///
/// With [`RedisOptions::owner_index`] off, only sessions are stored. A tombstone has no owner. If the server's memory is full, an entry is
/// removed without a tombstone.
///
/// # Round trips
///
/// Every call takes one round trip, with three exceptions. A load whose touch is due takes one more: once per tenth of the idle time, or each time
/// in Flask's records. So does a `SET … IFEQ` that met another write. Listing an owner's sessions takes two round trips per thousand sessions, removing them all takes three. So a request that
/// logs in takes two in all: it loads, then it renames the session and writes the index. A logout updates the index in the background.
///
/// A load is `PTTL` and `GET`. Without the expiry it is `GET` alone, which is how a session manager loads records of our own; it [extends
/// them](dewar_core::Store::is_faster_without_expiry) by a write instead of a touch.
///
/// A Redis Cluster is not supported yet, and refused when the store is opened. The scripts are ready for it: each uses keys of one slot, and the
/// tag `{tg}` of an id stays when the id is renewed. There, writing the index is a separate call before the session is written, so a login will
/// take three round trips.
///
/// # Outages
///
/// The next call replaces a connection that broke, or whose server says that it cannot serve
/// ([`StoreErrorKind::Unavailable`](dewar_core::StoreErrorKind::Unavailable)), such as a former primary after a failover. Every call ends within
/// its [timeout](RedisOptions::timeout). This store does not retry. A [`Guard`](crate::guard::Guard) does, and [its
/// documentation](crate::guard#which-calls-are-retried) says which calls can be retried safely.
///
/// Redis replicates asynchronously. A failover can lose what was acknowledged just before it: a login, a change, a logout.
/// `min-replicas-to-write 1` shortens that window, but does not close it. Until a write is refused, a connection to a former primary reads the
/// data that it still has.
///
/// Configure the server to keep its data: `maxmemory-policy noeviction`, and `appendonly yes` if sessions must survive a restart of the server.
/// With another policy, an index may be evicted while its sessions exist, and "log out everywhere" would not find them.
#[derive(Debug)]
pub struct Redis {
    connection: Arc<Connection>,
    has_owners: bool,
}
