//! What an error of the server means. Only its number is repeated: its text may contain keys.

use std::error::Error as _;
use std::fmt;

use dewar_core::{StoreError, StoreErrorKind};
use mysql_async::{DriverError, Error, IoError};

/// An error that the server answered: it did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: u16,
}

/// The numbers of errors with one meaning, and what to do.
struct Meaning(&'static [u16], StoreErrorKind, &'static str);

use StoreErrorKind::{Busy, NoAnswer, Refused, Unavailable};

/// The key exists already.
pub(super) const DUPLICATE: u16 = 1062;
/// A payload that is larger than the packets that the server takes.
const PACKET_TOO_LARGE: u16 = 1153;
/// Transactions waited for each other, and the server rolled this one back; or (1020, MariaDB) a row changed after it was read.
const DEADLOCKS: &[u16] = &[1213, 1020];

const MEANINGS: &[Meaning] = &[
    Meaning(&[1040], Unavailable, "it has too many connections: raise max_connections, or open fewer per process"),
    Meaning(&[1203, 1226], Unavailable, "its user has too many connections: raise the limit of the user"),
    Meaning(&[1045, 1698, 3118, 3955], Unavailable, "it does not accept this user and password"),
    Meaning(&[1820, 1862], Unavailable, "the password has expired: set a new one"),
    Meaning(&[1044], Unavailable, "its user may not use this database: GRANT it the rights"),
    Meaning(&[1049], Unavailable, "it has no database of this name: create it, or correct the URL"),
    Meaning(&[1129, 1130], Unavailable, "it accepts no connections from this host: see its log"),
    Meaning(&[1290, 1792, 1836, 3100, 3101], Unavailable, "it is read-only, like a replica: use the address of the primary"),
    Meaning(&[1053, 1079, 1927, 3169, 3159], Unavailable, "it is shutting down, or has closed the connection"),
    Meaning(&[1047], Unavailable, "this node of the cluster is not ready: wait, or use another node"),
    Meaning(&[1152, 1158, 1159, 1160, 1161, 1184, 4031], Unavailable, "the connection has failed"),
    Meaning(&[1317, 1615], Unavailable, "the statement was stopped: try again"),
    Meaning(&[9001], Unavailable, "its proxy found no server in time"),
    Meaning(&[1205], Busy, "another transaction keeps the row locked: end it"),
    Meaning(DEADLOCKS, Busy, "too many transactions write the same rows"),
    Meaning(&[1969, 3024, 3572], Busy, "the statement took longer than the server allows"),
    Meaning(&[1180, 1105], NoAnswer, "it failed while it finished the statement: see its log"),
    Meaning(&[1142, 1143, 1227, 1370], Refused, RIGHTS),
    Meaning(&[1146, 1054], Refused, "the table is missing or has other columns: restart the program to see what is wrong"),
    Meaning(
        &[1406],
        Refused,
        "the session is too large for the column (64 KiB for Flask-Session's BLOB): store less, or ALTER the column to LONGBLOB",
    ),
    Meaning(&[PACKET_TOO_LARGE], Refused, "the session is larger than the server's max_allowed_packet: store less, or raise it"),
    Meaning(&[1021, 1114, 1030, 3675], Refused, "its disk or tablespace is full: free some space"),
    Meaning(&[1598, 1665], Refused, "its binlog_format is STATEMENT: set it to ROW or MIXED"),
];

const RIGHTS: &str = "its user may not do this: GRANT SELECT, INSERT, UPDATE, DELETE on the table";

/// The error of a statement that was sent. If the server answered with an error, nothing was done; otherwise that is unknown.
pub(super) fn store_error(error: Error) -> StoreError {
    match refusal(&error) {
        Some(refusal) => match refusal.kind() {
            Unavailable => StoreError::unavailable(refusal),
            Busy => StoreError::busy(refusal),
            NoAnswer => StoreError::no_answer(refusal),
            _ => StoreError::refused(refusal),
        },
        None => StoreError::no_answer(Broken::from(error)),
    }
}

