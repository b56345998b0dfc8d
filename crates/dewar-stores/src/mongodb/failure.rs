//! What an error of MongoDB means. Only the code is repeated: the text of an error may contain keys and values.

use std::fmt;

use ::mongodb::error::{Error, ErrorKind, WriteFailure};
use dewar_core::{StoreError, StoreErrorKind};

/// An error that the server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    code: i32,
}

/// The meaning of a code, and what to do.
struct Meaning(i32, StoreErrorKind, &'static str);

use StoreErrorKind::{Busy, NoAnswer, Refused, Unavailable};

const MEANINGS: &[Meaning] = &[
    Meaning(6, Unavailable, UNREACHABLE),
    Meaning(7, Unavailable, UNREACHABLE),
    Meaning(13, Refused, RIGHTS),
    Meaning(18, Unavailable, "it does not accept this user and password"),
    Meaning(24, Busy, LOCKED),
    Meaning(46, Busy, LOCKED),
    Meaning(50, NoAnswer, "it took longer than maxTimeMS allows"),
    Meaning(89, Unavailable, UNREACHABLE),
    Meaning(91, Unavailable, STOPPING),
    Meaning(112, Busy, LOCKED),
    Meaning(
        121,
        Refused,
        "the collection has a validator that does not accept sessions: use another collection",
    ),
    Meaning(133, Unavailable, UNREACHABLE),
    Meaning(134, Unavailable, "it has no majority of the replica set yet: wait"),
    Meaning(189, Unavailable, NOT_PRIMARY),
    Meaning(261, Unavailable, "it has too many sessions of clients"),
    Meaning(262, Unavailable, "it is overloaded"),
    Meaning(290, Refused, TOO_LARGE),
    Meaning(462, Unavailable, "it is overloaded"),
    Meaning(8000, Unavailable, "the user may not sign in, or the cluster limits it"),
    Meaning(9001, Unavailable, UNREACHABLE),
    Meaning(10058, Unavailable, NOT_PRIMARY),
    Meaning(10107, Unavailable, NOT_PRIMARY),
    Meaning(10334, Refused, TOO_LARGE),
    Meaning(11600, Unavailable, STOPPING),
    Meaning(11602, Unavailable, NOT_PRIMARY),
    Meaning(13435, Unavailable, NOT_PRIMARY),
    Meaning(13436, Unavailable, NOT_PRIMARY),
    Meaning(14031, Refused, "its disk is full"),
    Meaning(17419, Refused, TOO_LARGE),
    Meaning(17420, Refused, TOO_LARGE),
];

const LOCKED: &str = "another call holds the lock for too long";
const NOT_PRIMARY: &str =
    "it is not the primary of its replica set: name all members in the URL, so that the new primary is found";
const RIGHTS: &str = "its user may not do this: grant the role readWrite on the database";
const STOPPING: &str = "it is shutting down";
const TOO_LARGE: &str = "a session must be smaller than 16 MiB, the limit of a document";
const UNREACHABLE: &str = "a server of the cluster cannot be reached";

const DUPLICATE_KEY: i32 = 11000;

/// The error of a call that only reads.
pub(super) fn of_read(error: &Error) -> StoreError {
    store_error(error, false)
}

/// The error of a call that writes. `is_repeated`: the driver itself may have sent it twice, so that the last error does not tell what became of
/// the first attempt.
pub(super) fn of_write(error: &Error, is_repeated: bool) -> StoreError {
    store_error(error, is_repeated)
}

fn store_error(error: &Error, is_repeated: bool) -> StoreError {
    match &*error.kind {
        ErrorKind::ServerSelection { .. } => {
            StoreError::unavailable("no MongoDB server can take the call now")
        }
        ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::Shutdown => {
            StoreError::unavailable("the connections to MongoDB are being replaced")
        }
        ErrorKind::Authentication { .. } => {
            StoreError::unavailable("MongoDB does not accept this user and password")
        }
        ErrorKind::DnsResolve { .. } | ErrorKind::InvalidTlsConfig { .. } => {
            StoreError::unavailable("no connection to MongoDB can be made")
        }
        // The write was done, and may be lost again: too few members of the replica set have it.
        ErrorKind::Write(WriteFailure::WriteConcernError(failure)) => StoreError::no_answer(format!(
            "too few members of the replica set have confirmed the write ({})",
            failure.code
        )),
        ErrorKind::Bson(_) | ErrorKind::BsonSerialization(_) | ErrorKind::InvalidArgument { .. } => {
            StoreError::refused(TOO_LARGE_OR_ODD)
        }
        _ => match refusal(error) {
            Some(refusal) => refused(refusal, is_repeated),
            None => StoreError::no_answer("the connection to MongoDB broke before the answer came"),
        },
    }
}

const TOO_LARGE_OR_ODD: &str =
    "the session cannot be written as a document of MongoDB, which is limited to 16 MiB";

fn refused(refusal: Refusal, is_repeated: bool) -> StoreError {
    match meaning(refusal.code).map_or(Refused, |meaning| meaning.1) {
        Unavailable if is_repeated => StoreError::no_answer(refusal),
        Unavailable => StoreError::unavailable(refusal),
        Busy => StoreError::busy(refusal),
        NoAnswer => StoreError::no_answer(refusal),
        _ => StoreError::refused(refusal),
    }
}

/// Whether a unique index has an entry already.
pub(super) fn is_duplicate(error: &Error) -> bool {
    is_code(error, &[DUPLICATE_KEY])
}

/// Whether the server answered with one of these codes.
pub(super) fn is_code(error: &Error, codes: &[i32]) -> bool {
    refusal(error).is_some_and(|refusal| codes.contains(&refusal.code))
}

/// The server's refusal, if it answered with an error.
fn refusal(error: &Error) -> Option<Refusal> {
    match &*error.kind {
        ErrorKind::Command(command) => Some(Refusal { code: command.code }),
        ErrorKind::Write(WriteFailure::WriteError(write)) => Some(Refusal { code: write.code }),
        _ => None,
    }
}

fn meaning(code: i32) -> Option<&'static Meaning> {
    MEANINGS.iter().find(|meaning| meaning.0 == code)
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = meaning(self.code).map_or("see its log", |meaning| meaning.2);
        write!(f, "MongoDB refused ({}): {advice}", self.code)
    }
}

impl std::error::Error for Refusal {}
