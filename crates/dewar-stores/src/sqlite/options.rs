//! The options of an SQLite store.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::{lock_timeout, pool};

/// The options of an SQLite store. You can pass a [`Synchronous`] instead, to use the defaults for the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteOptions {
    /// What is on the disk when a write is answered. Default: everything.
    pub synchronous: Synchronous,
    /// The largest number of threads that read; one more thread writes. No other thread waits for the disk. Default: 16.
    pub threads: NonZeroUsize,
    /// How long a call tries a lock that another process holds, before it fails as [busy](dewar_core::StoreErrorKind::Busy). It should be less
    /// than the deadline of the [`Guard`](crate::guard::Guard) around the store. Default: 125 ms.
    pub lock_timeout: Duration,
    /// Whether the file and the table are created if they do not exist. Otherwise that is an error, and nothing is changed. Default: true.
    pub create: bool,
}

/// What is on the disk when a write is answered. With either value, a process that crashes or is killed loses no answered write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// Everything: an answered write survives a power failure.
    #[default]
    Full,
    /// What the operating system has written by then: a power failure may lose the last answered writes, but never damages the file. Many times
    /// faster.
    Normal,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            synchronous: Synchronous::default(),
            threads: pool::THREADS,
            lock_timeout: lock_timeout::WRITE,
            create: true,
        }
    }
}

impl From<Synchronous> for SqliteOptions {
    fn from(synchronous: Synchronous) -> Self {
        Self { synchronous, ..Self::default() }
    }
}
