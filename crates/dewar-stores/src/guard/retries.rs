//! Who may try again, and after what pause.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dewar_core::random::Random;

/// A purse: ten calls earn a second try. It begins full, with ten tries, and holds no more.
#[derive(Debug)]
pub(super) struct Retries {
    earned: AtomicU32,
    random: Random,
}

const PRICE: u32 = 10;
const FULL: u32 = 10 * PRICE;

const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_millis(50);

impl Retries {
    pub(super) fn new(random: Random) -> Self {
        Self { earned: AtomicU32::new(FULL), random }
    }

    /// For each call.
    pub(super) fn earn(&self) {
        self.change(|earned| (earned < FULL).then_some(earned + 1));
    }

    /// Pays for a second try; `false`: the purse is empty.
    pub(super) fn spend(&self) -> bool {
        self.change(|earned| earned.checked_sub(PRICE))
    }

    /// How long to wait before a second try: anything from 10 to 50 ms, so that those who failed together do not return together.
    pub(super) fn pause(&self) -> Duration {
        let Ok(bytes) = self.random.bytes::<2>() else { return LONGEST };
        SHORTEST + (LONGEST - SHORTEST) * u32::from(u16::from_le_bytes(bytes)) / u32::from(u16::MAX)
    }

    fn change(&self, by: impl FnMut(u32) -> Option<u32>) -> bool {
        self.earned.fetch_update(Ordering::Relaxed, Ordering::Relaxed, by).is_ok()
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
    fn ten_calls_earn_one_try_and_ten_are_there_from_the_start() {
        let retries = Retries::new(Random::system());
        assert_eq!((0..100).filter(|_| retries.spend()).count(), 10);
        (0..9).for_each(|_| retries.earn());
        assert!(!retries.spend());
        retries.earn();
        assert!(retries.spend() && !retries.spend());
    }

    #[test]
    fn a_long_good_time_does_not_make_it_rich() {
        let retries = Retries::new(Random::system());
        (0..100_000).for_each(|_| retries.earn());
        assert_eq!((0..100).filter(|_| retries.spend()).count(), 10);
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
                pauses.iter().filter(|p| (from..from + Duration::from_millis(10)).contains(p)).count();
            assert!(inside > 150, "{inside} of 1000 in quarter {quarter}");
        }
    }

    #[test]
    fn without_randomness_the_pause_is_the_longest() {
        let retries = Retries::new(Random::from_fn(|_| Err(RandomError::new())));
        assert_eq!(retries.pause(), LONGEST);
    }
}
