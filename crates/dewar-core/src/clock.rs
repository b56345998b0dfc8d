//! The current time. It is a parameter everywhere else; only this module asks the system.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Flask's cookies contain whole seconds: [`seconds`](Self::seconds) rounds down, as Python's `int(time.time())` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime {
    millis: i64,
}

impl UnixTime {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self { millis: 0 };

    /// The time that is `seconds` after the epoch (before it, if negative). Saturates at the ends of `i64` milliseconds.
    #[inline]
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self { millis: seconds.saturating_mul(1000) }
    }

    /// The time that is `millis` milliseconds after the epoch.
    #[inline]
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self { millis }
    }

    /// Whole seconds since the epoch, rounded down.
    #[inline]
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.millis.div_euclid(1000)
    }

    /// Milliseconds since the epoch.
    #[inline]
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.millis
    }

    /// The time that is `duration` later; saturates.
    #[inline]
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self { millis: self.millis.saturating_add(millis) }
    }

    /// The time that is `duration` earlier; saturates.
    #[inline]
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self { millis: self.millis.saturating_sub(millis) }
    }

    /// The time since `earlier`; zero if `earlier` is later.
    #[inline]
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.millis.saturating_sub(earlier.millis)).unwrap_or(0))
    }
}

/// A source of the current time: the system, a fixed time, or your own function.
#[derive(Clone, Default)]
pub struct Clock {
    source: Source,
}

#[derive(Clone, Default)]
enum Source {
    #[default]
    System,
    Function(Arc<dyn Fn() -> UnixTime + Send + Sync>),
}

impl Clock {
    /// The clock of the operating system.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that always shows the same time, for tests.
    #[must_use]
    pub fn fixed(at: UnixTime) -> Self {
        Self::from_fn(move || at)
    }

    /// A clock that calls your function.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> UnixTime + Send + Sync + 'static) -> Self {
        Self { source: Source::Function(Arc::new(now)) }
    }

    /// The current time.
    #[inline]
    #[must_use]
    pub fn now(&self) -> UnixTime {
        match &self.source {
            Source::System => system_now(),
            Source::Function(now) => now(),
        }
    }
}

fn system_now() -> UnixTime {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixTime::EPOCH.plus(since_epoch)
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.source {
            Source::System => "Clock(system)",
            Source::Function(_) => "Clock(function)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_down_on_both_sides_of_the_epoch() {
        assert_eq!(UnixTime::from_millis(1999).seconds(), 1);
        assert_eq!(UnixTime::from_millis(-1).seconds(), -1);
    }

    #[test]
    fn arithmetic_saturates() {
        let end = UnixTime::from_seconds(i64::MAX);
        assert_eq!(end.plus(Duration::MAX), UnixTime::from_millis(i64::MAX));
        assert_eq!(UnixTime::EPOCH.since(end), Duration::ZERO);
    }

    #[test]
    fn a_fixed_clock_stands_still() {
        let clock = Clock::fixed(UnixTime::from_seconds(7));
        assert_eq!((clock.now(), clock.now()), (UnixTime::from_seconds(7), UnixTime::from_seconds(7)));
    }
}
