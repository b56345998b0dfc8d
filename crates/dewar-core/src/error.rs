//! Errors of store calls.

use std::fmt;

/// The error of a store call that failed. The cause is in [`source`](std::error::Error::source).
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// What is known about a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// No answer came: the connection broke, or the call timed out. It is unknown whether the call was done.
    NoAnswer,
    /// The engine refused the call: out of memory, disk full, no permission. Nothing was done, and the same call would be refused again.
    Refused,
    /// The engine cannot serve now, or is the wrong server: a replica, a server that is still loading, a connection that has lost its
    /// permissions. Nothing was done. Another connection or a later call may succeed, so any call can be retried.
    Unavailable,
    /// Another call held the lock of a file, a row or a database for too long, or two calls blocked each other. Nothing was done, and a later call
    /// may succeed. Other calls may still succeed, so a circuit breaker does not count it as a failure of the engine.
    Busy,
    /// The call was not sent to the engine: it failed too often recently, too many calls are running, or the request has no time left.
    NotSent,
}

impl StoreError {
    /// No answer came; it is unknown whether the call was done.
    pub fn no_answer(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::NoAnswer, source: source.into() }
    }

    /// The engine refused the call; nothing was done.
    pub fn refused(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Refused, source: source.into() }
    }

    /// The engine cannot serve now, or is the wrong server; nothing was done.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Unavailable, source: source.into() }
    }

    /// Another call holds the lock that this one needs; nothing was done.
    pub fn busy(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Busy, source: source.into() }
    }

    /// The call was not sent to the engine.
    pub fn not_sent(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::NotSent, source: source.into() }
    }

    /// What is known about the call.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            StoreErrorKind::NoAnswer => "the session store did not answer",
            StoreErrorKind::Refused => "the session store refused the call",
            StoreErrorKind::Unavailable => "the session store is unavailable",
            StoreErrorKind::Busy => "the session store was locked by another call for too long",
            StoreErrorKind::NotSent => "the call was not sent to the session store",
        })
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}
