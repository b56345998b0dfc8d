//! Stores, each on the engine it is for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

#[cfg(all(feature = "filesystem", feature = "flask", unix))]
mod cachelib;
#[cfg(all(feature = "filesystem", feature = "flask", feature = "redis", feature = "sqlite", unix))]
mod configured;
#[cfg(all(feature = "filesystem", unix))]
mod filesystem;
#[cfg(all(feature = "filesystem", feature = "sqlite", target_os = "linux"))]
mod full_disk;
#[cfg(all(feature = "filesystem", unix))]
mod killed;
#[cfg(feature = "memcached")]
mod memcached;
#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(all(feature = "postgres", feature = "flask", unix))]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(all(feature = "filesystem", target_os = "linux"))]
mod small_disk;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(all(feature = "filesystem", feature = "sqlite", target_os = "linux"))]
mod stuck;
#[cfg(all(feature = "filesystem", feature = "sqlite", target_os = "linux"))]
mod synced;
#[cfg(feature = "sqlite")]
mod without_runtime;

/// How long a store of a test waits for a lock that others hold all the time, on a machine that is busy with other tests as well.
#[cfg(any(feature = "filesystem", feature = "sqlite"))]
const LONG_LOCK_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(60);
