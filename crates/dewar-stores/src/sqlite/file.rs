//! Creates the file so that only this user can access it, and opens it for writing or reading.

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

/// How long opening a store waits for a lock of another process, which may be opening the file, too.
const BUSY_TIMEOUT_AT_OPEN: Duration = Duration::from_secs(5);
/// The largest number of prepared statements of a connection. A store has fewer.
const PREPARED_STATEMENTS: usize = 32;

/// The absolute path of the file, which SQLite cannot take for a special name (such as `:memory:` or `file:`).
pub(super) fn absolute(path: &Path) -> Result<PathBuf, OpenError> {
    std::path::absolute(path).map_err(|error| cannot("find", path, &error).with_source(error))
}

/// Fails if there is no such file, or no such table in it. Nothing is changed.
pub(super) fn check_exists(path: &Path, table: &Table) -> Result<(), OpenError> {
    let name_another = "name the file in which the program stores its sessions";
    if !path.try_exists().unwrap_or(true) {
        return Err(OpenError::missing(format!("there is no file {}: {name_another}", path.display())));
    }
    let refused = |error: rusqlite::Error| cannot_open(path, error);
    // A connection that only reads would leave the files of a log behind.
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(refused)?;
    conn.busy_timeout(BUSY_TIMEOUT_AT_OPEN).map_err(refused)?;
    if table::exists(table, &conn).map_err(refused)? {
        return Ok(());
    }
    Err(OpenError::missing(format!("{} has no table {}: {name_another}", path.display(), table.name())))
}

/// Opens a connection that writes, and creates the file and the table if they do not exist.
pub(super) fn open_to_write(
    path: &Path,
    table: &Table,
    synchronous: Synchronous,
) -> Result<Connected, OpenError> {
    if path.is_dir() {
        return Err(OpenError::new(format!(
            "cannot open {}: it is a folder; name a file in it",
            path.display()
        )));
    }
    make(path)?;
    let refused = |error: rusqlite::Error| cannot_open(path, error);
    let gone = |failure: Failure| {
        OpenError::new("cannot open the session file").with_source(failure.to_store_error(path))
    };
    let identity = Identity::from_path(path).map_err(gone)?;
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(refused)?;
    conn.busy_timeout(BUSY_TIMEOUT_AT_OPEN).map_err(refused)?;
    switch_to_wal(&conn, path)?;
    set_synchronous(&conn, synchronous).map_err(refused)?;
    table::ensure(table, &conn, path)?;
    room::reserve(&conn, path);
    // From now on the writer retries by itself, and answers the calls that wait meanwhile.
    conn.busy_timeout(Duration::ZERO).map_err(refused)?;
    Ok((identity, conn))
}

/// Opens a connection that writes to an existing file with the table in it. Nothing is created.
pub(super) fn reopen_to_write(
    path: &Path,
    table: &Table,
    synchronous: Synchronous,
) -> Result<Connected, Failure> {
    let identity = Identity::from_path(path)?;
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(Failure::undone)?;
    if let Some(difference) = table::difference(table, &conn).map_err(Failure::undone)? {
        return Err(Failure::Replaced(difference.into()));
    }
    conn.pragma_update(None, "journal_mode", "WAL").map_err(Failure::undone)?;
    set_synchronous(&conn, synchronous).map_err(Failure::undone)?;
    room::reserve(&conn, path);
    conn.busy_timeout(Duration::ZERO).map_err(Failure::undone)?;
    if Identity::from_path(path)? == identity { Ok((identity, conn)) } else { Err(Failure::Gone) }
}

/// Opens a connection that only reads.
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

/// The error if SQLite cannot use the file.
pub(super) fn cannot_open(path: &Path, error: rusqlite::Error) -> OpenError {
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            "it is not an SQLite database: name another file, or move this one away"
        }
        Some(ErrorCode::DatabaseCorrupt) => "it is damaged: restore it from a backup, or move it away",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            "allow this user to read and write it and its folder"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process keeps it locked: stop that process, or try again"
        }
        Some(ErrorCode::DiskFull) => "the disk is full: free some space",
        _ => "SQLite cannot use it",
    };
    OpenError::new(format!("cannot open {}: {advice}", path.display())).with_source(error)
}

/// Creates the file, since SQLite would create one that every user can read.
fn make(path: &Path) -> Result<(), OpenError> {
    // Closing a file releases all locks that this process has on it, including SQLite's. So only a new file is opened here, and no other store
    // of this process opens it before it is closed.
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
        ErrorKind::NotFound => "its folder does not exist: create it",
        ErrorKind::NotADirectory => "its parent is a file, not a folder: name another path",
        ErrorKind::PermissionDenied => "allow this user to write to its folder",
        ErrorKind::StorageFull => "the disk is full: free some space",
        ErrorKind::ReadOnlyFilesystem => "its disk is read-only: name another path",
        _ => "name another path",
    };
    OpenError::new(format!("cannot {what} {}: {advice}", path.display()))
}

fn connect(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    // Only one thread uses a connection at a time.
    let conn = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    // Without this, SQLite plans some statements again for each value.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(conn)
}

/// Switches to write-ahead logging, so that readers and the writer do not wait for each other.
fn switch_to_wal(conn: &Connection, path: &Path) -> Result<(), OpenError> {
    const PAUSE: Duration = Duration::from_millis(20);
    for _ in 0..BUSY_TIMEOUT_AT_OPEN.as_millis() / PAUSE.as_millis() {
        match conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => return Err(OpenError::new(no_wal(path))),
            // If two connections switch at once, SQLite does not wait here by itself.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => thread::sleep(PAUSE),
            Err(error) => return Err(cannot_open(path, error)),
        }
    }
    Err(OpenError::new(format!(
        "cannot open {}: another process keeps it locked: stop that process, or try again",
        path.display()
    )))
}

fn no_wal(path: &Path) -> String {
    format!(
        "cannot open {}: its disk does not support SQLite's write-ahead log: put the file on a local disk",
        path.display()
    )
}
