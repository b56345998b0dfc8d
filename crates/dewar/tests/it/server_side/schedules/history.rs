//! The record of a run: each request, and each change in the store.

use std::collections::HashMap;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};

use dewar::store::StoreKey;
use dewar::value::Map;

use super::actions::Action;
use super::choices::Choices;

/// A run and its record, shared by all requests.
pub(super) type SharedRun = Arc<Mutex<Run>>;

#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) choices: Choices,
    /// The number of store calls so far.
    pub(super) step: usize,
    /// The request that makes the next call.
    pub(super) current: usize,
    /// Whether that request is dropped at its next turn.
    pub(super) drops: bool,
    pub(super) requests: Vec<Request>,
    pub(super) events: Vec<Event>,
    /// Each cookie that was set, and the key of its session.
    pub(super) keys: HashMap<String, StoreKey>,
    /// The milliseconds that have passed.
    pub(super) passed: Arc<AtomicI64>,
    /// The cookie that the user's browser has in the end.
    pub(super) user_cookie: String,
}

/// Whose browser it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    User,
    /// An attacker who has set the first cookie in the user's browser, and has it too.
    Attacker,
}

/// A request and its end.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) who: Who,
    pub(super) tab: usize,
    pub(super) action: Action,
    /// The cookie that it sent.
    pub(super) sent: String,
    /// The data that its handler saw.
    pub(super) saw: Map,
    pub(super) begun: usize,
    pub(super) end: End,
    /// Whether its response arrived.
    pub(super) is_received: bool,
    /// The key of its session afterwards.
    pub(super) key: Option<StoreKey>,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// With a success, and what it does with the cookie: nothing, sets another, or removes it (empty).
    Served(Option<String>),
    /// With the error that the session has ended.
    Refused,
    /// With 503, or it was dropped: it may have been done or not. A logout removes the cookie even so.
    Unknown(Option<String>),
}

/// A change of the store.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) step: usize,
    /// The request that changed it.
    pub(super) request: usize,
    pub(super) change: Change,
}

#[derive(Debug, Clone)]
pub(super) enum Change {
    Created(StoreKey),
    Written(StoreKey),
    Renamed(StoreKey, StoreKey),
    Ended(StoreKey),
}

impl Who {
    /// What their login stores in a session.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Attacker => "attacker",
        }
    }
}

impl Run {
    pub(super) fn new(choices: Choices, passed: Arc<AtomicI64>) -> Self {
        Self { choices, passed, ..Self::default() }
    }

    /// Which of the `running` requests goes on next.
    pub(super) fn turn(&mut self, running: usize) -> usize {
        let (place, is_dropped) = self.choices.turn(running);
        self.drops = is_dropped;
        place
    }

    /// Records that a request is sent. Returns its number.
    pub(super) fn begin(&mut self, who: Who, tab: usize, action: Action, sent: &str) -> usize {
        let (begun, sent) = (self.step, sent.to_owned());
        let (saw, end, is_received, key) = (Map::new(), End::Unknown(None), false, None);
        self.requests.push(Request { who, tab, action, sent, saw, begun, end, is_received, key });
        self.requests.len() - 1
    }

    /// Records how a request has ended.
    pub(super) fn end(&mut self, number: usize, end: End, key: Option<StoreKey>) {
        if let (End::Served(Some(cookie)), Some(key)) = (&end, &key)
            && !cookie.is_empty()
        {
            self.keys.insert(cookie.clone(), key.clone());
        }
        let request = &mut self.requests[number];
        (request.end, request.key) = (end, key);
    }

    pub(super) fn note(&mut self, change: Change) {
        self.events.push(Event { step: self.step, request: self.current, change });
    }
}

impl Request {
    pub(super) fn is_served(&self) -> bool {
        matches!(self.end, End::Served(_))
    }

    /// The cookie that its response sets.
    pub(super) fn given(&self) -> Option<&str> {
        match &self.end {
            End::Served(Some(cookie)) => Some(cookie.as_str()).filter(|cookie| !cookie.is_empty()),
            _ => None,
        }
    }
}
