//! The gate: one engine's breaker, and a seat for each call under way.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dewar_core::{StoreError, StoreErrorKind};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use super::breaker::{Breaker, Ticket};
use super::reason::Reason;
use super::{Patience, observe};

/// What all calls of a guard pass.
pub(super) struct Gate {
    breaker: Option<Mutex<Breaker>>,
    seats: Semaphore,
    limit: usize,
    opened: Instant,
}

/// A call under way. Dropped without a result, it frees its seat and, if it was a probe, the next one's way.
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    ticket: Option<Ticket>,
    seat: Option<SemaphorePermit<'a>>,
}

impl Gate {
    pub(super) fn new(patience: &Patience) -> Self {
        let limit = patience.in_flight.clamp(1, Semaphore::MAX_PERMITS);
        let breaker = patience.breaker.clone().map(|rules| Mutex::new(Breaker::new(rules)));
        Self { breaker, seats: Semaphore::new(limit), limit, opened: Instant::now() }
    }

    /// Lets a call through, at once or when there is a seat.
    pub(super) async fn enter(&self, until: Instant) -> Result<Pass<'_>, StoreError> {
        let mut pass = Pass { gate: self, ticket: self.ticket()?, seat: self.seats.try_acquire().ok() };
        if pass.seat.is_none() {
            pass.seat = Some(self.seat(until).await?);
            pass.check()?;
        }
        Ok(pass)
    }

    pub(super) fn is_open(&self) -> bool {
        self.breaker().is_some_and(|breaker| breaker.is_open())
    }

    fn ticket(&self) -> Result<Option<Ticket>, StoreError> {
        let Some(mut breaker) = self.breaker() else { return Ok(None) };
        breaker.on_call(self.now()).map(Some).ok_or_else(|| StoreError::not_asked(Reason::Open))
    }

    async fn seat(&self, until: Instant) -> Result<SemaphorePermit<'_>, StoreError> {
        match timeout_at(until, self.seats.acquire()).await {
            Ok(Ok(seat)) => Ok(seat),
            _ => Err(StoreError::not_asked(Reason::Crowded(self.limit))),
        }
    }

    fn breaker(&self) -> Option<MutexGuard<'_, Breaker>> {
        self.breaker.as_ref().map(|breaker| breaker.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn now(&self) -> Duration {
        self.opened.elapsed()
    }
}

impl<'a> Pass<'a> {
    pub(super) fn is_probe(&self) -> bool {
        self.ticket.as_ref().is_some_and(Ticket::is_probe)
    }

    /// The call is over. An engine that refuses is there; so is one where somebody else holds what this call needs.
    pub(super) fn leave<T>(mut self, answer: &Result<T, StoreError>) {
        let is_there = |kind| matches!(kind, StoreErrorKind::Refused | StoreErrorKind::Busy);
        let is_good = answer.as_ref().err().is_none_or(|error| is_there(error.kind()));
        let Some((ticket, mut breaker)) = self.give_back() else { return };
        let change = breaker.on_result(ticket, is_good, self.gate.now());
        drop(breaker);
        if let Some(change) = change {
            observe::breaker_changed(change);
        }
    }

    /// Those who waited for a seat while the breaker opened shall not ask an engine that is gone.
    fn check(&self) -> Result<(), StoreError> {
        let Some((breaker, ticket)) = self.gate.breaker().zip(self.ticket.as_ref()) else { return Ok(()) };
        if breaker.is_of_now(ticket) { Ok(()) } else { Err(StoreError::not_asked(Reason::Open)) }
    }

    fn give_back(&mut self) -> Option<(Ticket, MutexGuard<'a, Breaker>)> {
        let ticket = self.ticket.take()?;
        Some((ticket, self.gate.breaker()?))
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if let Some((ticket, mut breaker)) = self.give_back() {
            breaker.on_drop(ticket);
        }
    }
}
