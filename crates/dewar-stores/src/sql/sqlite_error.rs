//! What an error of SQLite means, whichever driver got it.

use dewar_core::StoreErrorKind;

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const FULL: i32 = 13;
const TOO_BIG: i32 = 18;
const CONSTRAINT: i32 = 19;
const MISMATCH: i32 = 20;
const AUTHORIZATION: i32 = 23;

/// What is known about a statement that failed with this [result code](https://www.sqlite.org/rescode.html), extended or not: it was not done.
/// After a failed `COMMIT` that is unknown if the code is `SQLITE_IOERR`.
///
/// `Busy`: another connection holds a lock. `Refused`: the disk is full, the data is too large, or a constraint or trigger that the program did
/// not create rejects it. `Unavailable`: all else, which is about the file, its disk or the machine.
#[must_use]
pub fn sqlite_error_kind(code: i32) -> StoreErrorKind {
    match code & 0xff {
        BUSY | LOCKED => StoreErrorKind::Busy,
        FULL | TOO_BIG | CONSTRAINT | MISMATCH | AUTHORIZATION => StoreErrorKind::Refused,
        _ => StoreErrorKind::Unavailable,
    }
}
