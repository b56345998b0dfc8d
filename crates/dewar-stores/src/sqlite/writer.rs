//! The thread that writes: all that wait are one transaction, and are answered when it is committed.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use dewar::store::StoreError;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};

use crate::OpenError;

/// Whoever comes when so many wait waits for a place among them.
const WAITING_AT_MOST: usize = 1024;

pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Request>>>,
    thread: Option<JoinHandle<()>>,
    commits: Arc<AtomicU64>,
}

impl Writer {
    pub(super) fn start(conn: Connection) -> Result<Self, OpenError> {
        let (queue, requests) = mpsc::channel(WAITING_AT_MOST);
        let commits = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&commits);
        let thread = thread::Builder::new()
            .name("dewar-sqlite".into())
            .spawn(move || serve(&conn, requests, &counted))
            .map_err(|error| OpenError::new("cannot start a thread to write sessions").with_source(error))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), commits })
    }

    /// Once it waits in the queue it is done, whether or not the answer is awaited: a logout counts though the browser went away.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (asker, answer) = oneshot::channel();
        let request = Box::new(Work { work: Some(work), done: None, asker });
        let queue = self.queue.as_ref().ok_or_else(no_answer)?;
        queue.send(request).await.map_err(|_| no_answer())?;
        answer.await.map_err(|_| no_answer())?
    }

    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

/// Does the work wholly or not at all.
pub(super) fn all_or_nothing<T>(
    conn: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    execute(conn, "SAVEPOINT request")?;
    let done = work(conn);
    if done.is_ok() {
        execute(conn, "RELEASE request")?;
    } else if !conn.is_autocommit() {
        // Where a part cannot be taken back, the whole transaction is.
        execute(conn, "ROLLBACK TO request")
            .and_then(|()| execute(conn, "RELEASE request"))
            .or_else(|_| execute(conn, "ROLLBACK"))?;
    }
    done
}

/// A call, first done, then answered.
trait Request: Send {
    fn run(&mut self, conn: &Connection) -> Result<(), Arc<rusqlite::Error>>;
    fn answer(self: Box<Self>, transaction: &Result<(), Failure>);
}

struct Work<F, T> {
    work: Option<F>,
    done: Option<Result<T, Arc<rusqlite::Error>>>,
    asker: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Request for Work<F, T>
where
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
    T: Send,
{
    fn run(&mut self, conn: &Connection) -> Result<(), Arc<rusqlite::Error>> {
        let Some(work) = self.work.take() else { return Ok(()) };
        let done = work(conn).map_err(Arc::new);
        let result = done.as_ref().map(|_| ()).map_err(Arc::clone);
        self.done = Some(done);
        result
    }

    fn answer(self: Box<Self>, transaction: &Result<(), Failure>) {
        let answer = match (transaction, self.done) {
            (Err(failure), _) => Err(failure.to_store_error()),
            (Ok(()), Some(done)) => done.map_err(StoreError::refused),
            (Ok(()), None) => Err(no_answer()),
        };
        // Nobody may be waiting any more.
        _ = self.asker.send(answer);
    }
}

/// Why a transaction came to nothing, for each of those in it.
enum Failure {
    Refused(Arc<rusqlite::Error>),
    /// The disk failed at the very end.
    Unknown(Arc<rusqlite::Error>),
}

impl Failure {
    fn to_store_error(&self) -> StoreError {
        match self {
            Self::Refused(error) => StoreError::refused(Arc::clone(error)),
            Self::Unknown(error) => StoreError::no_answer(Arc::clone(error)),
        }
    }
}

fn serve(conn: &Connection, mut requests: mpsc::Receiver<Box<dyn Request>>, commits: &AtomicU64) {
    let mut group = Vec::new();
    while requests.blocking_recv_many(&mut group, WAITING_AT_MOST) > 0 {
        let outcome = commit_together(conn, &mut group);
        if outcome.is_ok() {
            commits.fetch_add(1, Ordering::Relaxed);
        }
        for request in group.drain(..) {
            request.answer(&outcome);
        }
    }
}

/// A request that fails takes back what it did alone, unless SQLite gives up the transaction, as it does when the disk is full.
fn commit_together(conn: &Connection, group: &mut [Box<dyn Request>]) -> Result<(), Failure> {
    let refused = |error| Failure::Refused(Arc::new(error));
    execute(conn, "BEGIN IMMEDIATE").map_err(refused)?;
    for request in group {
        match request.run(conn) {
            Err(error) if conn.is_autocommit() => return Err(Failure::Refused(error)),
            _ => {}
        }
    }
    execute(conn, "COMMIT").map_err(|error| {
        let broke = error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
        if !conn.is_autocommit() {
            _ = execute(conn, "ROLLBACK");
        }
        let error = Arc::new(error);
        if broke { Failure::Unknown(error) } else { Failure::Refused(error) }
    })
}

fn execute(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(sql)?.execute([]).map(|_| ())
}

fn no_answer() -> StoreError {
    StoreError::no_answer(WriterGone)
}

/// The thread ended before the store did.
#[derive(Debug)]
struct WriterGone;

impl fmt::Display for WriterGone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread that writes sessions is gone: restart the program")
    }
}

