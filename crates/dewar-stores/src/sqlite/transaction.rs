//! Runs many requests in one transaction.

use rusqlite::{Connection, ErrorCode};

use super::failure::Failure;
use super::request::Request;

/// Does the work completely or not at all.
pub(super) fn all_or_nothing<T>(
    conn: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    execute(conn, "SAVEPOINT request")?;
    let done = work(conn);
    if done.is_ok() {
        execute(conn, "RELEASE request")?;
    } else if !conn.is_autocommit() {
        // If this part cannot be rolled back, the whole transaction is.
        execute(conn, "ROLLBACK TO request")
            .and_then(|()| execute(conn, "RELEASE request"))
            .or_else(|_| execute(conn, "ROLLBACK"))?;
    }
    done
}

/// Runs the requests in the open transaction, and commits it. If a request fails, what it did is rolled back, unless SQLite rolls back the whole
/// transaction, as it does when the disk is full.
pub(super) fn commit_together(conn: &Connection, group: &mut [Box<dyn Request>]) -> Result<(), Failure> {
    for request in group {
        match request.run(conn) {
            Err(error) if conn.is_autocommit() => return Err(Failure::Undone(error)),
            _ => {}
        }
    }
    execute(conn, "COMMIT").map_err(|error| {
        let broke = error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
        if !conn.is_autocommit() {
            _ = execute(conn, "ROLLBACK");
        }
        let error = error.into();
        if broke { Failure::Unknown(error) } else { Failure::Undone(error) }
    })
}

/// Makes room in the write-ahead log: copies its contents to the file, so that the log is overwritten from its start.
pub(super) fn empty_log(conn: &Connection) {
    // During a read, the log stays as it is.
    let _ = conn.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()));
}

pub(super) fn execute(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(sql)?.execute([]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio::sync::oneshot;

    use super::super::request::Work;
    use super::*;

    fn connection() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "CREATE TABLE t (n INTEGER UNIQUE, parent INTEGER REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED);
            CREATE TRIGGER full BEFORE INSERT ON t WHEN new.n = 13 BEGIN SELECT RAISE(ROLLBACK, 'full'); END;
            PRAGMA foreign_keys = ON",
        )
        .unwrap();
        conn
    }

    /// Commits one group. Returns whether each of its requests was done.
    fn together(conn: &Connection, works: &[&'static [&'static str]]) -> Vec<bool> {
        let (mut group, mut answers) = (Vec::<Box<dyn Request>>::new(), Vec::new());
        for &statements in works {
            let (asker, answer) = oneshot::channel();
            let work = move |conn: &Connection| {
                all_or_nothing(conn, |conn| statements.iter().try_for_each(|sql| execute(conn, sql)))
            };
            group.push(Box::new(Work::new(work, std::time::Duration::ZERO, asker)));
            answers.push(answer);
        }
        execute(conn, "BEGIN IMMEDIATE").unwrap();
        let outcome = commit_together(conn, &mut group);
        group.into_iter().for_each(|request| request.answer(&outcome, Path::new("/a.db")));
        assert!(conn.is_autocommit(), "no transaction is left open");
        answers.into_iter().map(|answer| answer.blocking_recv().unwrap().is_ok()).collect()
    }

    fn stored(conn: &Connection) -> Option<String> {
        conn.query_row("SELECT group_concat(n ORDER BY n) FROM t", [], |row| row.get(0)).unwrap()
    }

    const ONE: &[&str] = &["INSERT INTO t (n) VALUES (1)"];
    const TWO: &[&str] = &["INSERT INTO t (n) VALUES (2)"];
    const HALFWAY: &[&str] = &["INSERT INTO t (n) VALUES (3)", "INSERT INTO t (n) VALUES (1)"];
    const FULL: &[&str] = &["INSERT INTO t (n) VALUES (4)", "INSERT INTO t (n) VALUES (13)"];
    const AT_COMMIT: &[&str] = &["INSERT INTO t (n, parent) VALUES (5, 99)"];

    #[test]
    fn a_request_that_fails_rolls_back_what_it_did() {
        let conn = connection();
        assert_eq!(together(&conn, &[ONE, HALFWAY, TWO]), [true, false, true]);
        assert_eq!(stored(&conn).unwrap(), "1,2");
    }

    #[test]
    fn if_the_transaction_fails_no_request_is_done() {
        for culprit in [FULL, AT_COMMIT] {
            let conn = connection();
            assert_eq!(together(&conn, &[ONE, culprit, TWO]), [false; 3]);
            assert_eq!(stored(&conn), None);
            assert_eq!(together(&conn, &[ONE, TWO]), [true; 2], "and the next one is done");
        }
    }
}
