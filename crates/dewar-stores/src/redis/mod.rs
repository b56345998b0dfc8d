//! Redis, and Valkey, from version 6.2.
//!
//! A payload is kept as it is, as a string under the very key of the session, with the server's own time to live: what
//! Flask-Session writes with `SET key value EX seconds` can be read, and the other way round. Every call is one round trip; what
//! compares before it writes is a Lua script, which the server runs as one step. Redis removes what is over by itself.
//!
//! The index of owners lies beside the entries and is written in the same step as they are:
//!
//! | key | type | what |
//! |---|---|---|
//! | `dewar:of:<key>` | string | whose an entry is; lasts as long as the entry |
//! | `dewar:owner:<owner>` | sorted set | the keys of an owner, in the order in which they came; lasts as long as the last of them |
//!
//! The scripts reach keys that follow from what they find, which a Redis Cluster does not allow: with an index of owners it must be
//! a single server and its replicas.

mod address;
mod call;
mod connection;
mod failure;
mod life;
mod line;
mod lister;
mod options;
mod owners;
mod scripts;
mod store;

pub use self::options::RedisOptions;
pub use self::store::Redis;
