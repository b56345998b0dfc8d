//! The file: made for its owner alone, opened for writing or for reading.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::failure::Failure;
use super::identity::{Connected, Identity};
use super::options::Synchronous;
use super::{room, table};
use crate::OpenError;
use crate::sql::Table;

/// How long it waits for a lock of another process while a store is opened: others may be opening it, too.
const BUSY_TIMEOUT_AT_OPEN: Duration = Duration::from_secs(5);
/// How many prepared statements a connection has at most: those of a store are fewer.
const PREPARED_STATEMENTS: usize = 32;

/// Where the file is, in words that SQLite takes for nothing but a path (`:memory:` and `file:` are names to it).
pub(super) fn absolute(path: &Path) -> Result<PathBuf, OpenError> {
    std::path::absolute(path).map_err(|error| cannot("find", path, &error).with_source(error))
}

/// The connection that writes, to a file and a table that are made if they are not there.
pub(super) fn open_to_write(
    path: &Path,
    table: &Table,
    synchronous: Synchronous,
) -> Result<Connected, OpenError> {
    if path.is_dir() {
        return Err(OpenError::new(format!(
            "cannot open {}: it is a folder, name a file in it",
            path.display()
        )));
    }
    make(path)?;
    let refused = |error: rusqlite::Error| cannot_open(path, error);
    let gone =
        |failure: Failure| OpenError::new("cannot open a file").with_source(failure.to_store_error(path));
    let identity = Identity::from_path(path).map_err(gone)?;
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(refused)?;
    conn.busy_timeout(BUSY_TIMEOUT_AT_OPEN).map_err(refused)?;
    switch_to_wal(&conn, path)?;
    set_synchronous(&conn, synchronous).map_err(refused)?;
    table::ensure(table, &conn, path)?;
    room::reserve(&conn, path);
    // From here on the writer tries again by itself, and looks after the calls that wait meanwhile.
    conn.busy_timeout(Duration::ZERO).map_err(refused)?;
    Ok((identity, conn))
}

/// The same for a file that is there, with the table in it: nothing is made.
pub(super) fn reopen_to_write(
    path: &Path,
    table: &Table,
    synchronous: Synchronous,
) -> Result<Connected, Failure> {
    let identity = Identity::from_path(path)?;
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(Failure::undone)?;
    if let Some(difference) = table::difference(table, &conn).map_err(Failure::undone)? {
        return Err(Failure::Another(difference.into()));
    }
    conn.pragma_update(None, "journal_mode", "WAL").map_err(Failure::undone)?;
    set_synchronous(&conn, synchronous).map_err(Failure::undone)?;
    room::reserve(&conn, path);
    conn.busy_timeout(Duration::ZERO).map_err(Failure::undone)?;
    if Identity::from_path(path)? == identity { Ok((identity, conn)) } else { Err(Failure::Gone) }
}

/// A connection that only reads.
pub(super) fn open_to_read(path: &Path, lock_timeout: Duration) -> Result<Connected, Failure> {
    let identity = Identity::from_path(path)?;
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(Failure::undone)?;
    conn.busy_timeout(lock_timeout).map_err(Failure::undone)?;
    if Identity::from_path(path)? == identity { Ok((identity, conn)) } else { Err(Failure::Gone) }
}

fn set_synchronous(conn: &Connection, synchronous: Synchronous) -> rusqlite::Result<()> {
    let level = match synchronous {
        Synchronous::Full => "FULL",
        Synchronous::Normal => "NORMAL",
    };
    conn.pragma_update(None, "synchronous", level)
}

/// What to say if SQLite cannot use the file.
pub(super) fn cannot_open(path: &Path, error: rusqlite::Error) -> OpenError {
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "it is no SQLite database: name another file, or move this one away",
        Some(ErrorCode::DatabaseCorrupt) => "it is damaged: restore it from a backup, or move it away",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "let this user read and write it and its folder"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process keeps it locked: end that, or try again"
        }
        Some(ErrorCode::DiskFull) => "the disk is full: make room",
        _ => "SQLite cannot use it",
    };
    OpenError::new(format!("cannot open {}: {advice}", path.display())).with_source(error)
}

/// SQLite itself would make a file that every user may read.
fn make(path: &Path) -> Result<(), OpenError> {
    // Closing a file gives up all locks that this process has on it, SQLite's as well: only a new file is opened here, and no other
    // store of this process opens it before it is closed.
    static MAKING: Mutex<()> = Mutex::new(());
    let _only_one = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(cannot("make", path, &error).with_source(error))
        }
        _ => Ok(()),
    }
}

fn cannot(what: &str, path: &Path, error: &io::Error) -> OpenError {
    let advice = match error.kind() {
        ErrorKind::NotFound => "its folder does not exist: make it",
        ErrorKind::NotADirectory => "what should be its folder is a file: name another path",
        ErrorKind::PermissionDenied => "let this user write to its folder",
        ErrorKind::StorageFull => "the disk is full: make room",
        ErrorKind::ReadOnlyFilesystem => "its disk is read-only: name another path",
        _ => "name another path",
    };
    OpenError::new(format!("cannot {what} {}: {advice}", path.display()))
}

fn connect(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    // Each connection is used by one thread at a time.
    let conn = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    // Without it SQLite plans some statements anew for each value.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(conn)
}

/// Readers and the writer do not wait for each other then.
fn switch_to_wal(conn: &Connection, path: &Path) -> Result<(), OpenError> {
    const PAUSE: Duration = Duration::from_millis(20);
    for _ in 0..BUSY_TIMEOUT_AT_OPEN.as_millis() / PAUSE.as_millis() {
        match conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => return Err(OpenError::new(no_wal(path))),
            // SQLite does not wait here by itself if two switch at once.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => thread::sleep(PAUSE),
            Err(error) => return Err(cannot_open(path, error)),
        }
    }
    Err(OpenError::new(format!(
        "cannot open {}: another process keeps it locked: end that, or try again",
        path.display()
    )))
}

fn no_wal(path: &Path) -> String {
    format!(
        "cannot open {}: its disk does not let SQLite keep a write-ahead log: put it on a disk of this machine",
        path.display()
    )
}
