//! Reserves space, so that a session can end even if the disk is full.
//!
//! SQLite writes a few pages to its log even to remove a row. So the log is made longer than necessary when the file is opened; SQLite
//! overwrites it from the start again and again.

use std::path::Path;

use rusqlite::Connection;

use super::transaction::execute;

/// The minimum length of the log in bytes.
const ROOM: u64 = 1 << 20;
/// More bytes than the memory that the transaction may use.
const IN_MEMORY: u64 = 64 << 10;

/// Makes the log that long, if the disk has room. A transaction that is too large for its memory is written to the log, and when it is rolled
/// back, the log keeps its length.
pub(super) fn reserve(conn: &Connection, path: &Path) {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(log).is_ok_and(|about| about.len() >= ROOM) {
        return;
    }
    // If this fails, less space is reserved, which does no other harm.
    let _ = conn.execute_batch(&format!(
        "PRAGMA cache_size = 8; BEGIN IMMEDIATE;
        CREATE TABLE dewar_room (room BLOB); INSERT INTO dewar_room VALUES (zeroblob({ROOM} + {IN_MEMORY}))"
    ));
    if !conn.is_autocommit() {
        let _ = execute(conn, "ROLLBACK");
    }
    // SQLite's default.
    let _ = conn.execute_batch("PRAGMA cache_size = -2000");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_long_and_holds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER)").unwrap();
        reserve(&conn, &path);
        let length = || std::fs::metadata(folder.path().join("a.db-wal")).unwrap().len();
        let reserved = length();
        assert!(reserved >= ROOM, "{reserved}");
        conn.execute_batch("INSERT INTO t VALUES (1)").unwrap();
        assert_eq!(length(), reserved, "what is written goes where the room is");
        let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1);
        drop(conn);
        assert!(std::fs::metadata(&path).unwrap().len() < 16 << 10);
    }
}
