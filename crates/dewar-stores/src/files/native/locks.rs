//! One process and thread at a time, for each shard and for each shard of owners.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dewar_core::clock::UnixTime;

use super::name::Name;
use crate::files::failed::Failed;
use crate::files::lock_file;
use crate::files::turns::{NotNow, Turn, Turns};
use crate::tries;

/// The lock files. They hold locks on what is elsewhere and stay when it goes.
#[derive(Debug, Clone)]
pub(super) struct Locks {
    folder: PathBuf,
    turns: Arc<Turns>,
    /// How long a lock is tried.
    pub(super) tries: Duration,
}

/// The turns to try locks, in the order in which they are to be had.
#[derive(Debug)]
pub(super) struct Wanted {
    owner: Option<Turn>,
    shards: Vec<Turn>,
}

/// Locks that are released when this is dropped, and by the kernel when the process ends.
#[derive(Debug)]
pub(super) struct Held {
    owner: Option<File>,
    shards: Vec<File>,
    /// Given back after the locks.
    _turns: Vec<Turn>,
}

impl Locks {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, turns: Arc::default(), tries: tries::WRITE }
    }

    /// Waits, without a thread, for the turns to try the locks of an owner and of entries, always in the same order: the owner's, then
    /// the shards' by name.
    pub(super) async fn want(&self, owner: Option<&Name>, entries: &[&Name]) -> Result<Wanted, Failed> {
        let mut shards: Vec<_> = entries.iter().map(|name| name.shard()).collect();
        shards.sort_unstable();
        // Locks belong to an open file: a second one of the same shard would wait for the first for ever.
        shards.dedup();
        let mut wanted = Wanted { owner: None, shards: Vec::new() };
        if let Some(owner) = owner {
            wanted.owner =
                Some(self.turns.wait(&of_owners(owner)).await.map_err(|stuck| self.stuck(&stuck))?);
        }
        for shard in shards {
            wanted.shards.push(self.turns.wait(shard).await.map_err(|stuck| self.stuck(&stuck))?);
        }
        Ok(wanted)
    }

    /// Tries the locks.
    pub(super) fn hold(&self, wanted: Wanted) -> Result<Held, Failed> {
        let until = Instant::now() + self.tries;
        let mut held = Held { owner: None, shards: Vec::new(), _turns: Vec::new() };
        if let Some(turn) = wanted.owner {
            held.owner = Some(self.try_for(&turn, until)?);
            held._turns.push(turn);
        }
        for turn in wanted.shards {
            held.shards.push(self.try_for(&turn, until)?);
            held._turns.push(turn);
        }
        Ok(held)
    }

    /// Tries the lock of an entry's shard for a moment, unless somebody else is at it.
    pub(super) fn hold_for_a_touch(&self, entry: &Name) -> Result<Held, Failed> {
        let turn = self.turns.now(entry.shard()).map_err(|stuck| self.stuck(&stuck))?;
        let file = self.try_for(&turn, Instant::now() + tries::TOUCH)?;
        Ok(Held { owner: None, shards: vec![file], _turns: vec![turn] })
    }

    /// Tries the lock of a shard, in a walk through many. The walk has waited for other threads already: it has no turn.
    pub(super) fn hold_shard(&self, shard: &str, until: Instant) -> Result<Held, Failed> {
        let file = lock_file::lock(&self.folder.join(shard), until)?;
        Ok(Held { owner: None, shards: vec![file], _turns: Vec::new() })
    }

    /// The same for a shard of owners.
    pub(super) fn hold_owner(&self, owner: &Name, until: Instant) -> Result<Held, Failed> {
        self.hold_shard(&of_owners(owner), until)
    }

    fn try_for(&self, turn: &Turn, until: Instant) -> Result<File, Failed> {
        let file = lock_file::lock(&self.folder.join(turn.lock()), until);
        turn.tried(!matches!(file, Err(Failed::Busy(_))));
        file
    }

    fn stuck(&self, NotNow { lock }: &NotNow) -> Failed {
        Failed::Busy(self.folder.join(lock))
    }
}

fn of_owners(owner: &Name) -> String {
    format!("owners-{}", owner.shard())
}

impl Held {
    /// A number greater than all that came before for this owner, also if the clock stands still; 0 without an owner.
    ///
    /// The last one is kept in the lock file. Should that be lost in a crash, the time stands in for it.
    pub(super) fn next_place(&self, now: UnixTime) -> io::Result<u64> {
        let Some(file) = &self.owner else { return Ok(0) };
        let mut bytes = [0; 8];
        match file.read_exact_at(&mut bytes, 0) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => bytes = [0; 8],
            answer => answer?,
        }
        let place = u64::from_be_bytes(bytes).saturating_add(1).max(of_time(now));
        file.write_all_at(&place.to_be_bytes(), 0)?;
        Ok(place)
    }
}

/// Leaves room for a million comers in a millisecond, until the year 2248.
fn of_time(now: UnixTime) -> u64 {
    u64::try_from(now.millis()).unwrap_or(0).min(1 << 43) << 20
}

impl Drop for Held {
    fn drop(&mut self) {
        for file in self.shards.iter().chain(&self.owner) {
            // Not left to closing: a process that forked meanwhile has the file open, too.
            let _ = file.unlock();
        }
    }
}
