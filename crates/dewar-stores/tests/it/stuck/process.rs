//! Processes of this binary: one that holds locks and is stopped, one in which a test runs alone.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const HOLDS: &str = "DEWAR_STUCK_HOLDS";
const WRITES: &str = "DEWAR_STUCK_WRITES";
const ALONE: &str = "DEWAR_STUCK_ALONE";

/// A process that holds locks and does nothing, until it is dropped and killed.
pub(super) struct Stopped(Child);

impl Stopped {
    /// Which holds this lock file.
    pub(super) fn with_lock(lock: &Path) -> Self {
        Self::with(HOLDS, lock)
    }

    /// Which has begun to write to this database.
    pub(super) fn with_database(database: &Path) -> Self {
        Self::with(WRITES, database)
    }

    fn with(what: &str, path: &Path) -> Self {
        let mut child = this_binary("stuck::process::holds_a_lock_in_a_process_of_its_own")
            .env(what, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.ends_with("held")), "it ended");
        let stopped = Self(child);
        stopped.signal("STOP");
        while stopped.state() != 'T' {
            std::thread::yield_now();
        }
        stopped
    }

    /// Lets the process continue and end.
    pub(super) fn go_on(mut self) {
        self.signal("CONT");
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }

    fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// The state in `/proc`: T is stopped.
    fn state(&self) -> char {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).unwrap();
        stat.rsplit(") ").next().unwrap().chars().next().unwrap()
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The work of the process that is to be stopped; does nothing in this one.
#[test]
fn holds_a_lock_in_a_process_of_its_own() {
    let [lock, database] = [HOLDS, WRITES].map(std::env::var_os);
    let _held = match (lock, database) {
        (Some(lock), _) => (Some(hold(lock.as_ref())), None),
        (_, Some(database)) => (None, Some(write(database.as_ref()))),
        _ => return,
    };
    std::io::stdout().write_all(b"held\n").unwrap();
    // Until the other process lets this one end, or kills it.
    let _ = std::io::stdin().read_line(&mut String::new());
}

fn hold(path: &Path) -> File {
    let file = File::options().read(true).write(true).create(true).truncate(false).open(path).unwrap();
    file.lock().unwrap();
    file
}

fn write(path: &Path) -> rusqlite::Connection {
    let conn = rusqlite::Connection::open(path).unwrap();
    conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    conn
}

/// Whether this is the process that does the work of this test. If not, starts that process, which must succeed.
pub(super) fn is_alone(test: &str) -> bool {
    if std::env::var_os(ALONE).is_some_and(|alone| alone == test) {
        return true;
    }
    let done = this_binary(test).env(ALONE, test).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert!(said.contains("1 passed"), "{test} is no test: {said}");
    false
}

fn this_binary(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    command
}

/// The number of threads of this process whose names start with this text.
pub(super) fn threads(name: &str) -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path().join("comm"));
    tasks.filter(|comm| std::fs::read_to_string(comm).is_ok_and(|comm| comm.starts_with(name))).count()
}
