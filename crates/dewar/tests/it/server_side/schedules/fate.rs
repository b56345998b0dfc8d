//! What happens in a run, choice by choice: whose turn it is, and what goes wrong.

use super::explore::Order;

/// How much may go wrong in one run. All of it is tried, at every step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Requests that are dropped, and calls of the store without an answer.
    pub(super) mishaps: usize,
    /// Responses that never reach their browser.
    pub(super) losses: usize,
}

/// The choices of one run, and what may still go wrong in it.
#[derive(Debug, Default)]
pub(super) struct Fate {
    order: Order,
    left: Bounds,
}

/// How a call of the store ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Answered,
    /// Done, and not answered.
    DoneWithoutAnswer,
    NotDone,
}

/// How a response is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// It came, and the browser keeps its cookie.
    Kept,
    /// It came, but the browser keeps the cookie of another response.
    Overtaken,
    Lost,
}

impl Bounds {
    pub(super) const NONE: Self = Self { mishaps: 0, losses: 0 };
    pub(super) const ONE_MISHAP: Self = Self { mishaps: 1, losses: 0 };
    pub(super) const ONE_LOSS: Self = Self { mishaps: 0, losses: 1 };
    pub(super) const TWO_LOSSES: Self = Self { mishaps: 0, losses: 2 };
    pub(super) const ONE_OF_EACH: Self = Self { mishaps: 1, losses: 1 };
}

impl Default for Bounds {
    fn default() -> Self {
        Self::NONE
    }
}

impl Fate {
    pub(super) fn new(order: Order, bounds: Bounds) -> Self {
        Self { order, left: bounds }
    }

    pub(super) fn into_order(self) -> Order {
        self.order
    }

    /// Which of this many goes on next; and whether its request is dropped there instead.
    pub(super) fn turn(&mut self, running: usize) -> (usize, bool) {
        let ways = if self.left.mishaps > 0 { 2 * running } else { running };
        let chosen = self.order.choose(ways);
        let is_dropped = chosen >= running;
        self.left.mishaps -= usize::from(is_dropped);
        (chosen % running, is_dropped)
    }

    pub(super) fn call(&mut self) -> Call {
        let call = if self.left.mishaps > 0 { self.order.choose(3) } else { 0 };
        self.left.mishaps -= usize::from(call > 0);
        [Call::Answered, Call::DoneWithoutAnswer, Call::NotDone][call]
    }

    pub(super) fn response(&mut self, may_be_overtaken: bool) -> Delivery {
        let mut ways = vec![Delivery::Kept];
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
