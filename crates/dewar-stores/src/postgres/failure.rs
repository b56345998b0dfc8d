//! What an error means. Of the server's message only the code is repeated: the rest may contain keys.

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;

use dewar_core::StoreErrorKind::{Busy, NoAnswer, Unavailable};
use dewar_core::{StoreError, StoreErrorKind};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::sql::{postgres_error_advice, postgres_error_kind};

/// Why a call failed.
#[derive(Clone)]
pub(super) enum Failure {
    /// No connection could be opened: nothing was sent.
    NotConnected(Arc<Error>),
    /// Opening a connection took too long: nothing was sent.
    SlowToConnect,
    /// The call was sent, and failed.
    Failed(Arc<Error>),
    /// No answer came in time.
    TimedOut,
}

/// An error that the server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    code: String,
}

impl Failure {
    pub(super) fn to_store_error(&self) -> StoreError {
        match self {
            Self::NotConnected(error) => StoreError::unavailable(described(error)),
            Self::SlowToConnect => {
                StoreError::unavailable("PostgreSQL: connecting takes long; the call was not sent")
            }
            Self::Failed(error) => store_error(error),
            Self::TimedOut => StoreError::no_answer("PostgreSQL did not answer in time"),
        }
    }
}

/// If the server answered with an error, it undid the call. After all other failures that is unknown.
pub(super) fn store_error(error: &Error) -> StoreError {
    let kind = refusal(error).map_or(NoAnswer, |refusal| refusal.kind());
    let why = described(error);
    match kind {
        Unavailable => StoreError::unavailable(why),
        Busy => StoreError::busy(why),
        NoAnswer => StoreError::no_answer(why),
        _ => StoreError::refused(why),
    }
}

/// Whether a new connection may help: this one broke, or its server cannot serve now or is the wrong one.
pub(super) fn needs_new_connection(error: &Error) -> bool {
    refusal(error).is_none_or(|refusal| matches!(refusal.kind(), Unavailable | NoAnswer))
}

pub(super) fn is_taken(error: &Error) -> bool {
    error.code() == Some(&SqlState::UNIQUE_VIOLATION)
}

/// The server's refusal, if it answered with an error.
pub(super) fn refusal(error: &Error) -> Option<Refusal> {
    error.code().map(|code| Refusal { code: code.code().to_owned() })
}

/// An error without the server's words. The driver's own errors contain no data.
fn described(error: &Error) -> String {
    match (refusal(error), error.source()) {
        (Some(refusal), _) => refusal.to_string(),
        (None, Some(cause)) => format!("PostgreSQL: {error}: {cause}"),
        (None, None) => format!("PostgreSQL: {error}"),
    }
}

impl Refusal {
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    fn kind(&self) -> StoreErrorKind {
        postgres_error_kind(&self.code)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL refused (SQLSTATE {}): {}", self.code, postgres_error_advice(&self.code))
    }
}

impl std::error::Error for Refusal {}
