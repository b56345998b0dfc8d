//! The settings.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::lock_timeout;
use crate::pool::THREADS;

/// The settings of the `FileSystemCache` that shares the folder. [`Default`] gives those of cachelib 0.17 under Flask-Session 0.8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachelibOptions {
    /// How files are named.
    pub names: FileNames,
    /// Whether a file by the other name is found as well: for sessions from before cachelib was updated. What is written has the name of
    /// [`names`](Self::names).
    pub reads_other_names: bool,
    /// `SESSION_FILE_THRESHOLD`: with more entries than this, expired ones are removed before another is added. 0: entries are not
    /// counted, and only a [`Sweeper`](dewar_core::Sweeper) removes any.
    pub threshold: u64,
    /// `SESSION_FILE_MODE`: the permissions of a file.
    pub mode: u32,
    /// How many threads the store has at most: 16. No other thread waits for its disk.
    pub threads: NonZeroUsize,
    /// How long a write tries a lock that another process holds, before it fails as [busy](dewar_core::StoreErrorKind::Busy): 125 ms.
    /// Choose less than the deadline of the [`Guard`](crate::guard::Guard) around it.
    pub lock_timeout: Duration,
}

/// What the name of a file is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileNames {
    /// The MD5 of the key: cachelib up to 0.15.4.
    Md5,
    /// The SHA-256 of the key: cachelib from 0.16.
    Sha256,
}

impl Default for CachelibOptions {
    fn default() -> Self {
        Self {
            names: FileNames::Sha256,
            reads_other_names: false,
            threshold: 500,
            mode: 0o600,
            threads: THREADS,
            lock_timeout: lock_timeout::WRITE,
        }
    }
}
