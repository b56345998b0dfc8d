//! One call, with its deadline and attempts.

use std::time::Duration;

use dewar_core::clock::UnixTime;
use dewar_core::{Answer, BoxedAnswer, StoreError, StoreErrorKind, StoreKey, Stored, waiting};
use tokio::time::{Instant, sleep, timeout_at};

use super::gate::Pass;
use super::{Guard, GuardOptions, observe};

/// The part of the deadline that the first call of a request leaves for the others.
const LEFT_FOR_OTHERS: u32 = 10;

/// A call that has less time is not sent.
const LEAST: Duration = Duration::from_millis(1);

/// A call of the guarded store.
pub(super) struct Call<'a> {
    guard: &'a Guard,
    op: &'static str,
    key: Option<&'a StoreKey>,
    started: Instant,
    deadline: Duration,
    share: Share,
    /// The store itself ends the call after this time.
    store_timeout: Option<Duration>,
    retry_policy: RetryPolicy,
}

/// What the deadline of a call has to do with the other calls of its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    /// It is the only call as far as is known, or the first of a request.
    First,
    /// The calls before it took this long.
    RestAfter(Duration),
    /// It has a deadline of its own, which the others do not pay for.
    Own,
}

/// After which failures a call is retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RetryPolicy {
    /// Never.
    Never,
    /// After failures that mean that nothing was done.
    IfNotDone,
    /// Also after a call without an answer.
    Always,
}

/// An attempt, as far as it got without waiting.
enum Try<'a, T> {
    Ended(Result<T, StoreError>),
    /// The concurrency limit is reached: the store has not been called yet.
    Queued(Pass<'a>),
    /// The store was called at this time, and its answer comes later.
    Asked(Pass<'a>, BoxedAnswer<'a, T>, Instant),
}

impl<'a> Call<'a> {
    /// A load, a write or a touch. Its deadline is what is left of that of the request.
    pub(super) fn new(guard: &'a Guard, op: &'static str, key: &'a StoreKey) -> Self {
        let GuardOptions { deadline, retry, .. } = guard.options;
        let retry_policy = if retry { RetryPolicy::Always } else { RetryPolicy::Never };
        let (share, deadline) = match waiting::waited() {
            None => (Share::First, deadline),
            Some(Duration::ZERO) => (Share::First, deadline - deadline / LEFT_FOR_OTHERS),
            Some(waited) => (Share::RestAfter(waited), deadline.saturating_sub(waited)),
        };
        let (started, store_timeout) = (Instant::now(), guard.store_timeout);
        Self { guard, op, key: Some(key), started, deadline, share, store_timeout, retry_policy }
    }

    /// A call of a capability. It is not retried if it may have been done.
    pub(super) fn long(guard: &'a Guard, op: &'static str) -> Self {
        let GuardOptions { long_deadline: deadline, retry, .. } = guard.options;
        let retry_policy = if retry { RetryPolicy::IfNotDone } else { RetryPolicy::Never };
        let (started, share) = (Instant::now(), Share::Own);
        Self { guard, op, key: None, started, deadline, share, store_timeout: None, retry_policy }
    }

    /// Retries the call after a lost answer if that is safe.
    pub(super) fn retryable_if(self, is_safe: bool) -> Self {
        match self.retry_policy {
            RetryPolicy::Always if !is_safe => Self { retry_policy: RetryPolicy::IfNotDone, ..self },
            _ => self,
        }
    }

