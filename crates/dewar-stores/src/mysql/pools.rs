//! The pool of connections, which is replaced when its server cannot serve.
//!
//! A primary that became a replica keeps its connections, and so does a server that hangs, while the address may already lead to another one.

use std::fmt;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use dewar_core::StoreError;
use mysql_async::{DriverError, Error, Opts, Pool};
use tokio::time::{Instant, timeout_at};

use super::failure;
use super::lease::{Connecting, Lease};

/// The pool is replaced after this many calls in a row without an answer.
const MOST_UNANSWERED: u32 = 5;

pub(super) struct Pools {
    opts: Opts,
    current: Mutex<Arc<Generation>>,
}

/// A pool, and what is known of it.
pub(super) struct Generation {
    pub(super) pool: Pool,
    /// The process that made it. A process that was forked makes its own connections.
    process: u32,
    /// The number of calls without an answer since the last answer.
    unanswered: AtomicU32,
    is_connecting: AtomicBool,
}

impl Pools {
    /// Connects when it is first used.
    pub(super) fn new(opts: Opts) -> Self {
        let current = Mutex::new(Generation::new(&opts));
        Self { opts, current }
    }

    /// A connection. Waits until one is free or open. If that takes too long, nothing was sent.
    pub(super) async fn lease(&self, until: Instant) -> Result<Lease<'_>, StoreError> {
        self.connect(until).await.map_err(|error| match error {
            Some(error) => failure::not_connected(error),
            None => StoreError::unavailable(NoConnection),
        })
    }

    /// The same, with the driver's error; `None`: it took too long.
    pub(super) async fn connect(&self, until: Instant) -> Result<Lease<'_>, Option<Error>> {
        let mut is_new = false;
        loop {
            let generation = self.current(process::id());
            let conn = timeout_at(until, Connecting::new(&generation)).await.map_err(|_| None)?;
            match conn {
                Ok(conn) => return Ok(Lease::new(conn, generation, self)),
                // The runtime that the pool was first used in has ended.
                Err(Error::Driver(DriverError::PoolDisconnected)) if !is_new => is_new = true,
                Err(error) => return Err(Some(error)),
            }
            self.replace(&generation);
        }
    }

    fn current(&self, process: u32) -> Arc<Generation> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.process != process {
            let parents = std::mem::replace(&mut *current, Generation::new(&self.opts));
            // Dropped, it would end the parent's connections.
            std::mem::forget(parents);
        }
        Arc::clone(&current)
    }

    /// Starts with new connections, unless that was done since. Those in use are closed when their calls end.
    pub(super) fn replace(&self, generation: &Arc<Generation>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&current, generation) {
            *current = Generation::new(&self.opts);
        }
    }
}

impl Generation {
    fn new(opts: &Opts) -> Arc<Self> {
        Arc::new(Self {
            pool: Pool::new(opts.clone()),
            process: process::id(),
            unanswered: AtomicU32::new(0),
            is_connecting: AtomicBool::new(false),
        })
    }

    pub(super) fn answered(&self) {
        self.unanswered.store(0, Ordering::Relaxed);
    }

    /// Counts a call without an answer. `true` if there were too many in a row.
    pub(super) fn is_silent(&self) -> bool {
        self.unanswered.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_UNANSWERED
    }

    /// `true` if no other attempt goes on without a call that waits for it.
    pub(super) fn goes_on_connecting(&self) -> bool {
        !self.is_connecting.swap(true, Ordering::Relaxed)
    }

    pub(super) fn ends_connecting(&self) {
        self.is_connecting.store(false, Ordering::Relaxed);
    }
}

impl fmt::Debug for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pools").finish_non_exhaustive()
    }
}

/// No connection was free, and none could be opened in time.
#[derive(Debug)]
struct NoConnection;

impl fmt::Display for NoConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no connection to MySQL was free in time: check that the server answers, or allow more connections")
    }
}

impl std::error::Error for NoConnection {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forked_process_makes_its_own_connections() {
        let pools = Pools::new(Opts::from_url("mysql://localhost").unwrap());
        let ours = pools.current(process::id());
        assert!(Arc::ptr_eq(&ours, &pools.current(process::id())));
        assert!(!Arc::ptr_eq(&ours, &pools.current(process::id() + 1)));
    }

    #[test]
    fn a_pool_is_replaced_once() {
        let pools = Pools::new(Opts::from_url("mysql://localhost").unwrap());
        let first = pools.current(process::id());
        pools.replace(&first);
        let second = pools.current(process::id());
        pools.replace(&first);
        assert!(!Arc::ptr_eq(&first, &second) && Arc::ptr_eq(&second, &pools.current(process::id())));
    }
}
