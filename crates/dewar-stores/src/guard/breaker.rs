//! The circuit breaker: pure state, with the time as a parameter.

use std::time::Duration;

use super::BreakerOptions;
use super::window::Window;

/// A circuit breaker. While it is closed, it counts failures. While it is open, it lets single calls through (probes), and counts their successes.
#[derive(Debug)]
pub(super) struct Breaker {
    options: BreakerOptions,
    /// How often the breaker has opened or closed. The result of a call from an earlier round is not counted.
    round: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Closed { consecutive_failures: u32, window: Window },
    Open { next_probe: Duration, is_probing: bool, successful_probes: u32 },
}

/// A call that the breaker let through. Give it back with [`on_result`](Breaker::on_result) or [`on_drop`](Breaker::on_drop).
#[derive(Debug)]
pub(super) struct Admission {
    round: u64,
    is_probe: bool,
}

/// What a result changed in the breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Opened,
    Closed,
}

impl Breaker {
    /// A closed breaker.
    pub(super) fn new(options: BreakerOptions) -> Self {
        let state = closed(&options);
        Self { options, round: 0, state }
    }

    /// Lets a call through, unless the breaker is open and no probe is due.
    pub(super) fn on_call(&mut self, now: Duration) -> Option<Admission> {
        let round = self.round;
        match &mut self.state {
            State::Closed { .. } => Some(Admission { round, is_probe: false }),
            State::Open { is_probing: true, .. } => None,
            State::Open { next_probe, .. } if now < *next_probe => None,
            State::Open { next_probe, is_probing, .. } => {
                *is_probing = true;
                *next_probe = now.saturating_add(self.options.probe_interval);
                Some(Admission { round, is_probe: true })
            }
        }
    }

    /// Counts the result of a call.
    pub(super) fn on_result(&mut self, admission: Admission, is_good: bool, now: Duration) -> Option<Change> {
        if !self.is_current(&admission) {
            return None;
        }
        match &mut self.state {
            State::Closed { consecutive_failures, window } => {
                window.count(is_good, now);
                *consecutive_failures = if is_good { 0 } else { consecutive_failures.saturating_add(1) };
                let opens = *consecutive_failures >= self.options.consecutive_failures.max(1)
                    || window.is_bad(self.options.min_calls);
                (opens && !is_good).then(|| self.open(now))
            }
            State::Open { is_probing, successful_probes, .. } => {
                *is_probing = false;
                *successful_probes = if is_good { successful_probes.saturating_add(1) } else { 0 };
                (is_good && *successful_probes >= self.options.successful_probes).then(|| self.close())
            }
        }
    }

    /// The caller did not wait for the answer. Another call may be the probe, but not sooner than otherwise.
    pub(super) fn on_drop(&mut self, admission: Admission) {
        let is_current = self.is_current(&admission);
        if let State::Open { is_probing, .. } = &mut self.state
            && is_current
        {
            *is_probing = false;
        }
    }

    /// Whether the breaker has neither opened nor closed since it let this call through.
    pub(super) fn is_current(&self, admission: &Admission) -> bool {
        admission.round == self.round
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    fn open(&mut self, now: Duration) -> Change {
        self.round += 1;
        let next_probe = now.saturating_add(self.options.probe_interval);
        self.state = State::Open { next_probe, is_probing: false, successful_probes: 0 };
        Change::Opened
    }

    fn close(&mut self) -> Change {
        self.round += 1;
        self.state = closed(&self.options);
        Change::Closed
    }
}

impl Admission {
    pub(super) fn is_probe(&self) -> bool {
        self.is_probe
    }
}

fn closed(options: &BreakerOptions) -> State {
    State::Closed { consecutive_failures: 0, window: Window::new(options.window) }
}
