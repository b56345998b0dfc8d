//! What an error means. Of the server's message only the code is repeated: the rest may contain keys.

use std::fmt;
use std::sync::Arc;

use dewar_core::{StoreError, StoreErrorKind};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

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

/// The meaning of an SQLSTATE, or of a class of them, and what to do. The first that fits counts.
struct Meaning(&'static str, StoreErrorKind, &'static str);

use StoreErrorKind::{Busy, NoAnswer, Refused, Unavailable};

const MEANINGS: &[Meaning] = &[
    // A pooler answers so if it lost the server during the call.
    Meaning("08", NoAnswer, "the connection was lost, or the pooler has no server: see their logs"),
    Meaning("0A000", Unavailable, "the table was changed: the next call looks at it again"),
    Meaning("25006", Unavailable, "it is a standby, which cannot write: use the address of the primary, or name both hosts in the URL"),
    Meaning("26", Unavailable, POOLER),
    Meaning("42P05", Unavailable, POOLER),
    Meaning("28", Unavailable, "it does not accept this user and password, or this host (pg_hba.conf); if it requires TLS, add sslmode=require to the URL"),
    Meaning("3D000", Unavailable, "it has no such database: create it, or correct the URL"),
    Meaning("40", Busy, "transactions of several programs were in each other's way"),
    Meaning("42501", Refused, "its user may not do this: GRANT SELECT, INSERT, UPDATE, DELETE on the table of sessions (and USAGE on the sequence of its ids)"),
    Meaning("42", Unavailable, "the table of sessions is missing, or is another one now: see `dewar sessions schema`"),
    Meaning("53100", Refused, "its disk is full: free some space"),
    Meaning("53300", Unavailable, "it has too many clients: raise max_connections, lower PostgresOptions::connections, or use a pooler"),
    Meaning("53", Unavailable, "it lacks memory or another resource: see its log"),
    Meaning("55P03", Busy, "another transaction keeps the session locked: see pg_locks, and end that transaction"),
    Meaning("57014", Busy, "the call was cancelled, or took longer than statement_timeout"),
    Meaning("57", Unavailable, "it is starting, stopping, or was told to end the connection"),
    Meaning("58", Unavailable, "its machine has a fault: see its log"),
    Meaning("XX001", Unavailable, "its data is damaged: see its log"),
    Meaning("XX002", Unavailable, "an index is damaged: see its log"),
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
    refusal(error).map_or_else(|| format!("PostgreSQL: {error}"), |refusal| refusal.to_string())
}

impl Refusal {
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    /// A code without a meaning of its own concerns the call: a value that is too large, or a trigger or constraint of another program.
    fn kind(&self) -> StoreErrorKind {
        self.meaning().map_or(Refused, |meaning| meaning.1)
    }

    fn meaning(&self) -> Option<&'static Meaning> {
        MEANINGS.iter().find(|meaning| self.code.starts_with(meaning.0))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = self.meaning().map_or("see its log", |meaning| meaning.2);
        write!(f, "PostgreSQL refused (SQLSTATE {}): {advice}", self.code)
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_is_known_about_the_call() {
        for (kind, codes) in [
            (
                Unavailable,
                &["25006", "57P01", "57P02", "57P03", "57P05", "53300", "53200", "28P01", "28000", "3D000", "26000", "42P05", "0A000", "42P01", "58030"][..],
            ),
            (Busy, &["55P03", "40001", "40P01", "57014"]),
            (Refused, &["42501", "53100", "54000", "23502", "22021", "P0001", "XX000"]),
            (NoAnswer, &["08P01", "08006"]),
        ] {
            for code in codes {
                assert_eq!(Refusal { code: (*code).to_owned() }.kind(), kind, "{code}");
            }
        }
    }
}
