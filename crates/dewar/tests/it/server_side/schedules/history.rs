//! What happened in a run: each request, and each change of the store.

use std::collections::HashMap;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};

use dewar::store::StoreKey;
use dewar::value::Map;

use super::deeds::Deed;
use super::fate::Fate;

/// A run and its record, shared by all requests.
pub(super) type SharedRun = Arc<Mutex<Run>>;

#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) fate: Fate,
    /// How many calls of the store were made.
    pub(super) step: usize,
    /// The request that makes the next call.
    pub(super) current: usize,
    /// That request is to be dropped at its next turn.
    pub(super) drops: bool,
    pub(super) requests: Vec<Request>,
    pub(super) events: Vec<Event>,
    /// The key of the session that a cookie was set for.
    pub(super) keys: HashMap<String, StoreKey>,
    /// How many milliseconds have passed.
    pub(super) passed: Arc<AtomicI64>,
    /// What her browser has in the end.
    pub(super) she_has: String,
}

/// Whose browser it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Hers,
    /// Of an attacker who planted the first cookie in hers, and has it, too.
    Planters,
}

/// A request and its end.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) who: Who,
    pub(super) tab: usize,
    pub(super) deed: Deed,
    /// The cookie that it came with.
    pub(super) sent: String,
    /// What its handler found.
    pub(super) saw: Map,
    pub(super) begun: usize,
    pub(super) end: End,
    /// Its response came.
    pub(super) is_received: bool,
    /// The key of its session afterwards.
    pub(super) key: Option<StoreKey>,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// With a good response, and what it makes of the cookie: nothing, another, or none (empty).
    Kept(Option<String>),
    /// With the response that the session had ended.
    Refused,
    /// With 503, or it was dropped: it may have been done or not. A logout removes the cookie all the same.
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
    Begun(StoreKey),
    Written(StoreKey),
    Renamed(StoreKey, StoreKey),
    Ended(StoreKey),
}

impl Who {
    /// What a login of theirs leaves in a session.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Hers => "hers",
            Self::Planters => "planter's",
        }
    }
}

impl Run {
    pub(super) fn new(fate: Fate, passed: Arc<AtomicI64>) -> Self {
        Self { fate, passed, ..Self::default() }
    }

    /// Which of this many goes on next.
    pub(super) fn turn(&mut self, running: usize) -> usize {
        let (place, is_dropped) = self.fate.turn(running);
        self.drops = is_dropped;
        place
    }

    /// A request is sent; gives its number.
    pub(super) fn begin(&mut self, who: Who, tab: usize, deed: Deed, sent: &str) -> usize {
        let (begun, sent) = (self.step, sent.to_owned());
        let (saw, end, is_received, key) = (Map::new(), End::Unknown(None), false, None);
        self.requests.push(Request { who, tab, deed, sent, saw, begun, end, is_received, key });
        self.requests.len() - 1
    }

    /// A request has ended.
    pub(super) fn end(&mut self, number: usize, end: End, key: Option<StoreKey>) {
        if let (End::Kept(Some(cookie)), Some(key)) = (&end, &key)
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
    pub(super) fn is_kept(&self) -> bool {
        matches!(self.end, End::Kept(_))
    }

    /// The cookie that its response gives.
    pub(super) fn given(&self) -> Option<&str> {
        match &self.end {
            End::Kept(Some(cookie)) => Some(cookie.as_str()).filter(|cookie| !cookie.is_empty()),
            _ => None,
        }
    }
}
