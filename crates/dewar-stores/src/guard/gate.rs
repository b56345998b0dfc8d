//! The gate in front of an engine: the circuit breaker, and the limit of concurrent calls.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dewar_core::{StoreError, StoreErrorKind};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use super::breaker::{Admission, Breaker};
use super::{GuardOptions, observe};

/// All calls of a guard go through its gate.
pub(super) struct Gate {
    breaker: Option<Mutex<Breaker>>,
    permits: Semaphore,
    limit: usize,
    opened: Instant,
}

/// A call that the breaker let through. If it is dropped without a result, it gives back its permit, and if it was a probe, another call may probe.
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    admission: Option<Admission>,
    permit: Option<SemaphorePermit<'a>>,
}

impl Gate {
    pub(super) fn new(options: &GuardOptions) -> Self {
        let limit = options.max_concurrent_calls.clamp(1, Semaphore::MAX_PERMITS);
        let breaker = options.breaker.clone().map(|options| Mutex::new(Breaker::new(options)));
        Self { breaker, permits: Semaphore::new(limit), limit, opened: Instant::now() }
    }

    /// Lets a call through unless the breaker is open. If the concurrency limit is reached, the call [is queued](Pass::is_queued).
    pub(super) fn enter(&self, now: Instant) -> Result<Pass<'_>, StoreError> {
        let admission = match self.breaker() {
            Some(mut breaker) => Some(
                breaker.on_call(now.saturating_duration_since(self.opened)).ok_or_else(breaker_is_open)?,
            ),
            None => None,
        };
        Ok(Pass { gate: self, admission, permit: self.permits.try_acquire().ok() })
    }

    pub(super) fn is_open(&self) -> bool {
        self.breaker().is_some_and(|breaker| breaker.is_open())
    }

    fn breaker(&self) -> Option<MutexGuard<'_, Breaker>> {
        self.breaker.as_ref().map(|breaker| breaker.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn now(&self) -> Duration {
        self.opened.elapsed()
    }
}

impl<'a> Pass<'a> {
    /// Whether the call must [wait](Self::wait) for a permit before it goes to the engine.
    pub(super) fn is_queued(&self) -> bool {
        self.permit.is_none()
    }

    /// Waits for a permit. If the breaker opens meanwhile, the call fails, as the engine is not available.
    pub(super) async fn wait(self, until: Instant) -> Result<Self, StoreError> {
        let Ok(Ok(permit)) = timeout_at(until, self.gate.permits.acquire()).await else {
            return Err(limit_is_reached(self.gate.limit));
        };
        if let (Some(breaker), Some(admission)) = (self.gate.breaker(), &self.admission)
            && !breaker.is_current(admission)
        {
            return Err(breaker_is_open());
        }
        Ok(self.with(permit))
    }

    pub(super) fn is_probe(&self) -> bool {
        self.admission.as_ref().is_some_and(Admission::is_probe)
    }

    /// The call has ended. A refusal or a busy lock is not a failure of the engine: it answered.
    pub(super) fn leave<T>(mut self, answer: &Result<T, StoreError>) {
        let is_there = |kind| matches!(kind, StoreErrorKind::Refused | StoreErrorKind::Busy);
        let is_good = answer.as_ref().err().is_none_or(|error| is_there(error.kind()));
        let Some((admission, mut breaker)) = self.give_back() else { return };
        let change = breaker.on_result(admission, is_good, self.gate.now());
        drop(breaker);
        if let Some(change) = change {
            observe::breaker_changed(change);
        }
    }

    fn with(mut self, permit: SemaphorePermit<'a>) -> Self {
        self.permit = Some(permit);
        self
    }

    fn give_back(&mut self) -> Option<(Admission, MutexGuard<'a, Breaker>)> {
        let admission = self.admission.take()?;
        Some((admission, self.gate.breaker()?))
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if let Some((admission, mut breaker)) = self.give_back() {
            breaker.on_drop(admission);
        }
    }
}

fn breaker_is_open() -> StoreError {
    StoreError::not_sent("the circuit breaker is open; a probe checks the engine at intervals")
}

fn limit_is_reached(limit: usize) -> StoreError {
    StoreError::not_sent(format!(
        "the limit of {limit} concurrent calls is reached: find out why calls are slow, or raise max_concurrent_calls"
    ))
}
