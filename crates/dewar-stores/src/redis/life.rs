//! Times as Redis counts them: milliseconds from now. A clock of ours that is wrong does no harm.

use dewar_core::clock::UnixTime;

/// Redis adds it to its own clock, which must not overflow.
const LONGEST: i64 = i64::MAX / 2;

/// 68 years, in seconds. Twice that, in microseconds and after today, is still counted exactly by Lua.
const LONGEST_IN_INDEX: u64 = 1 << 31;

/// How long an entry shall last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Forever,
    /// Milliseconds from now.
    For(i64),
    /// The end lies behind us.
    Over,
}

impl Life {
    pub(super) fn until(expires: Option<UnixTime>, now: UnixTime) -> Self {
        match expires.map(|expires| expires.millis().saturating_sub(now.millis())) {
            None => Self::Forever,
            Some(left @ 1..) => Self::For(left.min(LONGEST)),
            Some(_) => Self::Over,
        }
    }

    /// As the scripts read it.
    pub(super) fn argument(self) -> String {
        match self {
            Self::Forever => String::new(),
            Self::For(millis) => millis.to_string(),
            Self::Over => "0".to_owned(),
        }
    }
}

/// For how long an index is told of an entry, in seconds: for twice as long as that lasts at least, so that it can be touched and
/// touched again, and the index need not hear of each time. Rounded up to sixteenths of a power of two, so that times to live that
/// differ a little have the same.
pub(super) fn life_in_index(life: Life) -> u64 {
    let lasts = match life {
        Life::Forever => LONGEST_IN_INDEX,
        Life::For(millis) => millis.unsigned_abs().div_ceil(1000).clamp(1, LONGEST_IN_INDEX),
        Life::Over => 1,
    };
    let twice = 2 * lasts;
    twice.next_multiple_of((twice.next_power_of_two() / 16).max(1))
}

/// When an entry ends, by what `PTTL` said; `None`: never.
pub(super) fn end(left: i64, now: UnixTime) -> Option<UnixTime> {
    (left >= 0).then(|| UnixTime::from_millis(now.millis().saturating_add(left.max(1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1000);

    #[test]
    fn an_end_that_is_not_later_than_now_is_over() {
        let life = |millis| Life::until(Some(UnixTime::from_millis(millis)), NOW);
        assert_eq!((life(1_000_001), life(1_000_000)), (Life::For(1), Life::Over));
        assert_eq!((life(i64::MIN), life(i64::MAX)), (Life::Over, Life::For(LONGEST)));
        assert_eq!(Life::until(None, NOW).argument(), "");
    }

    #[test]
    fn an_index_hears_of_twice_the_life_and_an_eighth_more_at_most() {
        for seconds in [1, 2, 7, 60, 1799, 1800, 1801, 2_678_400] {
            let life = life_in_index(Life::For(seconds * 1000 - 1));
            let twice = 2 * seconds.unsigned_abs();
            assert!((twice..=twice + twice / 8 + 1).contains(&life), "{seconds}: {life}");
        }
        assert_eq!(life_in_index(Life::For(1_799_000)), life_in_index(Life::For(1_800_000)));
        assert_eq!(life_in_index(Life::Forever), 1 << 32);
        assert_eq!(life_in_index(Life::For(LONGEST)), 1 << 32);
    }

    #[test]
    fn what_is_there_ends_later_than_now() {
        assert_eq!(end(0, NOW), Some(UnixTime::from_millis(1_000_001)));
        assert_eq!((end(-1, NOW), end(i64::MAX, NOW)), (None, Some(UnixTime::from_millis(i64::MAX))));
    }
}