/// The error if there is no connection. Nothing was sent.
pub(super) fn not_connected(error: Error) -> StoreError {
    match refusal(&error) {
        Some(refusal) => StoreError::unavailable(refusal),
        None => StoreError::unavailable(Broken::from(error)),
    }
}

/// Whether other connections have the same trouble: their server cannot serve now, or is the wrong one.
pub(super) fn needs_new_connections(error: &Error) -> bool {
    refusal(error).is_some_and(|refusal| refusal.kind() == Unavailable)
}

/// Whether the server rolled the transaction back so that others could go on. Then it can be run again at once.
pub(super) fn is_deadlock(error: &Error) -> bool {
    refusal(error).is_some_and(|refusal| DEADLOCKS.contains(&refusal.code))
}

pub(super) fn is_duplicate(error: &Error) -> bool {
    refusal(error).is_some_and(|refusal| refusal.code == DUPLICATE)
}

/// The refusal, if the server answered with an error, or the driver did not send what the server would refuse.
pub(super) fn refusal(error: &Error) -> Option<Refusal> {
    match error {
        Error::Server(error) => Some(Refusal { code: error.code }),
        Error::Driver(DriverError::PacketTooLarge) => Some(Refusal { code: PACKET_TOO_LARGE }),
        Error::Io(IoError::Io(error)) if is_too_large(error) => Some(Refusal { code: PACKET_TOO_LARGE }),
        _ => None,
    }
}

/// The driver packs its error for this into an I/O error, and its type is not public.
fn is_too_large(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.to_string().contains("max_allowed_packet"))
}

impl Refusal {
    fn meaning(self) -> Option<&'static Meaning> {
        MEANINGS.iter().find(|meaning| meaning.0.contains(&self.code))
    }

    pub(super) fn kind(self) -> StoreErrorKind {
        self.meaning().map_or(Refused, |meaning| meaning.1)
    }

    pub(super) fn advice(self) -> &'static str {
        self.meaning().map_or("see its log", |meaning| meaning.2)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MySQL refused ({}): {}", self.code, self.advice())
    }
}

impl std::error::Error for Refusal {}

/// A connection that broke. Errors of the driver about the contents of an answer are not shown.
#[derive(Debug)]
pub(super) struct Broken(String);

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self(match error {
            Error::Io(error) => error.source().map_or_else(|| error.to_string(), ToString::to_string),
            Error::Driver(DriverError::ConnectionClosed) => "the connection is closed".to_owned(),
            _ => "the server gave an unexpected answer".to_owned(),
        })
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the connection to MySQL failed: {}", self.0)
    }
}

impl std::error::Error for Broken {}

#[cfg(test)]
mod tests {
    use std::io;

    use mysql_async::ServerError;

    use super::*;

    fn said(code: u16) -> Error {
        let message = "Duplicate entry 'session:abc' for key".to_owned();
        ServerError { code, message, state: "HY000".to_owned() }.into()
    }

    #[test]
    fn errors_mean_facts() {
        for (codes, kind) in [
            (&[1040, 1045, 1049, 1053, 1129, 1203, 1290, 1792, 1836, 1047, 1927, 4031][..], Unavailable),
            (&[1205, 1213, 1969], Busy),
            (&[1142, 1146, 1153, 1406, 1114, 1062, 1064], Refused),
            (&[1180], NoAnswer),
        ] {
            for code in codes {
                let error = store_error(said(*code));
                assert_eq!(error.kind(), kind, "{code}");
                assert_eq!(needs_new_connections(&said(*code)), kind == Unavailable, "{code}");
                assert!(!format!("{error:?}").contains("session:abc"));
            }
        }
        assert!(is_deadlock(&said(1213)) && !is_deadlock(&said(1205)));
    }

    #[test]
    fn a_broken_connection_is_no_answer_once_something_was_sent() {
        let broken = || Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(store_error(broken()).kind(), NoAnswer);
        assert_eq!(not_connected(broken()).kind(), Unavailable);
        assert_eq!(not_connected(said(1142)).kind(), Unavailable);
        let odd = Error::from(DriverError::UnexpectedPacket { payload: b"payload".to_vec() });
        assert!(!format!("{:?}", store_error(odd)).contains("payload"));
    }
}
