//! How an SQLite file is used.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::file::Synchronous;
use crate::{pool, tries};

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

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { synchronous: Synchronous::default(), threads: pool::THREADS, lock_timeout: tries::WRITE }
    }
}

impl From<Synchronous> for SqliteOptions {
    fn from(synchronous: Synchronous) -> Self {
        Self { synchronous, ..Self::default() }
    }
}
