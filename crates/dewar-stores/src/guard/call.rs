//! One call: its deadline, its tries.

use std::time::Duration;

use dewar_core::{StoreError, StoreErrorKind, StoreKey};
use tokio::time::{Instant, sleep, timeout_at};

use super::reason::Reason;
use super::{Guard, Patience, observe};

/// A call that somebody is waiting for.
pub(super) struct Call<'a> {
    guard: &'a Guard,
    op: &'static str,
    key: Option<&'a StoreKey>,
    started: Instant,
    deadline: Duration,
    repeats: Repeats,
}

/// After which failures a call may be made once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeats {
    /// After none.
    Never,
    /// After those that mean that nothing was done.
    IfUndone,
    /// Also when no answer came.
    Always,
}

/// What came back.
pub(super) struct Answer<T> {
    pub(super) value: T,
    /// The failure of a first try that may have been done all the same; this is the answer to the second.
    pub(super) lost: Option<StoreError>,
}

impl<'a> Call<'a> {
    /// A call of the store.
    pub(super) fn new(guard: &'a Guard, op: &'static str, key: &'a StoreKey) -> Self {
        let Patience { deadline, retry, .. } = guard.patience;
        let repeats = if retry { Repeats::Always } else { Repeats::Never };
        Self { guard, op, key: Some(key), started: Instant::now(), deadline, repeats }
    }

    /// A call of one of its capabilities. It is not repeated if it may have been done.
    pub(super) fn long(guard: &'a Guard, op: &'static str) -> Self {
        let Patience { long_deadline: deadline, retry, .. } = guard.patience;
        let repeats = if retry { Repeats::IfUndone } else { Repeats::Never };
        Self { guard, op, key: None, started: Instant::now(), deadline, repeats }
    }

    /// If no answer came, it is repeated only if that is safe.
    pub(super) fn repeatable_if(self, is_safe: bool) -> Self {
        match self.repeats {
            Repeats::Always if !is_safe => Self { repeats: Repeats::IfUndone, ..self },
            _ => self,
        }
    }

    /// Asks, and asks again if that may help. If that fails, too, the answer is the failure of the try that may have been done.
    pub(super) async fn ask<T, F>(&self, ask: impl Fn() -> F + Send + Sync) -> Result<Answer<T>, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        self.guard.retries.earn();
        let first = match self.ask_once(&ask).await {
            Ok(value) => return Ok(Answer { value, lost: None }),
            Err(failure) => failure,
        };
        let Some(pause) = self.pause_after(&first) else { return Err(first) };
        sleep(pause).await;
        let lost = Some(first).filter(|first| first.kind() == StoreErrorKind::NoAnswer);
        match (self.ask_once(&ask).await, lost) {
            (Ok(value), lost) => Ok(Answer { value, lost }),
            (Err(_), Some(lost)) => Err(lost),
            (Err(failure), None) => Err(failure),
        }
    }

    /// Asks, for what is left of the time. A probe has the time of a short call, since all others fail until it ends.
    pub(super) async fn ask_once<T, F>(&self, ask: impl FnOnce() -> F + Send) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        let pass = self.guard.gate.enter(self.started + self.deadline / 2).await?;
        let mut until = self.started + self.deadline;
        if pass.is_probe() {
            until = until.min(Instant::now() + self.guard.patience.deadline);
        }
        let answer = match timeout_at(until, ask()).await {
            Ok(answer) => answer,
            Err(_) => Err(StoreError::no_answer(Reason::Late(until - self.started))),
        };
        pass.leave(&answer);
        answer
    }

    /// The call is over: operators are told.
    pub(super) fn end<T>(self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        let failure = answer.as_ref().err().map(StoreError::kind);
        observe::call_ended(self.op, self.key, failure, self.started.elapsed());
        answer
    }

    /// A second try must be safe, paid for, have a quarter of the deadline left, and an engine that is not given up.
    fn pause_after(&self, failure: &StoreError) -> Option<Duration> {
        let is_safe = match failure.kind() {
            StoreErrorKind::NoAnswer => self.repeats == Repeats::Always,
            StoreErrorKind::Unable => self.repeats != Repeats::Never,
            _ => false,
        };
        if !is_safe || self.guard.gate.is_open() {
            return None;
        }
        let pause = self.guard.retries.pause();
        let left = self.deadline.checked_sub(self.started.elapsed())?.checked_sub(pause)?;
        (left >= self.deadline / 4 && self.guard.retries.spend()).then_some(pause)
    }
}
