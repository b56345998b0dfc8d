//! The figures of a race.

use std::mem;
use std::time::Duration;

use super::slowest::Slowest;
use super::{IN_MEMORY, TIMEOUT};
use crate::engine::Durability;
use crate::run::Outcome;

#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) done: Done,
    pub(super) lost_by_engine: Lost,
    pub(super) lost: Lost,
    /// The slowest answer while the server was away.
    pub(super) slowest: Slowest,
    /// From the moment in which the address leads to the server until both processes serve.
    pub(super) served: Vec<Duration>,
}

/// What the visitors did.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) stored: usize,
    pub(super) logouts: usize,
    pub(super) refused: usize,
    /// Sessions that ended under a visitor, though the engine had them.
    pub(super) logged_out: usize,
}

/// What was acknowledged and is missing.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) writes: usize,
    /// Sessions that are logged in again, or still.
    pub(super) logouts: usize,
}

impl Tally {
    pub(super) fn outcome(self, settings: &str, durability: Durability) -> Outcome {
        let Self { done, lost_by_engine, lost, slowest, served } = self;
        let served_ms = served.iter().max().copied().unwrap_or_default().as_millis();
        let times = format!("{} restarts: {slowest}, served again after {served_ms} ms (max)", served.len());
        let Done { stored, logouts, refused, logged_out } = done;
        let writes = format!("{stored} writes and {logouts} logouts stored, {refused} refused");
        let by_engine = format!("lost by the engine: {lost_by_engine}");
        let figures =
            format!("{settings}: {times}; {writes}; {by_engine}, by us: {lost}, {logged_out} logged out");
        let is_right = match durability {
            // An engine without a disk shows whether what is lost is counted at all. Others may have written everything in time.
            Durability::Relaxed => !settings.ends_with(IN_MEMORY) || lost_by_engine.writes > 0,
            Durability::Any | Durability::Durable => lost_by_engine == Lost::default(),
        };
        let is_good = is_right && lost == Lost::default() && logged_out == 0 && slowest.took < TIMEOUT;
        if is_good { Ok(figures) } else { Err(figures) }
    }
}

/// The figures of another restart.
impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.done.stored += other.done.stored;
        self.done.logouts += other.done.logouts;
        self.done.refused += other.done.refused;
        self.done.logged_out += other.done.logged_out;
        self.lost_by_engine += other.lost_by_engine;
        self.lost += other.lost;
        self.slowest = mem::take(&mut self.slowest).slower(other.slowest);
        self.served.extend(other.served);
    }
}

impl std::ops::AddAssign for Lost {
    fn add_assign(&mut self, other: Self) {
        self.writes += other.writes;
        self.logouts += other.logouts;
    }
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} writes and {} logouts", self.writes, self.logouts)
    }
}
