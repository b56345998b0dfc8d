//! What an error means. Of the server's message only the code is repeated: the rest may contain keys.

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;

use dewar_core::StoreErrorKind::{Busy, NoAnswer, Unavailable};
use dewar_core::{StoreError, StoreErrorKind};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::sql::postgres_error_kind;

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

/// What to do after errors with an SQLSTATE, or a class of them. The first that fits counts.
const ADVICE: &[(&str, &str)] = &[
    ("08", "the connection was lost, or the pooler has no server: see their logs"),
    ("0A000", "the table was changed: the next call looks at it again"),
    (
        "25006",
        "it is a standby, which cannot write: use the address of the primary, or name both hosts in the URL",
    ),
    ("26", POOLER),
    ("42P05", POOLER),
    (
        "28",
        "it does not accept this user and password, or this host (pg_hba.conf); if it requires TLS, add sslmode=verify-full to the URL",
    ),
    ("3D000", "it has no such database: create it, or correct the URL"),
    ("40", "transactions of several programs were in each other's way"),
    (
        "42501",
        "its user may not do this: GRANT SELECT, INSERT, UPDATE, DELETE on the table of sessions (and USAGE on the sequence of its ids)",
    ),
    ("42", "the table of sessions is missing, or is another one now: see `dewar sessions schema`"),
    ("53100", "its disk is full: free some space"),
    (
        "53300",
        "it has too many clients: raise max_connections, lower PostgresOptions::connections, or use a pooler",
    ),
    ("53", "it lacks memory or another resource: see its log"),
    ("55P03", "another transaction keeps the session locked: see pg_locks, and end that transaction"),
    ("57014", "the call was cancelled, or took longer than statement_timeout"),
    ("57", "it is starting, stopping, or was told to end the connection"),
    ("58", "its machine has a fault: see its log"),
];

const POOLER: &str = "the pooler gave the connection to another server: connect to the server itself, or set the pooler to transaction mode";

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
        let advice = ADVICE.iter().find(|(code, _)| self.code.starts_with(code));
        let advice = advice.map_or("see its log", |(_, advice)| advice);
        write!(f, "PostgreSQL refused (SQLSTATE {}): {advice}", self.code)
    }
}

impl std::error::Error for Refusal {}
