//! Session stores for Dewar: files (feature `filesystem`), SQLite (`sqlite`) and Redis or Valkey (`redis`).
//!
//! [`open`] takes a URL, so that a deployment can choose the store in its settings:
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
//! With the feature `dewar`, [`from_config`] opens the store that a program's [settings](dewar::config) name, also one that is shared
//! with Flask-Session, and [`sweep_periodically`] removes expired sessions at intervals.
//!
//! [`open`] puts a [`Guard`](guard::Guard) around every engine that can fail (not around memory): an engine that is slow or dead costs a
//! request a quarter of a second at first, and then almost nothing. [`open_with`] takes other limits. You can guard a store of your own, too:
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
//! A program has one SQLite library, which all its drivers share. The feature `sqlite` accepts rusqlite 0.32 to 0.43, so that cargo finds a
//! version that suits the other driver:
//!
//! | the program's own driver | rusqlite that cargo chooses |
//! |---|---|
//! | none, or rusqlite | the newest (0.43), or the program's |
//! | diesel 2.3 with `sqlite` | 0.40 |
//! | sqlx 0.9 with `sqlite` | 0.39 |
//! | sqlx 0.8 with `sqlite` | 0.32 |
//!
//! `sqlite` compiles SQLite along, and needs a C compiler. If the program links to the SQLite of the system, or to SQLCipher, use
//! `sqlite-unbundled` instead: then the program decides which library it is.
//!
//! # Removing expired sessions
//!
//! An expired session is never returned, but stays in files and tables until it is swept: spawn [`sweep_periodically`] in a program that runs for a
//! long time.
//!
//! Everything here runs on tokio; only the tables of [`sqlite`], without a guard, need no runtime. The features `tracing` and `metrics` add events
//! and counters; [`guard`] lists them.

#[cfg(any(all(feature = "filesystem", unix), feature = "sqlite-unbundled"))]
mod best_effort;
#[cfg(all(feature = "filesystem", unix))]
mod files;
pub mod guard;
#[cfg(any(all(feature = "filesystem", unix), feature = "sqlite-unbundled"))]
mod lock_timeout;
#[cfg_attr(not(feature = "dewar"), allow(dead_code, reason = "without it, no settings are read"))]
mod open;
mod open_error;
#[cfg(any(all(feature = "filesystem", unix), feature = "sqlite-unbundled"))]
mod pool;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "sqlite-unbundled")]
mod sql;
#[cfg(any(feature = "sqlite", feature = "sqlite-unbundled"))]
pub mod sqlite;
#[cfg(feature = "dewar")]
mod sweeping;

#[cfg(all(feature = "filesystem", unix))]
pub use self::files::{FileStore, Filesystem, cachelib};
#[cfg(feature = "dewar")]
pub use self::open::from_config;
pub use self::open::{Engine, open, open_with};
pub use self::open_error::OpenError;
#[cfg(feature = "redis")]
pub use self::redis::{Redis, RedisOptions};
#[cfg(any(feature = "sqlite", feature = "sqlite-unbundled"))]
pub use self::sql::SqlStore;
#[cfg(feature = "dewar")]
pub use self::sweeping::sweep_periodically;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
