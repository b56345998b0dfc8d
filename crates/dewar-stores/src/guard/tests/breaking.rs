//! Tests of the breaker alone: times are parameters, so no test waits.

use std::time::Duration;

use super::super::BreakerOptions;
use super::super::breaker::{Admission, Breaker, Change};
use super::millis;

/// A breaker, and a clock that the test sets.
struct TimedBreaker {
    breaker: Breaker,
    now: Duration,
}

impl TimedBreaker {
    fn new() -> Self {
        Self { breaker: Breaker::new(BreakerOptions::default()), now: Duration::ZERO }
    }

    fn open() -> Self {
        let mut timed = Self::new();
        assert_eq!(timed.calls(5, false), Some(Change::Opened));
        timed
    }

    /// Makes calls with this result; returns what the last one changed.
    fn calls(&mut self, how_many: usize, is_good: bool) -> Option<Change> {
        let mut change = None;
        for _ in 0..how_many {
            assert_eq!(change, None, "it changed before the last call");
            let admission = self.call();
            change = self.breaker.on_result(admission, is_good, self.now);
        }
        change
    }

    fn call(&mut self) -> Admission {
        self.breaker.on_call(self.now).expect("let through")
    }

    fn after(&mut self, passed: u64) -> &mut Self {
        self.now += millis(passed);
        self
    }

    fn is_refused(&mut self) -> bool {
        match self.breaker.on_call(self.now) {
            Some(admission) => {
                self.breaker.on_drop(admission);
                false
            }
            None => true,
        }
    }
}

#[test]
fn it_opens_at_the_fifth_failure_in_a_row() {
    let mut timed = TimedBreaker::new();
    assert_eq!(timed.calls(4, false), None);
    assert_eq!(timed.calls(1, true), None);
    assert_eq!(timed.calls(4, false), None);
    assert_eq!(timed.calls(1, false), Some(Change::Opened));
    assert!(timed.breaker.is_open());
}

/// Alternating good and bad calls, 9 of each.
fn eighteen_calls() -> TimedBreaker {
    let mut timed = TimedBreaker::new();
    for _ in 0..9 {
        assert_eq!(timed.calls(1, true), None);
        assert_eq!(timed.calls(1, false), None);
    }
    timed
}

#[test]
fn it_opens_when_more_than_half_of_twenty_calls_fail() {
    let mut timed = eighteen_calls();
    assert_eq!(timed.calls(1, true), None);
    assert_eq!(timed.calls(1, false), None, "10 of 20 are not more than half");
    assert_eq!(timed.calls(1, false), Some(Change::Opened), "11 of 21");
}

#[test]
fn nineteen_calls_are_too_few() {
    let mut timed = eighteen_calls();
    assert_eq!(timed.calls(1, false), None, "10 of 19");
    assert_eq!(timed.calls(1, false), Some(Change::Opened), "11 of 20");
}

#[test]
fn failures_of_two_seconds_ago_are_forgotten() {
    let mut timed = eighteen_calls();
    timed.after(2000);
    assert_eq!(timed.calls(1, true), None);
    assert_eq!(timed.calls(4, false), None, "4 of 5, not 13 of 23");
}

#[test]
fn open_it_lets_one_through_each_250_milliseconds() {
    let mut timed = TimedBreaker::open();
    assert!(timed.is_refused());
    assert!(timed.after(249).is_refused());
    assert_eq!(timed.after(1).calls(1, false), None);
    assert!(timed.is_refused(), "one has probed in this time");
    assert!(timed.after(249).is_refused());
    assert_eq!(timed.after(1).calls(1, false), None);
}

#[test]
fn never_two_probes_at_once_however_long_one_takes() {
    let mut timed = TimedBreaker::open();
    let probe = timed.after(250).call();
    assert!(probe.is_probe());
    assert!(timed.after(60_000).is_refused());
    assert_eq!(timed.breaker.on_result(probe, false, timed.now), None);
    assert!(!timed.is_refused());
}

#[test]
fn a_probe_that_is_dropped_lets_the_next_one_through_but_not_sooner() {
    let mut timed = TimedBreaker::open();
    let probe = timed.after(250).call();
    timed.after(10).breaker.on_drop(probe);
    assert!(timed.is_refused());
    assert!(!timed.after(240).is_refused());
}

#[test]
fn two_good_probes_in_a_row_close_it() {
    let mut timed = TimedBreaker::open();
    assert_eq!(timed.after(250).calls(1, true), None);
    assert_eq!(timed.after(250).calls(1, false), None);
    assert_eq!(timed.after(250).calls(1, true), None);
    assert_eq!(timed.after(250).calls(1, true), Some(Change::Closed));
    assert_eq!(timed.calls(4, false), None, "it counts from 0");
    assert_eq!(timed.calls(1, false), Some(Change::Opened));
}

#[test]
fn results_of_earlier_rounds_are_not_counted() {
    let mut timed = TimedBreaker::new();
    let mut late: Vec<_> = (0..20).map(|_| timed.call()).collect();
    timed.calls(5, false);
    let good = late.pop().unwrap();
    assert_eq!(timed.breaker.on_result(good, true, timed.now), None);
    assert_eq!(timed.after(250).calls(1, true), None);
    let good = late.pop().unwrap();
    assert_eq!(timed.breaker.on_result(good, true, timed.now), None, "it is no probe");
    assert_eq!(timed.after(250).calls(1, true), Some(Change::Closed));
    for bad in late {
        assert_eq!(timed.breaker.on_result(bad, false, timed.now), None, "they are of an earlier round");
    }
    assert!(!timed.breaker.is_open());
}
