//! The slowest answer, and how slow the machine was meanwhile: on a busy machine a timer ends late, and every answer with it.

use std::time::{Duration, Instant};

use tokio::time::sleep;

/// The answer that took longest.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Slowest {
    pub(super) took: Duration,
    /// Its path and status.
    answer: String,
    /// How late a timer was at most.
    late: Duration,
}

/// How long the timer runs.
const TIMER: Duration = Duration::from_millis(5);

/// How late a timer is that starts now.
pub(super) async fn lateness() -> Duration {
    let start = Instant::now();
    sleep(TIMER).await;
    start.elapsed().saturating_sub(TIMER)
}

impl Slowest {
    pub(super) fn answered(&mut self, took: Duration, path: &str, status: u16) {
        if took > self.took {
            let path = path.split('?').next().unwrap_or_default();
            (self.took, self.answer) = (took, format!("{path} {status}"));
        }
    }

    pub(super) fn was_late(&mut self, late: Duration) {
        self.late = self.late.max(late);
    }

    /// The slower one of both.
    pub(super) fn slower(self, other: Self) -> Self {
        let late = self.late.max(other.late);
        let slower = if other.took > self.took { other } else { self };
        Self { late, ..slower }
    }
}

impl std::fmt::Display for Slowest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { took, answer, late } = self;
        let [took, late] = [took, late].map(Duration::as_millis);
        write!(f, "answers in {took} ms (max, {answer}), timers {late} ms late (max)")
    }
}
