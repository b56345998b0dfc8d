//! Real servers for tests and measurements: on a free port, in a folder of their own, ended when their value is dropped.
//!
//! ```
//! let Some(redis) = dewar_servers::Redis::for_test() else { return Ok(()) };
//! redis.command(&["SET", "greeting", "hello"])?;
//! assert_eq!(redis.command(&["GET", "greeting"])?, "hello");
//! # Ok::<(), String>(())
//! ```

mod certificates;
mod chance;
mod folder;
mod instance;
mod memcached;
mod mongodb;
mod mysql;
mod pgbouncer;
mod port;
mod postgres;
mod process;
mod program;
mod proxy;
mod python;
mod redis;

pub use self::chance::Chance;
pub use self::instance::{Instance, Program};
pub use self::memcached::{Memcached, MemcachedProgram};
pub use self::mongodb::{MongoDb, MongoDbProgram, MongoReplicaSet};
pub use self::mysql::{MariaDb, MariaDbProgram};
pub use self::pgbouncer::{PgBouncer, PgBouncerProgram};
pub use self::postgres::{Postgres, PostgresProgram};
pub use self::process::Process;
pub use self::proxy::{Proxy, Trouble, Troubles};
pub use self::python::python;
pub use self::redis::{Redis, RedisCluster, RedisSettings};