    /// Calls the store, and retries if that may help. The answer to a retry is the answer.
    pub(super) fn ask<T: Send + 'a>(
        self,
        ask: impl Fn() -> Answer<'a, T> + Send + Sync + 'a,
    ) -> Answer<'a, T> {
        self.ask_and_settle(ask, |_, second, _| Answer::ready(second))
    }

    /// Calls the store, and retries if that may help. If the answer to the first attempt was lost, `settle` interprets the answer to the retry.
    ///
    /// An answer that is ready at once is passed on, without a future or a timer.
    pub(super) fn ask_and_settle<T: Send + 'a>(
        self,
        ask: impl Fn() -> Answer<'a, T> + Send + Sync + 'a,
        settle: impl FnOnce(&Self, T, StoreError) -> Answer<'_, T> + Send + 'a,
    ) -> Answer<'a, T> {
        if self.has_nothing_left() {
            return Answer::Now(self.end(Err(nothing_left())));
        }
        self.guard.retries.deposit();
        match self.begin(&ask, self.started) {
            Try::Ended(first) => self.after_first(first, ask, settle),
            begun => Answer::later(async move {
                let first = self.finish(begun, &ask).await;
                self.after_first(first, ask, settle).await
            }),
        }
    }

    /// Reads what is stored under a key, within the deadline of this call.
    pub(super) async fn look(&self, key: &'a StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        let store = &self.guard.store;
        self.ask_once(&|| store.load(key, None, now)).await
    }

    /// The answer to the first attempt is the answer, unless a retry may help. If the retry fails, too, the answer is the failure of the attempt
    /// that may have been done.
    fn after_first<T: Send + 'a>(
        self,
        first: Result<T, StoreError>,
        ask: impl Fn() -> Answer<'a, T> + Send + Sync + 'a,
        settle: impl FnOnce(&Self, T, StoreError) -> Answer<'_, T> + Send + 'a,
    ) -> Answer<'a, T> {
        let Some(pause) = first.as_ref().err().and_then(|failure| self.pause_after(failure)) else {
            return Answer::Now(self.end(first));
        };
        let lost = first.err().filter(|failure| failure.kind() == StoreErrorKind::NoAnswer);
        Answer::later(async move {
            sleep(pause).await;
            let answer = match (self.ask_once(&ask).await, lost) {
                (Ok(second), Some(lost)) => settle(&self, second, lost).await,
                (Err(_), Some(lost)) => Err(lost),
                (second, None) => second,
            };
            self.end(answer)
        })
    }

    async fn ask_once<T>(&self, ask: &(impl Fn() -> Answer<'a, T> + Send + Sync)) -> Result<T, StoreError> {
        self.finish(self.begin(ask, Instant::now()), ask).await
    }

    /// Starts an attempt, up to where it has to wait.
    fn begin<T>(&self, ask: &impl Fn() -> Answer<'a, T>, now: Instant) -> Try<'a, T> {
        let pass = match self.guard.gate.enter(now) {
            Ok(pass) => pass,
            Err(refusal) => return Try::Ended(Err(refusal)),
        };
        if pass.is_queued() {
            return Try::Queued(pass);
        }
        match ask() {
            Answer::Now(answer) => {
                pass.leave(&answer);
                Try::Ended(answer)
            }
            Answer::Later(answer) => Try::Asked(pass, answer, now),
        }
    }

    /// Waits for the rest of an attempt, within the time that is left. There is no timer for an attempt that the store itself ends in time: one
    /// is enough. A probe has the deadline of a short call, since all other calls fail
    /// until it ends. If an attempt ends only because its request had little time left, that says nothing of the engine.
    async fn finish<T>(&self, begun: Try<'a, T>, ask: &impl Fn() -> Answer<'a, T>) -> Result<T, StoreError> {
        let (pass, answer, asked) = match begun {
            Try::Ended(answer) => return answer,
            Try::Queued(pass) => {
                let pass = pass.wait(self.started + self.deadline / 2).await?;
                (pass, ask(), Instant::now())
            }
            Try::Asked(pass, answer, asked) => (pass, Answer::Later(answer), asked),
        };
        let mut until = self.started + self.deadline;
        if pass.is_probe() {
            until = until.min(asked + self.guard.options.deadline);
        }
        let answer = if self.store_timeout.is_some_and(|timeout| asked + timeout <= until) {
            Some(answer.await)
        } else {
            timeout_at(until, answer).await.ok()
        };
        let is_cut_short = answer.is_none() && self.has_little_time();
        let answer = answer.unwrap_or_else(|| Err(late(until - self.started, is_cut_short)));
        if !is_cut_short {
            pass.leave(&answer);
        }
        answer
    }

    /// Logs and counts a call that has ended, and adds it to what its request has waited.
    fn end<T>(self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        let (failure, took) = (answer.as_ref().err().map(StoreError::kind), self.started.elapsed());
        match self.share {
            Share::First => waiting::add(Duration::ZERO, took),
            Share::RestAfter(before) => waiting::add(before, took),
            Share::Own => {}
        }
        observe::call_ended(self.op, self.key, failure, took);
        answer
    }

    /// Whether the calls before it took the whole deadline of the request, or nearly so: an answer would come too late.
    fn has_nothing_left(&self) -> bool {
        matches!(self.share, Share::RestAfter(_)) && self.deadline < LEAST
    }

    /// Whether the calls before it took more than half of the request's deadline.
    fn has_little_time(&self) -> bool {
        matches!(self.share, Share::RestAfter(waited) if waited > self.guard.options.deadline / 2)
    }

    /// How long to wait before a retry; `None`: no retry. A retry must be safe and within the retry budget, a quarter of the deadline must be
    /// left, and the breaker must be closed.
    fn pause_after(&self, failure: &StoreError) -> Option<Duration> {
        let is_safe = match failure.kind() {
            StoreErrorKind::NoAnswer => self.retry_policy == RetryPolicy::Always,
            StoreErrorKind::Unavailable => self.retry_policy != RetryPolicy::Never,
            _ => false,
        };
        if !is_safe || self.guard.gate.is_open() {
            return None;
        }
        let pause = self.guard.retries.pause();
        let left = self.deadline.checked_sub(self.started.elapsed())?.checked_sub(pause)?;
        (left >= self.deadline / 4 && self.guard.retries.withdraw()).then_some(pause)
    }
}

fn nothing_left() -> StoreError {
    StoreError::not_sent("the earlier calls of the request have used up its deadline")
}

fn late(deadline: Duration, is_cut_short: bool) -> StoreError {
    let millis = deadline.as_millis();
    StoreError::no_answer(if is_cut_short {
        format!("no answer within the {millis} ms that the request had left of its deadline")
    } else {
        format!("no answer within {millis} ms")
    })
}
