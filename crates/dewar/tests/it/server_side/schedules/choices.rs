//! The choices of a run: which request goes on next, and what fails.

use super::explore::Order;

/// How much may fail in one run. It is tried at every step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Dropped requests and store calls without an answer.
    pub(super) failures: usize,
    /// Responses that never reach their browser.
    pub(super) losses: usize,
}

/// The choices of one run, and what may still fail in it.
#[derive(Debug, Default)]
pub(super) struct Choices {
    order: Order,
    left: Bounds,
}

/// How a store call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallEnd {
    Answered,
    /// Done, and not answered.
    DoneWithoutAnswer,
    NotDone,
}

/// How a response is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// The browser receives it and stores its cookie.
    Accepted,
    /// The browser receives it, but keeps the cookie of another response.
    Overtaken,
    Lost,
}

impl Bounds {
    pub(super) const NONE: Self = Self { failures: 0, losses: 0 };
    pub(super) const ONE_FAILURE: Self = Self { failures: 1, losses: 0 };
    pub(super) const ONE_LOSS: Self = Self { failures: 0, losses: 1 };
    pub(super) const TWO_LOSSES: Self = Self { failures: 0, losses: 2 };
    pub(super) const ONE_OF_EACH: Self = Self { failures: 1, losses: 1 };
}

impl Default for Bounds {
    fn default() -> Self {
        Self::NONE
    }
}

impl Choices {
    pub(super) fn new(order: Order, bounds: Bounds) -> Self {
        Self { order, left: bounds }
    }

    pub(super) fn into_order(self) -> Order {
        self.order
    }

    /// Which of the `running` requests goes on next, and whether it is dropped instead.
    pub(super) fn turn(&mut self, running: usize) -> (usize, bool) {
        let ways = if self.left.failures > 0 { 2 * running } else { running };
        let chosen = self.order.choose(ways);
        let is_dropped = chosen >= running;
        self.left.failures -= usize::from(is_dropped);
        (chosen % running, is_dropped)
    }

    pub(super) fn call(&mut self) -> CallEnd {
        let call = if self.left.failures > 0 { self.order.choose(3) } else { 0 };
        self.left.failures -= usize::from(call > 0);
        [CallEnd::Answered, CallEnd::DoneWithoutAnswer, CallEnd::NotDone][call]
    }

    pub(super) fn response(&mut self, may_be_overtaken: bool) -> Delivery {
        let mut ways = vec![Delivery::Accepted];
        if may_be_overtaken {
            ways.push(Delivery::Overtaken);
        }
        if self.left.losses > 0 {
            ways.push(Delivery::Lost);
        }
        let delivery = ways[self.order.choose(ways.len())];
        self.left.losses -= usize::from(delivery == Delivery::Lost);
        delivery
    }
}
