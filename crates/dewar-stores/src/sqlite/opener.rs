//! The process that opened the file.
//!
//! A process that was forked from it cannot use the file. SQLite [forbids](https://www.sqlite.org/howtocorrupt.html) to use a connection in
//! another process, and new ones would not help: what SQLite notes of the locks of a process comes along, while the locks do not.

use std::{fmt, process};

use dewar_core::StoreError;

#[derive(Debug, Clone, Copy)]
pub(super) struct Opener {
    process: u32,
}

impl Opener {
    pub(super) fn this_process() -> Self {
        Self { process: process::id() }
    }

    /// Whether this is another process, whose connections must be neither used nor closed.
    pub(super) fn is_another(self) -> bool {
        self.process != process::id()
    }

    pub(super) fn check(self) -> Result<(), StoreError> {
        if self.is_another() { Err(StoreError::refused(Forked)) } else { Ok(()) }
    }
}

#[derive(Debug)]
struct Forked;

impl fmt::Display for Forked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the process was forked after it opened the SQLite file: open the session store in each process, after the fork")
    }
}

impl std::error::Error for Forked {}
