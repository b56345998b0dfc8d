//! One call: its deadline, its tries.

use std::time::Duration;

use dewar::store::{StoreError, StoreErrorKind, StoreKey};
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
    is_repeatable: bool,
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
        Self { guard, op, key: Some(key), started: Instant::now(), deadline, is_repeatable: retry }
    }

    /// A call of one of its capabilities, to be made once.
    pub(super) fn long(guard: &'a Guard, op: &'static str) -> Self {
        let deadline = guard.patience.long_deadline;
        Self { guard, op, key: None, started: Instant::now(), deadline, is_repeatable: false }
    }

    /// Made once, unless it is safe to repeat.
    pub(super) fn repeatable_if(self, is_safe: bool) -> Self {
        Self { is_repeatable: self.is_repeatable && is_safe, ..self }
    }

    /// Asks, and asks again if that may help. If that fails, too, the first failure is the answer: what came of it is not known.
    pub(super) async fn ask<T, F>(&self, ask: impl Fn() -> F + Send + Sync) -> Result<Answer<T>, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        self.guard.retries.earn();
        let lost = match self.ask_once(&ask).await {
            Ok(value) => return Ok(Answer { value, lost: None }),
            Err(failure) => failure,
        };
        let Some(pause) = self.pause_after(&lost) else { return Err(lost) };
        sleep(pause).await;
        match self.ask_once(&ask).await {
            Ok(value) => Ok(Answer { value, lost: Some(lost) }),
            Err(_) => Err(lost),
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
        if !self.is_repeatable || failure.kind() != StoreErrorKind::NoAnswer || self.guard.gate.is_open() {
            return None;
        }
        let pause = self.guard.retries.pause();
        let left = self.deadline.checked_sub(self.started.elapsed())?.checked_sub(pause)?;
        (left >= self.deadline / 4 && self.guard.retries.spend()).then_some(pause)
    }
}
