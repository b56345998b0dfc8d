//! The failures that a proxy causes, and has caused.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use crate::chance::Chance;

/// How often a proxy fails: each number is "once in this many pieces". A piece is a request or an answer, or several of them at once.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// The seed of all random choices.
    pub seed: u64,
    /// A piece is delayed.
    pub delayed: usize,
    /// The longest delay.
    pub delay: Duration,
    /// The connection is closed instead: before the piece, in it or behind it.
    pub cut: usize,
    /// Nothing arrives any more, though the connection stays open.
    pub swallowed: usize,
}

/// How often a proxy has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Troubles {
    /// Pieces that were delayed.
    pub delayed: usize,
    /// Connections that were closed.
    pub cut: usize,
    /// Connections that became silent.
    pub swallowed: usize,
}

/// What happens to a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Delayed(Duration),
    /// After this number of its bytes.
    Cut(usize),
    Swallowed,
}

#[derive(Debug)]
pub(super) struct Shared {
    trouble: Trouble,
    /// The port to which new connections go.
    pub(super) port: AtomicU16,
    pub(super) connections: AtomicUsize,
    pub(super) is_calm: AtomicBool,
    pub(super) is_stopped: AtomicBool,
    /// How often all connections were silenced.
    pub(super) silenced: AtomicUsize,
    delayed: AtomicUsize,
    cut: AtomicUsize,
    swallowed: AtomicUsize,
}

impl Trouble {
    /// No failures.
    #[must_use]
    pub fn none() -> Self {
        let never = usize::MAX;
        Self { seed: 0, delayed: never, delay: Duration::ZERO, cut: never, swallowed: never }
    }

    /// Most calls are answered, and each kind of failure happens often.
    #[must_use]
    pub fn now_and_then(seed: u64) -> Self {
        Self { seed, delayed: 100, delay: Duration::from_millis(400), cut: 200, swallowed: 1000 }
    }

    fn outcome(&self, length: usize, chance: &mut Chance) -> Outcome {
        if chance.once_in(self.swallowed) {
            Outcome::Swallowed
        } else if chance.once_in(self.cut) {
            Outcome::Cut(chance.below(length + 1))
        } else if chance.once_in(self.delayed) {
            Outcome::Delayed(self.delay.mul_f64(chance.below(1001) as f64 / 1e3))
        } else {
            Outcome::Passed
        }
    }
}

impl Shared {
    pub(super) fn new(port: u16, trouble: Trouble) -> Self {
        let port = AtomicU16::new(port);
        let [is_calm, is_stopped] = [(); 2].map(|()| AtomicBool::new(false));
        let [connections, silenced, delayed, cut, swallowed] = [(); 5].map(|()| AtomicUsize::new(0));
        Self { trouble, port, connections, is_calm, is_stopped, silenced, delayed, cut, swallowed }
    }

    /// The random numbers of one direction of one connection.
    pub(super) fn chance(&self, number: u64) -> Chance {
        Chance::new(self.trouble.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub(super) fn outcome(&self, length: usize, chance: &mut Chance) -> Outcome {
        let outcome = self.trouble.outcome(length, chance);
        if self.is_calm.load(Ordering::Relaxed) {
            return Outcome::Passed;
        }
        let count = match outcome {
            Outcome::Passed => return outcome,
            Outcome::Delayed(_) => &self.delayed,
            Outcome::Cut(_) => &self.cut,
            Outcome::Swallowed => &self.swallowed,
        };
        count.fetch_add(1, Ordering::Relaxed);
        outcome
    }

    pub(super) fn troubles(&self) -> Troubles {
        let [delayed, cut, swallowed] =
            [&self.delayed, &self.cut, &self.swallowed].map(|count| count.load(Ordering::Relaxed));
        Troubles { delayed, cut, swallowed }
    }
}
