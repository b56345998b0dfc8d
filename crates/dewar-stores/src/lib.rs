//! Where Dewar keeps sessions: files, SQLite, Redis; each behind a feature of its name.
//!
//! [`open`] takes a URL, so that a deployment can choose by its settings:
//!
//! | URL | Where sessions are kept | Feature |
//! |---|---|---|
//! | `memory:` | in this process, and gone with it | – |
//! | `file:///var/lib/app/sessions` | files in this folder | `filesystem` |
//! | `sqlite:///var/lib/app/sessions.db` | a table in this file | `sqlite` |
//! | `redis://host`, `unix:///run/redis.sock` | Redis or Valkey | `redis` |
//! | `rediss://host` | the same, over TLS | `redis-tls` |
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
//! [`from_config`] opens what a program's [settings](dewar::config) name, Flask-Session's as well.
//!
//! What [`open`] gives stands behind a [`Guard`](guard::Guard): an engine that is slow or dead costs a quarter of a second at
//! first, and then nothing. [`open_with`] takes other limits. A store of your own is guarded as well:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use dewar::store::Memory;
//! use dewar_stores::guard::{Guard, Patience};
//!
//! let patience = Patience { deadline: Duration::from_millis(100), ..Patience::default() };
//! let store = Arc::new(Guard::new(Arc::new(Memory::new()), patience));
//! ```
//!
//! What is over is not shown, but files and tables keep it until somebody sweeps: spawn [`keep_swept`] in a program that runs for long.
//!
//! Everything here runs on tokio; the tables of `sqlite` alone, without a guard, need no runtime. `tracing` and `metrics` are features, too; see [`guard`] for what they tell.

#[cfg(any(all(feature = "filesystem", unix), feature = "sqlite"))]
mod courtesies;
#[cfg(all(feature = "filesystem", unix))]
mod files;
pub mod guard;
#[cfg(any(all(feature = "filesystem", unix), feature = "sqlite"))]
mod lock_timeout;
mod open;
mod open_error;
#[cfg(any(all(feature = "filesystem", unix), feature = "sqlite"))]
mod pool;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "sqlite")]
mod sql;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(feature = "dewar")]
mod sweeping;

#[cfg(all(feature = "filesystem", unix))]
pub use self::files::{FileStore, Filesystem, cachelib};
#[cfg(feature = "dewar")]
pub use self::open::from_config;
pub use self::open::{open, open_with};
pub use self::open_error::OpenError;
#[cfg(feature = "redis")]
pub use self::redis::{Redis, RedisOptions};
#[cfg(feature = "dewar")]
pub use self::sweeping::keep_swept;
