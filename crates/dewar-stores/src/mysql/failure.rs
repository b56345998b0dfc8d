//! What an error of the server means. Only its number is repeated: its text may contain keys.

use std::error::Error as _;
use std::fmt;

use dewar_core::{StoreError, StoreErrorKind};
use mysql_async::{DriverError, Error, IoError};

use crate::sql::{mysql_error_advice, mysql_error_kind};

/// An error that the server answered: it did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: u16,
}

use StoreErrorKind::{Busy, NoAnswer, Unavailable};

/// The key exists already.
const DUPLICATE: u16 = 1062;
/// A payload that is larger than the packets that the server takes.
const PACKET_TOO_LARGE: u16 = 1153;
/// Transactions waited for each other, and the server rolled this one back; or (1020, MariaDB) a row changed after it was read.
const DEADLOCKS: &[u16] = &[1213, 1020, 3101];

/// Read-only, like a replica; shutting down; a node of a cluster that is not ready.
const CANNOT_SERVE: &[u16] = &[1290, 1792, 1836, 3100, 1053, 1079, 1047];

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
    refusal(error).is_some_and(|refusal| CANNOT_SERVE.contains(&refusal.code))
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
    pub(super) fn kind(self) -> StoreErrorKind {
        mysql_error_kind(self.code)
    }

    pub(super) fn advice(self) -> &'static str {
        mysql_error_advice(self.code)
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
    fn an_answer_is_shown_without_its_text() {
        for (code, kind) in
            [(1062, StoreErrorKind::Refused), (1290, Unavailable), (1205, Busy), (1180, NoAnswer)]
        {
            let error = store_error(said(code));
            assert_eq!(error.kind(), kind, "{code}");
            assert!(!format!("{error:?}").contains("session:abc"));
        }
        assert!(is_deadlock(&said(1213)) && !is_deadlock(&said(1205)) && is_duplicate(&said(1062)));
    }

    #[test]
    fn the_other_connections_stay_unless_their_server_cannot_serve() {
        for (code, expected) in [(1290, true), (1053, true), (1047, true), (1927, false), (1317, false)] {
            assert_eq!(store_error(said(code)).kind(), Unavailable, "{code}");
            assert_eq!(needs_new_connections(&said(code)), expected, "{code}");
        }
        assert!(!needs_new_connections(&said(1146)) && !needs_new_connections(&said(1205)));
        assert!(!needs_new_connections(&io::Error::from(io::ErrorKind::BrokenPipe).into()));
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
