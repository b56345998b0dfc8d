//! Servers that die, freeze, or are not the right ones any more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dewar::store::{Store, StoreError, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::{MariaDb, Proxy, Trouble};
use dewar_sqlx::{SqlxOptions, SqlxStore};
use dewar_stores::sql::Native;
use sqlx::Pool;
use sqlx::pool::PoolOptions;

use super::engines::{Failing, Server as _, native};
use super::{create, entry, key, now, on_each_server, payload};

on_each_server!(
    a_server_that_was_killed_is_found_again,
    a_frozen_server_holds_no_call_and_answers_again_when_it_runs,
    silent_connections_are_replaced,
    all_connections_to_a_standby_are_replaced_after_one_refused_write,
);

type NativeStore<S> = SqlxStore<<S as super::engines::Server>::DB, Native>;

/// A pool of a program that does not let its visitors wait.
async fn impatient<S: Failing>(server: &S) -> Pool<S::DB> {
    let options = PoolOptions::new().max_connections(4).acquire_timeout(Duration::from_millis(300));
    options.connect_lazy_with(server.address())
}

async fn store<S: Failing>(pool: &Pool<S::DB>) -> NativeStore<S> {
    let options =
        SqlxOptions { create_table: true, timeout: Duration::from_millis(500), ..SqlxOptions::default() };
    NativeStore::<S>::new(pool.clone(), options).await.unwrap()
}

async fn failure(store: &impl Store) -> StoreError {
    let start = Instant::now();
    let error = store.load(&key("a"), None, now()).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    error
}

/// Loads an entry from a server that runs again. It must be found within a second.
async fn is_found_again(store: &impl Store) {
    let start = Instant::now();
    loop {
        match store.load(&key("a"), None, now()).await {
            Ok(found) => return assert_eq!(found.unwrap().payload, "1"),
            Err(error) => assert!(start.elapsed() < Duration::from_secs(1), "{error:?}"),
        }
    }
}

async fn a_server_that_was_killed_is_found_again<S: Failing>(mut server: S) {
    let pool = impatient(&server).await;
    let store = store::<S>(&pool).await;
    create(&store, "a", &entry("1")).await;
    for _ in 0..2 {
        server.kill();
        for _ in 0..3 {
            let kind = failure(&store).await.kind();
            let kinds = [StoreErrorKind::NotSent, StoreErrorKind::Unavailable, StoreErrorKind::NoAnswer];
            assert!(kinds.contains(&kind), "{kind:?}");
        }
        server.restart();
        is_found_again(&store).await;
    }
}

async fn a_frozen_server_holds_no_call_and_answers_again_when_it_runs<S: Failing>(server: S) {
    let pool = impatient(&server).await;
    let store = store::<S>(&pool).await;
    create(&store, "a", &entry("1")).await;
    server.freeze();
    for _ in 0..6 {
        let kind = failure(&store).await.kind();
        assert!(matches!(kind, StoreErrorKind::NotSent | StoreErrorKind::NoAnswer), "{kind:?}");
    }
    server.thaw();
    is_found_again(&store).await;
}

/// Nothing breaks the connections, but no answer comes.
async fn silent_connections_are_replaced<S: Failing>(server: S) {
    let proxy = Proxy::start(server.port(), Trouble::none()).unwrap();
    let options = PoolOptions::new().max_connections(2).acquire_timeout(Duration::from_secs(20));
    // A pool that asks first waits as long for the answer.
    let pool = options.test_before_acquire(false).connect_lazy_with(server.at(proxy.port()));
    let store = store::<S>(&pool).await;
    create(&store, "a", &entry("1")).await;
    until_idle(&pool).await;
    proxy.silence();
    let mut failed = 0;
    while let Err(error) = store.load(&key("a"), None, now()).await {
        assert_eq!(error.kind(), StoreErrorKind::NoAnswer);
        failed += 1;
        assert!(failed <= 2, "a silent connection is used again");
    }
    assert!(failed > 0);
    assert_eq!(payload(&store, "a").await.unwrap(), b"1");
}

/// The first server cannot write any more, and the address leads to the second.
async fn all_connections_to_a_standby_are_replaced_after_one_refused_write<S: Failing + Another>(first: S) {
    let second = S::another();
    for server in [&first, &second] {
        server.sql(&NativeStore::<S>::schema()).await;
    }
    let proxy = Proxy::start(first.port(), Trouble::none()).unwrap();
    let pool = PoolOptions::<S::DB>::new().max_connections(4).connect_lazy_with(first.at(proxy.port()));
    let store = native(&pool).await;
    let opened = [pool.acquire().await, pool.acquire().await, pool.acquire().await, pool.acquire().await];
    drop(opened.map(Result::unwrap));
    until_idle(&pool).await;
    first.only_reads().await;
    _ = second.at(second.port());
    proxy.lead_to(second.port());
    let (name, mine) = (key("a"), entry("1"));
    // A setting comes to a connection when it is idle next.
    let start = Instant::now();
    let refused = loop {
        assert!(start.elapsed() < Duration::from_secs(20), "it still writes");
        match store.write(Write::create(&name, &mine), now()).await {
            Ok(WriteOutcome::Saved(_) | WriteOutcome::Taken) => {}
            other => break other.unwrap_err(),
        }
    };
    assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
    create(&store, "b", &entry("2")).await;
    let keys = format!("SELECT {} FROM dewar_sessions", second.key_column());
    assert_eq!(second.sql(&keys).await, "b");
}

/// An administrator ends one connection while it waits for a lock. The idle ones beside it are not closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_ended_costs_no_other() {
    let Some(server) = MariaDb::for_test() else { return };
    let pool = server.pool(3).await;
    let store = Arc::new(native(&pool).await);
    let seen = create(&*store, "a", &entry("1")).await;
    let opened = [pool.acquire().await, pool.acquire().await, pool.acquire().await];
    drop(opened.map(Result::unwrap));
    until_idle(&pool).await;
    let mut locking = pool.begin().await.unwrap();
    sqlx::query("UPDATE dewar_sessions SET joined = 1").execute(&mut *locking).await.unwrap();
    let writer = Arc::clone(&store);
    let waiting =
        tokio::spawn(async move { writer.write(Write::swap(&key("a"), &seen, &entry("2")), now()).await });
    let blocked =
        "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'UPDATE dewar_sessions SET payload%'";
    let start = Instant::now();
    let mut id = String::new();
    while id.is_empty() {
        assert!(start.elapsed() < Duration::from_secs(20), "it waits for nothing");
        id = server.sql(blocked).unwrap().trim_end().to_owned();
    }
    server.sql(&format!("KILL {id}")).unwrap();
    let kind = waiting.await.unwrap().unwrap_err().kind();
    assert!([StoreErrorKind::Unavailable, StoreErrorKind::NoAnswer].contains(&kind), "{kind:?}");
    locking.rollback().await.unwrap();
    assert!(pool.size() >= 2, "the idle connection is closed: {} are left", pool.size());
    assert_eq!(payload(&*store, "a").await.unwrap(), b"1");
}

/// A connection returns to its pool in a task of its own.
async fn until_idle<DB: sqlx::Database>(pool: &Pool<DB>) {
    while pool.num_idle() < pool.size() as usize {
        tokio::task::yield_now().await;
    }
}

trait Another {
    fn another() -> Self;
}

impl<P: dewar_servers::Program> Another for dewar_servers::Instance<P> {
    fn another() -> Self {
        Self::start().unwrap()
    }
}
