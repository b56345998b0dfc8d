//! Runs every call of the driver to its end.
//!
//! The driver's futures must not be dropped: a connection that is being checked out of the pool is then lost, and after some of them every later
//! call waits for one. So a call runs in a task of its own. The caller waits for the task, for a limited time, and may stop waiting whenever it
//! wants; the task ends by itself.

use std::fmt;
use std::time::Duration;

use tokio::time::timeout;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Lost {
    /// It did not come within this time.
    Late(Duration),
    /// The driver panicked, or the runtime is shutting down.
    Ended,
}

/// Starts the call, and waits at most this long for its answer. What the call does goes on afterwards.
pub(super) async fn run<T: Send + 'static>(
    within: Duration,
    call: impl Future<Output = T> + Send + 'static,
) -> Result<T, Lost> {
    match timeout(within, tokio::spawn(call)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) => Err(Lost::Ended),
        Err(_) => Err(Lost::Late(within)),
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(within) => write!(f, "MongoDB did not answer within {} ms", within.as_millis()),
            Self::Ended => f.write_str("the call to MongoDB ended without an answer"),
        }
    }
}

impl std::error::Error for Lost {}
