//! Why a call of a store failed.

use std::fmt;

/// A call of a store failed. The cause is its `source`.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// What is known of a call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// No answer came: the connection broke, or the time limit passed. Whether the call was done is not known.
    NoAnswer,
    /// The engine refused: out of memory, disk full, no permission. Nothing was done, and the same call would be refused again.
    Refused,
    /// The engine answered that it cannot serve now, or is the wrong server: a replica, a server that is still loading, a connection
    /// that has lost its rights. Nothing was done. Another connection or a later call may succeed, so any call may be repeated.
    Unavailable,
    /// The lock that this call needs, of a file or a database, was held by another process for too long. Nothing was done, and a later
    /// call may succeed. It says nothing about other calls, so a breaker does not count it as a failure of the engine.
    Busy,
    /// The engine was not asked, because it failed too often in the last moments.
    NotSent,
}

impl StoreError {
    /// No answer came; whether the call was done is not known.
    pub fn no_answer(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::NoAnswer, source: source.into() }
    }

    /// The engine refused, and nothing was done.
    pub fn refused(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Refused, source: source.into() }
    }

    /// The engine cannot serve right now, or is the wrong server; nothing was done.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Unavailable, source: source.into() }
    }

    /// Another process holds the lock that the call needs; nothing was done.
    pub fn busy(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Busy, source: source.into() }
    }

    /// The engine was not asked.
    pub fn not_sent(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::NotSent, source: source.into() }
    }

    /// What is known of the call.
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
            StoreErrorKind::Refused => "the session store refused",
            StoreErrorKind::Unavailable => "the session store cannot serve right now",
            StoreErrorKind::Busy => "what the session store needs is locked for too long",
            StoreErrorKind::NotSent => "the session store failed too often lately and was not asked",
        })
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}
