//! One process and thread at a time, for each sixteenth of the entries, and for the counter.

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::names;
use crate::files::failed::Failed;
use crate::files::lock_file;
use crate::files::turns::{NotNow, Turn, Turns};
use crate::tries;

/// How long the counter is tried: whoever has it has it for one small file.
const COUNTER_TRIES: Duration = Duration::from_millis(5);

/// The lock files.
#[derive(Debug)]
pub(super) struct Locks {
    pub(super) folder: PathBuf,
    turns: Turns,
    /// How long a lock is tried.
    pub(super) tries: Duration,
}

/// The turns to try locks, in the order in which they are to be had.
#[derive(Debug)]
pub(super) struct Wanted(Vec<Turn>);

/// Locks that are released when this is dropped, and by the kernel when the process ends.
#[derive(Debug)]
pub(super) struct Held {
    files: Vec<File>,
    /// Given back after the locks.
    _turns: Vec<Turn>,
}

impl Locks {
    pub(super) fn new(folder: PathBuf, tries: Duration) -> Self {
        Self { folder, turns: Turns::default(), tries }
    }

    /// Waits, without a thread, for the turns to try the locks of files of these names, always in the same order.
    pub(super) async fn want<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<Wanted, Failed> {
        let mut wanted = Wanted(Vec::new());
        for shard in shards(names) {
            wanted.0.push(self.turns.wait(shard).await.map_err(|stuck| self.stuck(&stuck))?);
        }
        Ok(wanted)
    }

    /// Tries the locks.
    pub(super) fn hold(&self, wanted: Wanted) -> Result<Held, Failed> {
        self.try_for(wanted.0, Instant::now() + self.tries)
    }

    /// Tries the locks for a moment, unless somebody else is at them.
    pub(super) fn hold_for_a_touch<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<Held, Failed> {
        let turns = shards(names).into_iter().map(|shard| self.turns.now(shard));
        let turns = turns.collect::<Result<_, _>>().map_err(|stuck| self.stuck(&stuck))?;
        self.try_for(turns, Instant::now() + tries::TOUCH)
    }

    /// Tries the lock of a shard, in a walk through many. The walk has waited for other threads already: it has no turn.
    pub(super) fn hold_shard(&self, shard: &str, until: Instant) -> Result<Held, Failed> {
        Ok(Held { files: vec![lock_file::lock(&self.folder.join(shard), until)?], _turns: Vec::new() })
    }

    /// Tries the lock of the counter, which is taken after all others.
    pub(super) fn hold_counter(&self) -> Result<Held, Failed> {
        self.hold_shard("counter", Instant::now() + COUNTER_TRIES)
    }

    fn try_for(&self, turns: Vec<Turn>, until: Instant) -> Result<Held, Failed> {
        let mut held = Held { files: Vec::new(), _turns: Vec::new() };
        for turn in turns {
            let file = lock_file::lock(&self.folder.join(turn.lock()), until);
            turn.tried(!matches!(file, Err(Failed::Busy(_))));
            held.files.push(file?);
            held._turns.push(turn);
        }
        Ok(held)
    }

    fn stuck(&self, NotNow { lock }: &NotNow) -> Failed {
        Failed::Busy(self.folder.join(lock))
    }
}

fn shards<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut shards: Vec<_> = names.map(names::shard).collect();
    shards.sort_unstable();
    // Locks belong to an open file: a second one of the same shard would wait for the first for ever.
    shards.dedup();
    shards
}

impl Drop for Held {
    fn drop(&mut self) {
        for file in &self.files {
            // Not left to closing: a process that forked meanwhile has the file open, too.
            let _ = file.unlock();
        }
    }
}
