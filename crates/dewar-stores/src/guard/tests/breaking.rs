//! The breaker alone: a table of moments, no time passes.

use std::time::Duration;

use super::super::BreakerRules;
use super::super::breaker::{Breaker, Change, Ticket};
use super::millis;

struct Bench {
    breaker: Breaker,
    now: Duration,
}

impl Bench {
    fn new() -> Self {
        Self { breaker: Breaker::new(BreakerRules::default()), now: Duration::ZERO }
    }

    fn open() -> Self {
        let mut bench = Self::new();
        assert_eq!(bench.calls(5, false), Some(Change::Opened));
        bench
    }

    /// So many calls with this result; what the last one changed.
    fn calls(&mut self, how_many: usize, is_good: bool) -> Option<Change> {
        let mut change = None;
        for _ in 0..how_many {
            assert_eq!(change, None, "it changed before the last call");
            let ticket = self.call();
            change = self.breaker.on_result(ticket, is_good, self.now);
        }
        change
    }

    fn call(&mut self) -> Ticket {
        self.breaker.on_call(self.now).expect("let through")
    }

    fn after(&mut self, passed: u64) -> &mut Self {
        self.now += millis(passed);
        self
    }

    fn is_refused(&mut self) -> bool {
        match self.breaker.on_call(self.now) {
            Some(ticket) => {
                self.breaker.on_drop(ticket);
                false
            }
            None => true,
        }
    }
}

#[test]
fn it_opens_at_the_fifth_failure_in_a_row() {
    let mut bench = Bench::new();
    assert_eq!(bench.calls(4, false), None);
    assert_eq!(bench.calls(1, true), None);
    assert_eq!(bench.calls(4, false), None);
    assert_eq!(bench.calls(1, false), Some(Change::Opened));
    assert!(bench.breaker.is_open());
}

/// Good and bad ones by turns: 9 of each.
fn eighteen_calls() -> Bench {
    let mut bench = Bench::new();
    for _ in 0..9 {
        assert_eq!(bench.calls(1, true), None);
        assert_eq!(bench.calls(1, false), None);
    }
    bench
}

#[test]
fn it_opens_when_more_than_half_of_twenty_calls_fail() {
    let mut bench = eighteen_calls();
    assert_eq!(bench.calls(1, true), None);
    assert_eq!(bench.calls(1, false), None, "10 of 20 are not more than half");
    assert_eq!(bench.calls(1, false), Some(Change::Opened), "11 of 21");
}

#[test]
fn nineteen_calls_are_too_few_to_judge() {
    let mut bench = eighteen_calls();
    assert_eq!(bench.calls(1, false), None, "10 of 19");
    assert_eq!(bench.calls(1, false), Some(Change::Opened), "11 of 20");
}

#[test]
fn failures_of_two_seconds_ago_are_forgiven() {
    let mut bench = eighteen_calls();
    bench.after(2000);
    assert_eq!(bench.calls(1, true), None);
    assert_eq!(bench.calls(4, false), None, "4 of 5, not 13 of 23");
}

#[test]
fn open_it_lets_one_through_each_250_milliseconds() {
    let mut bench = Bench::open();
    assert!(bench.is_refused());
    assert!(bench.after(249).is_refused());
    assert_eq!(bench.after(1).calls(1, false), None);
    assert!(bench.is_refused(), "one has tried in this while");
    assert!(bench.after(249).is_refused());
    assert_eq!(bench.after(1).calls(1, false), None);
}

#[test]
fn never_two_probes_at_once_however_long_one_takes() {
    let mut bench = Bench::open();
    let probe = bench.after(250).call();
    assert!(probe.is_probe());
    assert!(bench.after(60_000).is_refused());
    assert_eq!(bench.breaker.on_result(probe, false, bench.now), None);
    assert!(!bench.is_refused());
}

#[test]
fn a_probe_that_is_dropped_makes_way_for_the_next_but_not_sooner() {
    let mut bench = Bench::open();
    let probe = bench.after(250).call();
    bench.after(10).breaker.on_drop(probe);
    assert!(bench.is_refused());
    assert!(!bench.after(240).is_refused());
}

#[test]
fn two_good_probes_in_a_row_close_it() {
    let mut bench = Bench::open();
    assert_eq!(bench.after(250).calls(1, true), None);
    assert_eq!(bench.after(250).calls(1, false), None);
    assert_eq!(bench.after(250).calls(1, true), None);
    assert_eq!(bench.after(250).calls(1, true), Some(Change::Closed));
    assert_eq!(bench.calls(4, false), None, "it counts from nought");
    assert_eq!(bench.calls(1, false), Some(Change::Opened));
}

#[test]
fn results_from_before_say_nothing() {
    let mut bench = Bench::new();
    let mut late: Vec<_> = (0..20).map(|_| bench.call()).collect();
    bench.calls(5, false);
    let good = late.pop().unwrap();
    assert_eq!(bench.breaker.on_result(good, true, bench.now), None);
    assert_eq!(bench.after(250).calls(1, true), None);
    let good = late.pop().unwrap();
    assert_eq!(bench.breaker.on_result(good, true, bench.now), None, "it is no probe");
    assert_eq!(bench.after(250).calls(1, true), Some(Change::Closed));
    for bad in late {
        assert_eq!(bench.breaker.on_result(bad, false, bench.now), None, "that was another time");
    }
    assert!(!bench.breaker.is_open());
}
