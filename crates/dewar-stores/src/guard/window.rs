//! Counts how many recent calls failed.

use std::collections::VecDeque;
use std::mem;
use std::time::Duration;

/// Counts the calls of the last `length` of time in eight slices. The oldest slice is dropped as a whole.
#[derive(Debug)]
pub(super) struct Window {
    length_of_slice: Duration,
    older: VecDeque<Slice>,
    newest: Slice,
}

#[derive(Debug, Default)]
struct Slice {
    number: u128,
    calls: u32,
    failures: u32,
}

const SLICES: u8 = 8;

impl Window {
    /// An empty window of this length.
    pub(super) fn new(length: Duration) -> Self {
        let length_of_slice = (length / u32::from(SLICES)).max(Duration::from_nanos(1));
        Self { length_of_slice, older: VecDeque::new(), newest: Slice::default() }
    }

    /// Counts a call that has ended.
    pub(super) fn count(&mut self, is_good: bool, now: Duration) {
        self.advance(now.as_nanos() / self.length_of_slice.as_nanos());
        self.newest.calls = self.newest.calls.saturating_add(1);
        self.newest.failures = self.newest.failures.saturating_add(u32::from(!is_good));
    }

    /// Whether there were at least this many calls, and more than half of them failed.
    pub(super) fn is_bad(&self, at_least: u32) -> bool {
        let sum = |count: fn(&Slice) -> u32| self.slices().map(|slice| u64::from(count(slice))).sum::<u64>();
        let (calls, failures) = (sum(|slice| slice.calls), sum(|slice| slice.failures));
        calls >= u64::from(at_least) && failures * 2 > calls
    }

    fn slices(&self) -> impl Iterator<Item = &Slice> {
        self.older.iter().chain([&self.newest])
    }

    /// Advances to the slice with this number. A thread that is late, with an earlier number, is counted in the newest slice.
    fn advance(&mut self, number: u128) {
        if number <= self.newest.number {
            return;
        }
        self.older.push_back(mem::replace(&mut self.newest, Slice { number, ..Slice::default() }));
        while self.older.front().is_some_and(|oldest| oldest.number + u128::from(SLICES) <= number) {
            self.older.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn window(calls: &[(bool, u64)]) -> Window {
        let mut window = Window::new(Duration::from_secs(2));
        for (is_good, millis) in calls {
            window.count(*is_good, at(*millis));
        }
        window
    }

    #[test]
    fn half_is_not_more_than_half() {
        let mut window = window(&[(true, 0), (false, 1), (true, 2), (false, 3)]);
        assert!(!window.is_bad(4));
        window.count(false, at(4));
        assert!(window.is_bad(5));
        assert!(!window.is_bad(6));
    }

    #[test]
    fn old_calls_are_forgotten_slice_by_slice() {
        let mut window = window(&[(false, 0), (false, 249), (false, 250)]);
        window.count(true, at(1999));
        assert!(window.is_bad(4));
        window.count(true, at(2000));
        assert!(!window.is_bad(4), "the first 250 ms are gone");
        window.count(false, at(60_000));
        assert!(window.is_bad(1) && !window.is_bad(2));
    }

    #[test]
    fn a_late_thread_does_not_turn_time_back() {
        let window = window(&[(false, 3000), (false, 2999), (true, 3001)]);
        assert!(window.is_bad(3));
        assert_eq!(window.newest.calls, 3);
    }

    #[test]
    fn a_window_of_no_length_counts_nothing_but_the_moment() {
        let mut window = Window::new(Duration::ZERO);
        window.count(false, at(1));
        window.count(true, at(2));
        assert!(!window.is_bad(1));
    }
}
