//! How much trouble a proxy makes, and has made.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::time::Duration;

use crate::chance::Chance;

/// How often something goes wrong: once in so many pieces, which are questions or answers, or several of them at once.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// From which all else follows.
    pub seed: u64,
    /// A piece comes late.
    pub delayed: usize,
    /// By how much at most.
    pub delay: Duration,
    /// The connection is closed instead: before the piece, in it or behind it.
    pub cut: usize,
    /// Nothing comes any more, though the connection stays.
    pub swallowed: usize,
}

/// How often something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Troubles {
    /// Pieces that came late.
    pub delayed: usize,
    /// Connections that were closed.
    pub cut: usize,
    /// Connections that became silent.
    pub swallowed: usize,
}

/// What becomes of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Passed,
    Delayed(Duration),
    /// After so many of its bytes.
    Cut(usize),
    Swallowed,
}

#[derive(Debug)]
pub(super) struct Shared {
    trouble: Trouble,
    /// Where new connections lead.
    pub(super) port: AtomicU16,
    pub(super) connections: AtomicUsize,
    pub(super) is_calm: AtomicBool,
    pub(super) is_over: AtomicBool,
    /// How often all connections were silenced.
    pub(super) silenced: AtomicUsize,
    delayed: AtomicUsize,
    cut: AtomicUsize,
    swallowed: AtomicUsize,
}

impl Trouble {
    /// None.
    #[must_use]
    pub fn none() -> Self {
        let never = usize::MAX;
        Self { seed: 0, delayed: never, delay: Duration::ZERO, cut: never, swallowed: never }
    }

    /// So that most calls are answered, and each kind of trouble comes often.
    #[must_use]
    pub fn now_and_then(seed: u64) -> Self {
        Self { seed, delayed: 100, delay: Duration::from_millis(400), cut: 200, swallowed: 1000 }
    }

    fn fate(&self, length: usize, chance: &mut Chance) -> Fate {
        if chance.once_in(self.swallowed) {
            Fate::Swallowed
        } else if chance.once_in(self.cut) {
            Fate::Cut(chance.below(length + 1))
        } else if chance.once_in(self.delayed) {
            Fate::Delayed(self.delay.mul_f64(chance.below(1001) as f64 / 1e3))
        } else {
            Fate::Passed
        }
    }
}

impl Shared {
    pub(super) fn new(port: u16, trouble: Trouble) -> Self {
        let port = AtomicU16::new(port);
        let [is_calm, is_over] = [(); 2].map(|()| AtomicBool::new(false));
        let [connections, silenced, delayed, cut, swallowed] = [(); 5].map(|()| AtomicUsize::new(0));
        Self { trouble, port, connections, is_calm, is_over, silenced, delayed, cut, swallowed }
    }

    /// That of one direction of one connection.
    pub(super) fn chance(&self, number: u64) -> Chance {
        Chance::new(self.trouble.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub(super) fn fate(&self, length: usize, chance: &mut Chance) -> Fate {
        let fate = self.trouble.fate(length, chance);
        if self.is_calm.load(Ordering::Relaxed) {
            return Fate::Passed;
        }
        let count = match fate {
            Fate::Passed => return fate,
            Fate::Delayed(_) => &self.delayed,
            Fate::Cut(_) => &self.cut,
            Fate::Swallowed => &self.swallowed,
        };
        count.fetch_add(1, Ordering::Relaxed);
        fate
    }

    pub(super) fn troubles(&self) -> Troubles {
        let [delayed, cut, swallowed] =
            [&self.delayed, &self.cut, &self.swallowed].map(|count| count.load(Ordering::Relaxed));
        Troubles { delayed, cut, swallowed }
    }
}
