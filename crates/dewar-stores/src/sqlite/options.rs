//! How an SQLite file is used.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::{lock_timeout, pool};

/// How an SQLite file is used. A [`Synchronous`] alone is one as well, with the rest by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteOptions {
    /// What is on the disk when a write is answered: all of it.
    pub synchronous: Synchronous,
    /// How many threads read at most: 16. One more writes. No other thread waits for the disk.
    pub threads: NonZeroUsize,
    /// How long a call tries a lock that another process holds, before it is [busy](dewar_core::StoreErrorKind::Busy): 125 ms. To be
    /// less than the deadline of the [`Guard`](crate::guard::Guard) before it.
    pub lock_timeout: Duration,
}

/// What is on the disk when a write is answered. A process that dies, by `kill -9` too, loses no answered write either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// All of it: an answered write survives a power cut.
    #[default]
    Full,
    /// What the system wrote by then: a power cut may take the last answered writes, never the file. Many times faster.
    Normal,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            synchronous: Synchronous::default(),
            threads: pool::THREADS,
            lock_timeout: lock_timeout::WRITE,
        }
    }
}

impl From<Synchronous> for SqliteOptions {
    fn from(synchronous: Synchronous) -> Self {
        Self { synchronous, ..Self::default() }
    }
}
