//! A program that opens its store and then forks, as servers do that load a program before they start their workers. The child has the sockets of
//! its parent, but not its threads. This is a separate binary, so that little else runs when it forks.
#![cfg(all(feature = "engines", unix))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests: what fails here fails the test")]

use std::io::{Write as _, stderr};
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::{Command, Stdio, exit};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use dewar_core::clock::{Clock, UnixTime};
use dewar_core::{Entry, Store, StoreErrorKind, StoreKey, Stored, Write, WriteOutcome};
use dewar_servers::{MariaDb, Memcached, MongoDb, Postgres, Redis};
use dewar_stores::guard::GuardOptions;
use fork::{Fork, fork, waitpid_nohang};
use tokio::runtime::{Builder, Runtime};

const CHANGES: u32 = 200;
const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn redis() {
    let _alone = alone();
    let Some(server) = Redis::for_test() else { return };
    works_in_both(&server.url());
}

#[test]
fn memcached() {
    let _alone = alone();
    let Some(server) = Memcached::for_test() else { return };
    works_in_both(&server.url());
}

#[test]
fn postgres() {
    let _alone = alone();
    let Some(server) = Postgres::for_test() else { return };
    works_in_both(&format!("{}?create_table=true", server.url()));
}

#[test]
fn mariadb() {
    let _alone = alone();
    let Some(server) = MariaDb::for_test() else { return };
    works_in_both(&format!("{}?create_table=true", server.url()));
}

#[test]
fn mongodb() {
    let _alone = alone();
    let Some(server) = MongoDb::for_test() else { return };
    works_in_both(&server.url());
}

#[test]
fn files() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    works_in_both(&format!("file://{}", folder.path().display()));
}

/// SQLite forbids it.
#[test]
fn a_file_of_sqlite_is_refused_in_the_child() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let (parents, store) = opened(&format!("sqlite://{}/sessions.db", folder.path().display()));
    let store = fork_with(&parents, store, "dropped", drop);
    fork_with(&parents, store, "refused", |store| {
        let (key, entry, now) = (StoreKey::new("shop:a"), Entry::new("a", None), now());
        let read = runtime().block_on(store.load(&key, None, now)).map(drop);
        let written = runtime().block_on(store.write(Write::create(&key, &entry), now)).map(drop);
        for answer in [read, written] {
            assert_eq!(answer.unwrap_err().kind(), StoreErrorKind::Refused);
        }
    });
}

/// Parent and child use the store at the same time, and each gets the answers to its own calls. A child that only drops it does no harm.
fn works_in_both(url: &str) {
    let (parents, store) = opened(url);
    let store = fork_with(&parents, store, "dropped", drop);
    fork_with(&parents, store, "used", |store| runtime().block_on(change_often(&*store, "child")));
}

/// Only one test at a time has servers and forks.
fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A store that has been used.
fn opened(url: &str) -> (Runtime, Arc<dyn Store>) {
    let patient = GuardOptions { deadline: Duration::from_secs(5), ..GuardOptions::default() };
    let runtime = runtime();
    let store = runtime.block_on(dewar_stores::open_with(url, patient)).unwrap();
    runtime.block_on(change_often(&*store, "before"));
    (runtime, store)
}

/// Does this with the store in a child, while the parent uses it.
fn fork_with(
    parents: &Runtime,
    store: Arc<dyn Store>,
    what: &str,
    in_child: impl FnOnce(Arc<dyn Store>),
) -> Arc<dyn Store> {
    match fork().unwrap() {
        Fork::Child => {
            set_hook(Box::new(|panic| _ = writeln!(stderr(), "in the child: {panic}")));
            let failed = catch_unwind(AssertUnwindSafe(|| in_child(store))).is_err();
            // Nothing else of the parent may be dropped here, nor its other tests be run.
            exit(i32::from(failed));
        }
        Fork::Parent(child) => {
            let child = Child(child);
            parents.block_on(change_often(&*store, &format!("parent of {what}")));
            assert_eq!(child.status(), 0, "the child says above what failed");
            parents.block_on(change_often(&*store, &format!("parent after {what}")));
            store
        }
    }
}

/// A child that is killed if nobody waits for it.
struct Child(i32);

impl Child {
    /// How it ended. One that hangs is killed.
    fn status(self) -> i32 {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(60) {
            match waitpid_nohang(self.0) {
                Ok(None) => sleep(Duration::from_millis(10)),
                ended => {
                    // Its number may be that of another process by now.
                    forget(self);
                    return ended.unwrap().unwrap();
                }
            }
        }
        panic!("the child hangs")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        _ = Command::new("kill").args(["-KILL", &self.0.to_string()]).stderr(Stdio::null()).status();
    }
}

/// Changes one entry again and again. The answer to a call of the other process would be another entry, or a conflict.
async fn change_often(store: &dyn Store, whose: &str) {
    let key = StoreKey::new(format!("shop:{{ab}}:{whose}"));
    let entry = |number: u32| Entry::new(format!("{whose} {number}"), Some(now().plus(HOUR)));
    let created = store.write(Write::create(&key, &entry(0)), now()).await.unwrap();
    let WriteOutcome::Saved(mut revision) = created else { panic!("{whose}: {created:?}") };
    for number in 1..=CHANGES {
        let Some(Stored { payload, .. }) = store.load(&key, None, now()).await.unwrap() else {
            panic!("{whose}: the entry is gone")
        };
        assert_eq!(payload, entry(number - 1).payload);
        let written = store.write(Write::swap(&key, &revision, &entry(number)), now()).await.unwrap();
        let WriteOutcome::Saved(next) = written else { panic!("{whose}: {written:?}") };
        revision = next;
    }
}

/// By the clock of this machine, which some engines use.
fn now() -> UnixTime {
    Clock::system().now()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
