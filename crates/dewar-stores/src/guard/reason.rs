//! What the guard itself has to say when a call fails.

use std::fmt;
use std::time::Duration;

/// The source of an error that is the guard's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The deadline passed.
    Late(Duration),
    /// The breaker is open.
    Open,
    /// So many calls are under way that there was no room for this one in time.
    Crowded(usize),
    /// The store behind has no such capability.
    Incapable,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(deadline) => write!(f, "no answer within {} ms", deadline.as_millis()),
            Self::Open => f.write_str("the breaker is open: the engine is tried again every so often"),
            Self::Crowded(limit) => write!(f, "{limit} calls are under way already"),
            Self::Incapable => f.write_str("this store cannot do that"),
        }
    }
}

impl std::error::Error for Reason {}
