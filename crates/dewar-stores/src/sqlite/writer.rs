//! The writer thread: it runs all waiting requests in one transaction, and answers them when it is committed.

use std::fmt;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use dewar_core::StoreError;
use rusqlite::Connection;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::failure::Failure;
use super::identity::{Connected, Identity};
use super::opener::Opener;
use super::request::{Request, Work};
use super::transaction::{commit_together, empty_log, execute};
use crate::{OpenError, lock_timeout};

/// The length of the queue. More requests wait for a place in it.
const WAITING_AT_MOST: usize = 1024;

pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Request>>>,
    thread: Option<JoinHandle<()>>,
    lock_timeout: Duration,
    shared: Arc<Shared>,
    opener: Opener,
}

/// The state that the thread shares.
#[derive(Default)]
struct Shared {
    commits: AtomicU64,
    /// When it started to work on the current group.
    at_work: Mutex<Option<Instant>>,
}

impl Writer {
    /// Starts the thread. `open` opens a new connection when that may help.
    pub(super) fn start(
        path: PathBuf,
        conn: Connected,
        lock_timeout: Duration,
        open: impl Fn() -> Result<Connected, Failure> + Send + 'static,
    ) -> Result<Self, OpenError> {
        let (queue, requests) = mpsc::channel(WAITING_AT_MOST);
        let shared = Arc::new(Shared::default());
        let mut worker =
            Worker { path, conn: Some(conn), open: Box::new(open), requests, shared: Arc::clone(&shared) };
        let thread =
            thread::Builder::new().name("dewar-sqlite-w".into()).spawn(move || worker.serve()).map_err(
                |error| OpenError::new("cannot start the thread that writes sessions").with_source(error),
            )?;
        let (queue, thread, opener) = (Some(queue), Some(thread), Opener::this_process());
        Ok(Self { queue, thread, lock_timeout, shared, opener })
    }

    /// Runs the work in a transaction with other requests. It is not started if its caller is gone by then.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let queue = self.queue.as_ref().ok_or_else(no_answer)?;
        let place = queue.reserve().await.map_err(|_| no_answer())?;
        let (asker, answer) = oneshot::channel();
        place.send(Box::new(Work::new(work, self.lock_timeout, asker)));
        answer.await.map_err(|_| no_answer())?
    }

    /// Runs best-effort work, which can be skipped: fails if the queue is full, the thread is delayed, or another process holds the lock.
    pub(super) async fn write_if_idle<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let queue = self.queue.as_ref().ok_or_else(no_answer)?;
        if self.shared.at_work().is_some_and(|since| since.elapsed() >= self.lock_timeout) {
            return Err(StoreError::busy(HeldUp));
        }
        let (asker, answer) = oneshot::channel();
        let work = Work::new(work, lock_timeout::TOUCH.min(self.lock_timeout), asker);
        queue.try_send(Box::new(work)).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::busy(HeldUp),
            TrySendError::Closed(_) => no_answer(),
        })?;
        answer.await.map_err(|_| no_answer())?
    }

    /// The process that opened the file.
    pub(super) fn opener(&self) -> Opener {
        self.opener
    }

    pub(super) fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.opener.is_another() {
            // The thread is not in this process: nothing would end a wait for it.
            mem::forget((self.queue.take(), self.thread.take()));
        }
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

impl Shared {
    fn at_work(&self) -> MutexGuard<'_, Option<Instant>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state of the thread.
struct Worker {
    path: PathBuf,
    conn: Option<Connected>,
    open: Box<dyn Fn() -> Result<Connected, Failure> + Send>,
    requests: mpsc::Receiver<Box<dyn Request>>,
    shared: Arc<Shared>,
}

type Group = Vec<Box<dyn Request>>;

impl Worker {
    fn serve(&mut self) {
        let mut group = Group::new();
        while self.requests.blocking_recv_many(&mut group, WAITING_AT_MOST) > 0 {
            *self.shared.at_work() = Some(Instant::now());
            self.do_all(&mut group);
            *self.shared.at_work() = None;
        }
    }

    /// A disk that is too full for one request may have room for another, so each request is then retried separately.
    fn do_all(&mut self, group: &mut Group) {
        let outcome = self.commit(group);
        if !outcome.as_ref().is_err_and(Failure::is_full) {
            return answer(group.drain(..), &outcome, &self.path);
        }
        if let Some((_, conn)) = &self.conn {
            empty_log(conn);
        }
        for request in group.drain(..) {
            let mut alone = vec![request];
            let outcome = self.commit(&mut alone);
            answer(alone.drain(..), &outcome, &self.path);
        }
    }

    fn commit(&mut self, group: &mut Group) -> Result<(), Failure> {
        let done = self.commit_to_the_file(group);
        if done.as_ref().is_err_and(Failure::needs_another_connection) {
            self.conn = None;
        }
        done
    }

    /// Commits on a new connection if another file has replaced the one that was opened. So an answered write is in the file that exists afterwards.
    fn commit_to_the_file(&mut self, group: &mut Group) -> Result<(), Failure> {
        let there = Identity::from_path(&self.path)?;
        let conn = match self.conn.take() {
            Some(conn) if conn.0 == there => conn,
            _ => (self.open)()?,
        };
        let (identity, conn) = self.conn.insert(conn);
        if !begin(conn, group, &mut self.requests, &self.path)? {
            return Ok(());
        }
        commit_together(conn, group)?;
        self.shared.commits.fetch_add(1, Ordering::Relaxed);
        match Identity::from_path(&self.path) {
            Ok(there) if there == *identity => Ok(()),
            _ => Err(Failure::RemovedDuringWrite),
        }
    }
}

/// Begins a transaction for the group as soon as no other process holds the lock. Meanwhile requests may be added, and others may time out.
/// `false` if all have timed out.
fn begin(
    conn: &Connection,
    group: &mut Group,
    requests: &mut mpsc::Receiver<Box<dyn Request>>,
    path: &Path,
) -> Result<bool, Failure> {
    let began = Instant::now();
    loop {
        group.retain(|request| !request.is_abandoned());
        if group.is_empty() {
            return Ok(false);
        }
        let busy = match execute(conn, "BEGIN IMMEDIATE").map_err(Failure::undone) {
            Err(failure) if failure.is_busy() => failure,
            begun => return begun.map(|()| true),
        };
        answer(group.extract_if(.., |request| request.is_impatient()), &Err(busy), path);
        thread::sleep(lock_timeout::pause(began.elapsed()));
        while group.len() < WAITING_AT_MOST
            && let Ok(request) = requests.try_recv()
        {
            group.push(request);
        }
    }
}

fn answer(requests: impl Iterator<Item = Box<dyn Request>>, outcome: &Result<(), Failure>, path: &Path) {
    requests.for_each(|request| request.answer(outcome, path));
}

fn no_answer() -> StoreError {
    StoreError::no_answer(WriterGone)
}

/// The writer thread has ended before the store.
#[derive(Debug)]
struct WriterGone;

impl fmt::Display for WriterGone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread that writes sessions has ended: restart the program")
    }
}

impl std::error::Error for WriterGone {}

/// The thread is busy with other work.
#[derive(Debug)]
struct HeldUp;

impl fmt::Display for HeldUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread that writes sessions is delayed by a slow disk or another process")
    }
}

impl std::error::Error for HeldUp {}
