//! What an error of sqlx means for a call.

use std::fmt;

use dewar_core::{StoreError, StoreErrorKind};
use sqlx::Error;

use crate::Engine;

/// A message for people. It has no keys, and no values of a statement.
#[derive(Debug)]
struct About(String);

/// Why no connection was taken from the pool. The call was not sent.
pub(crate) fn not_acquired<DB: Engine>(error: &Error) -> StoreError {
    match error {
        Error::PoolTimedOut => StoreError::not_sent(About(
            "the pool had no connection in time: all are in use, or the database does not answer (see `max_connections` and \
             `acquire_timeout`)"
                .to_owned(),
        )),
        error => StoreError::unavailable(About(words::<DB>(error))),
    }
}

/// What is known after a statement failed. If the connection failed, it may have been done.
pub(crate) fn not_done<DB: Engine>(error: &Error) -> StoreError {
    let about = About(words::<DB>(error));
    match kind::<DB>(error) {
        StoreErrorKind::Refused => StoreError::refused(about),
        StoreErrorKind::Unavailable => StoreError::unavailable(about),
        StoreErrorKind::Busy => StoreError::busy(about),
        _ => StoreError::no_answer(about),
    }
}

/// The call did not end in time.
pub(crate) fn too_slow<DB: Engine>() -> StoreError {
    StoreError::no_answer(About(format!(
        "{} did not answer in time, and the connection was closed",
        DB::NAME
    )))
}

fn kind<DB: Engine>(error: &Error) -> StoreErrorKind {
    match error {
        Error::Database(error) => DB::meaning(error.as_ref()).0,
        // A value that is too large for the protocol: nothing was sent.
        Error::Encode(_) => StoreErrorKind::Refused,
        Error::BeginFailed | Error::InvalidSavePointStatement | Error::PoolClosed => {
            StoreErrorKind::Unavailable
        }
        _ => StoreErrorKind::NoAnswer,
    }
}

fn words<DB: Engine>(error: &Error) -> String {
    match error {
        Error::Database(error) => DB::meaning(error.as_ref()).1,
        Error::PoolClosed => "the program has closed the pool".to_owned(),
        Error::Io(error) => format!("the connection to {} failed: {error}", DB::NAME),
        Error::Tls(_) => format!("TLS with {} failed", DB::NAME),
        Error::ColumnDecode { index, .. } => format!("column {index} of the table has another type"),
        Error::Encode(_) => "a value is too large".to_owned(),
        Error::WorkerCrashed => "the thread of the connection has ended".to_owned(),
        // Its text may quote what was received.
        _ => format!("{} gave an unexpected answer", DB::NAME),
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for About {}
