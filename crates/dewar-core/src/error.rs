//! Why a store did not do what it was asked.

use std::fmt;

/// A store could not do what it was asked. What lies behind it is in `source`.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// What is known of a call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// No answer came: the connection broke, or time was up. Whether the call was done is not known.
    NoAnswer,
    /// The engine answered that it will not: out of memory, disk full, no permission. Nothing was done, and asking again gives
    /// the same.
    Refused,
    /// The engine answered that it cannot serve right now, or is the wrong server: a replica, one that still reads its files, a
    /// connection whose rights are gone. Nothing was done; another connection or a later try may be served, so that any call may be
    /// repeated.
    Unable,
    /// What this call needs is held by somebody else for too long: the lock of a file, of a database. Nothing was done, and a later try
    /// may be served. It says nothing about other calls, so that a breaker does not count it as a failure of the engine.
    Busy,
    /// It was not asked: it failed too often lately.
    NotAsked,
}

impl StoreError {
    /// No answer came, and whether the call was done is not known.
    pub fn no_answer(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::NoAnswer, source: source.into() }
    }

    /// The engine refused, and nothing was done.
    pub fn refused(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Refused, source: source.into() }
    }

    /// The engine cannot serve right now, or is the wrong server; nothing was done.
    pub fn unable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Unable, source: source.into() }
    }

    /// What the call needs is held by somebody else; nothing was done.
    pub fn busy(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Busy, source: source.into() }
    }

    /// The engine was not even asked.
    pub fn not_asked(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::NotAsked, source: source.into() }
    }

    /// What is known of the call.
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
            StoreErrorKind::Unable => "the session store cannot serve right now",
            StoreErrorKind::Busy => "what the session store needs is locked for too long",
            StoreErrorKind::NotAsked => "the session store failed too often lately and was not asked",
        })
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}
