//! A process that is stopped while it holds a lock: it costs the requests that need the lock, and no others.
//!
//! The stopped processes are this test binary itself; so is the one whose threads are counted.

mod in_a_database;
mod on_disk;
mod process;
