#![cfg_attr(docsrs, feature(doc_cfg))]
//! Session stores for Dewar: files, SQLite, PostgreSQL, MySQL and MariaDB, Redis and Valkey, MongoDB, and Memcached, a feature each.
//!
//! [`open`] takes a URL, so that each deployment can choose its store:
//!
#![doc = include_str!("open/urls.md")]
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), dewar_stores::OpenError> {
//! use std::sync::Arc;
//!
//! use dewar::store::Store;
//!
//! let url = std::env::var("SESSION_STORE").unwrap_or_else(|_| "memory:".to_owned());
//! let store: Arc<dyn Store> = dewar_stores::open(&url).await?;
//! # _ = store;
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `dewar`, [`from_config`] opens the store that a program's [settings](dewar::config) name, and [`sweep_periodically`]
//! removes expired sessions at intervals. With the feature `flask`, that includes stores that are shared with Flask-Session.
//!
//! [`open`] wraps every engine that can fail (all except memory) in a [`Guard`](guard::Guard): an engine that is down delays a request by at
//! most 250 ms, and once the circuit breaker is open, calls fail at once. [`open_with`] takes other limits. You can wrap your own store, too:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use dewar::store::Memory;
//! use dewar_stores::guard::{Guard, GuardOptions};
//!
//! let options = GuardOptions { deadline: Duration::from_millis(100), ..GuardOptions::default() };
//! let store = Arc::new(Guard::new(Arc::new(Memory::new()), options));
//! ```
//!
//! # SQLite beside another driver
//!
//! A program can contain only one SQLite library, which all its drivers share. The feature `sqlite` accepts rusqlite 0.32 to 0.43, so that cargo
//! can choose a version that fits the other driver:
//!
//! | the program's own driver | rusqlite that cargo chooses |
//! |---|---|
//! | none, or rusqlite | the newest (0.43), or the program's |
//! | diesel 2.3 with `sqlite` | 0.40 |
//! | sqlx 0.9 with `sqlite` | 0.39 |
//! | sqlx 0.8 with `sqlite` | 0.32 |
//!
//! `sqlite` compiles SQLite, and needs a C compiler. If the program links to the system's SQLite or to SQLCipher, use `sqlite-unbundled`
//! instead: then the program chooses the library.
//!
//! # Removing expired sessions
//!
//! Expired sessions are never returned, but they take up space in files and tables until they are swept: a program that runs for a long time
//! spawns [`sweep_periodically`].
//!
//! Everything here needs tokio, except the stores of [`sqlite`] without a guard, which need no runtime. The features `tracing` and `metrics` add
//! events and metrics; [`guard`] lists them.

#[cfg(any(feature = "mongodb", feature = "redis", feature = "sql"))]
mod after_some;
#[cfg(any(all(feature = "filesystem", unix), feature = "sql"))]
mod best_effort;
#[cfg(all(feature = "filesystem", unix))]
mod files;
pub mod guard;
#[cfg(test)]
#[cfg(feature = "tracing")]
mod heard;
#[cfg(any(all(feature = "filesystem", unix), feature = "postgres", feature = "sqlite-unbundled"))]
#[cfg_attr(
    not(any(all(feature = "filesystem", unix), feature = "sqlite-unbundled")),
    allow(dead_code, reason = "PostgreSQL waits for locks by itself")
)]
mod lock_timeout;
#[cfg(feature = "memcached")]
mod memcached;
#[cfg(feature = "mongodb")]
pub mod mongodb;
#[cfg(feature = "mysql")]
pub mod mysql;
#[cfg_attr(not(feature = "flask"), allow(dead_code, reason = "without it, fewer settings are read, or none"))]
mod open;
mod open_error;
#[cfg(any(all(feature = "filesystem", unix), feature = "sqlite-unbundled"))]
mod pool;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(any(feature = "mongodb", feature = "sql"))]
mod prefix;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "sql")]
pub mod sql;
#[cfg(any(feature = "sqlite", feature = "sqlite-unbundled"))]
pub mod sqlite;
#[cfg(feature = "dewar")]
mod sweeping;

#[cfg(all(feature = "filesystem", feature = "flask", unix))]
pub use self::files::cachelib;
#[cfg(all(feature = "filesystem", unix))]
pub use self::files::{FileStore, Filesystem};
#[cfg(feature = "memcached")]
pub use self::memcached::{Memcached, MemcachedOptions, MemcachedPlacement};
#[cfg(feature = "flask")]
pub use self::open::flask_settings;
pub use self::open::{Engine, OpenOptions, open, open_with, schema};
#[cfg(feature = "dewar")]
pub use self::open::{from_config, from_config_with, schema_from_config};
pub use self::open_error::{OpenError, OpenErrorKind};
#[cfg(feature = "redis")]
pub use self::redis::{Redis, RedisConnection, RedisOptions};
#[cfg(any(feature = "sqlite", feature = "sqlite-unbundled"))]
pub use self::sql::SqlStore;
#[cfg(feature = "dewar")]
pub use self::sweeping::sweep_periodically;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
