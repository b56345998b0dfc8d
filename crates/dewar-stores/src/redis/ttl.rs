//! Time to live (TTL), which Redis counts from now. So a wrong clock in the program does no harm.

use dewar_core::clock::UnixTime;

/// The longest TTL: Redis adds it to its own clock, which must not overflow.
const LONGEST: i64 = i64::MAX / 2;

/// 68 years, in seconds. Lua's numbers are still exact for twice that in microseconds, added to the current time.
const LONGEST_IN_INDEX: u64 = 1 << 31;

/// The time to live of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ttl {
    /// The entry does not expire.
    Forever,
    /// Milliseconds from now.
    Millis(i64),
    /// The entry has already expired.
    Expired,
}

impl Ttl {
    /// The time from now until an entry expires.
    pub(super) fn until(expires: Option<UnixTime>, now: UnixTime) -> Self {
        match expires.map(|expires| expires.millis().saturating_sub(now.millis())) {
            None => Self::Forever,
            Some(left @ 1..) => Self::Millis(left.min(LONGEST)),
            Some(_) => Self::Expired,
        }
    }

    /// The TTL of the entry's member in an index, in seconds. It is at least twice the TTL of the entry, so that not every touch has to update
    /// the index. It is rounded up to sixteenths of a power of two, so that similar TTLs become equal.
    pub(super) fn in_index(self) -> u64 {
        let seconds = match self {
            Self::Forever => LONGEST_IN_INDEX,
            Self::Millis(millis) => millis.unsigned_abs().div_ceil(1000).clamp(1, LONGEST_IN_INDEX),
            Self::Expired => 1,
        };
        let twice = 2 * seconds;
        twice.next_multiple_of((twice.next_power_of_two() / 16).max(1))
    }
}

/// When an entry expires, from the answer to `PTTL`, in milliseconds; `None`: never.
pub(super) fn expires(pttl: i64, now: UnixTime) -> Option<UnixTime> {
    (pttl >= 0).then(|| UnixTime::from_millis(now.millis().saturating_add(pttl.max(1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1000);

    #[test]
    fn an_end_that_is_not_later_than_now_has_expired() {
        let ttl = |millis| Ttl::until(Some(UnixTime::from_millis(millis)), NOW);
        assert_eq!((ttl(1_000_001), ttl(1_000_000)), (Ttl::Millis(1), Ttl::Expired));
        assert_eq!((ttl(i64::MIN), ttl(i64::MAX)), (Ttl::Expired, Ttl::Millis(LONGEST)));
        assert_eq!(Ttl::until(None, NOW), Ttl::Forever);
    }

    #[test]
    fn an_index_is_told_of_twice_the_ttl_and_an_eighth_more_at_most() {
        for seconds in [1, 2, 7, 60, 1799, 1800, 1801, 2_678_400] {
            let ttl = Ttl::Millis(seconds * 1000 - 1).in_index();
            let twice = 2 * seconds.unsigned_abs();
            assert!((twice..=twice + twice / 8 + 1).contains(&ttl), "{seconds}: {ttl}");
        }
        assert_eq!(Ttl::Millis(1_799_000).in_index(), Ttl::Millis(1_800_000).in_index());
        assert_eq!(Ttl::Forever.in_index(), 1 << 32);
        assert_eq!(Ttl::Millis(LONGEST).in_index(), 1 << 32);
    }

    #[test]
    fn an_entry_that_is_there_expires_later_than_now() {
        assert_eq!(expires(0, NOW), Some(UnixTime::from_millis(1_000_001)));
        assert_eq!((expires(-1, NOW), expires(i64::MAX, NOW)), (None, Some(UnixTime::from_millis(i64::MAX))));
    }
}