impl std::error::Error for WriterGone {}

#[cfg(test)]
mod tests {
    use dewar::store::StoreErrorKind;

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

    /// One group of works; whether each was done.
    fn together(conn: &Connection, works: &[&'static [&'static str]]) -> Vec<bool> {
        let (mut group, mut answers) = (Vec::<Box<dyn Request>>::new(), Vec::new());
        for &statements in works {
            let (asker, answer) = oneshot::channel();
            let work = move |conn: &Connection| {
                all_or_nothing(conn, |conn| statements.iter().try_for_each(|sql| execute(conn, sql)))
            };
            group.push(Box::new(Work { work: Some(work), done: None, asker }));
            answers.push(answer);
        }
        let outcome = commit_together(conn, &mut group);
        group.into_iter().for_each(|request| request.answer(&outcome));
        assert!(conn.is_autocommit(), "no transaction is left open");
        answers.into_iter().map(|answer| answer.blocking_recv().unwrap().is_ok()).collect()
    }

    fn kept(conn: &Connection) -> Option<String> {
        conn.query_row("SELECT group_concat(n ORDER BY n) FROM t", [], |row| row.get(0)).unwrap()
    }

    const ONE: &[&str] = &["INSERT INTO t (n) VALUES (1)"];
    const TWO: &[&str] = &["INSERT INTO t (n) VALUES (2)"];
    const HALFWAY: &[&str] = &["INSERT INTO t (n) VALUES (3)", "INSERT INTO t (n) VALUES (1)"];
    const FULL: &[&str] = &["INSERT INTO t (n) VALUES (4)", "INSERT INTO t (n) VALUES (13)"];
    const AT_COMMIT: &[&str] = &["INSERT INTO t (n, parent) VALUES (5, 99)"];

    #[test]
    fn a_request_that_fails_takes_back_its_own() {
        let conn = connection();
        assert_eq!(together(&conn, &[ONE, HALFWAY, TWO]), [true, false, true]);
        assert_eq!(kept(&conn).unwrap(), "1,2");
    }

    #[test]
    fn a_transaction_that_fails_is_nobodys() {
        for culprit in [FULL, AT_COMMIT] {
            let conn = connection();
            assert_eq!(together(&conn, &[ONE, culprit, TWO]), [false; 3]);
            assert_eq!(kept(&conn), None);
            assert_eq!(together(&conn, &[ONE, TWO]), [true; 2], "and the next is not harmed");
        }
    }

    #[tokio::test]
    async fn a_thread_that_is_gone_does_not_answer() {
        let writer = Writer::start(connection()).unwrap();
        for _ in 0..2 {
            let error = writer.write(|_| -> rusqlite::Result<()> { panic!("on purpose") }).await.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::NoAnswer);
        }
    }
}
