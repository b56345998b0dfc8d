//! The retry budget, and the pause before a retry.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dewar_core::random::Random;

/// The retry budget, a token bucket: each call adds a tenth of a retry. It starts full, with ten retries, and holds no more.
#[derive(Debug)]
pub(super) struct Retries {
    tenths: AtomicU32,
    random: Random,
}

/// In tenths of a retry.
const ONE_RETRY: u32 = 10;
const FULL: u32 = 10 * ONE_RETRY;

const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_millis(50);

impl Retries {
    pub(super) fn new(random: Random) -> Self {
        Self { tenths: AtomicU32::new(FULL), random }
    }

    /// Each call adds a tenth of a retry.
    pub(super) fn deposit(&self) {
        self.change(|tenths| (tenths < FULL).then_some(tenths + 1));
    }

    /// Takes one retry; `false`: none is left.
    pub(super) fn withdraw(&self) -> bool {
        self.change(|tenths| tenths.checked_sub(ONE_RETRY))
    }

    /// How long to wait before a retry: 10 to 50 ms at random, so that calls that failed together are not retried together.
    pub(super) fn pause(&self) -> Duration {
        let Ok(bytes) = self.random.bytes::<2>() else { return LONGEST };
        SHORTEST + (LONGEST - SHORTEST) * u32::from(u16::from_le_bytes(bytes)) / u32::from(u16::MAX)
    }

    fn change(&self, by: impl FnMut(u32) -> Option<u32>) -> bool {
        self.tenths.fetch_update(Ordering::Relaxed, Ordering::Relaxed, by).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use dewar_core::random::RandomError;

    use super::*;

    fn pause_of(bytes: [u8; 2]) -> Duration {
        Retries::new(Random::from_fn(move |buffer| {
            buffer.copy_from_slice(&bytes);
            Ok(())
        }))
        .pause()
    }

    #[test]
    fn ten_calls_add_one_retry_and_ten_are_there_from_the_start() {
        let retries = Retries::new(Random::system());
        assert_eq!((0..100).filter(|_| retries.withdraw()).count(), 10);
        (0..9).for_each(|_| retries.deposit());
        assert!(!retries.withdraw());
        retries.deposit();
        assert!(retries.withdraw() && !retries.withdraw());
    }

    #[test]
    fn it_never_holds_more_than_ten_retries() {
        let retries = Retries::new(Random::system());
        (0..100_000).for_each(|_| retries.deposit());
        assert_eq!((0..100).filter(|_| retries.withdraw()).count(), 10);
    }

    #[test]
    fn pauses_lie_between_10_and_50_milliseconds_and_are_spread() {
        assert_eq!(pause_of([0, 0]), SHORTEST);
        assert_eq!(pause_of([255, 255]), LONGEST);
        let retries = Retries::new(Random::system());
        let pauses: Vec<_> = (0..1000).map(|_| retries.pause()).collect();
        assert!(pauses.iter().all(|pause| (SHORTEST..=LONGEST).contains(pause)));
        for quarter in 0..4 {
            let from = SHORTEST + Duration::from_millis(10) * quarter;
            let inside =
                pauses.iter().filter(|&p| (from..from + Duration::from_millis(10)).contains(p)).count();
            assert!(inside > 150, "{inside} of 1000 in quarter {quarter}");
        }
    }

    #[test]
    fn without_randomness_the_pause_is_the_longest() {
        let retries = Retries::new(Random::from_fn(|_| Err(RandomError::new())));
        assert_eq!(retries.pause(), LONGEST);
    }
}
