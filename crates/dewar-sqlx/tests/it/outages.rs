//! Servers that die, freeze, or are not the right ones any more.

use std::time::{Duration, Instant};

use dewar::store::{Store, StoreError, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::{Postgres, Proxy, Trouble};
use dewar_sqlx::{SqlxOptions, SqlxStore};
use dewar_stores::sql::Native;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use super::engines::native;
use super::{create, entry, key, now, payload};

type PostgresStore = SqlxStore<sqlx::Postgres, Native>;

/// A pool of a program that does not let its visitors wait.
async fn impatient(url: &str) -> PgPool {
    let options = PgPoolOptions::new().max_connections(4).acquire_timeout(Duration::from_millis(300));
    options.connect(url).await.unwrap()
}

async fn store(pool: &PgPool) -> PostgresStore {
    let timeout = Duration::from_millis(300);
    PostgresStore::new(pool.clone(), SqlxOptions { create_table: true, timeout, ..SqlxOptions::default() })
        .await
        .unwrap()
}

async fn failure(store: &PostgresStore) -> StoreError {
    let start = Instant::now();
    let error = store.load(&key("a"), None, now()).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    error
}

/// Loads an entry from a server that runs again. It must be found within a second.
async fn is_found_again(store: &PostgresStore) {
    let start = Instant::now();
    loop {
        match store.load(&key("a"), None, now()).await {
            Ok(found) => return assert_eq!(found.unwrap().payload, "1"),
            Err(error) => assert!(start.elapsed() < Duration::from_secs(1), "{error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_killed_is_found_again() {
    let Some(mut server) = Postgres::for_test() else { return };
    let pool = impatient(&server.url()).await;
    let store = store(&pool).await;
    create(&store, "a", &entry("1")).await;
    for _ in 0..2 {
        server.kill();
        for _ in 0..3 {
            let kind = failure(&store).await.kind();
            assert!(
                matches!(
                    kind,
                    StoreErrorKind::NotSent | StoreErrorKind::Unavailable | StoreErrorKind::NoAnswer
                ),
                "{kind:?}"
            );
        }
        server.restart().unwrap();
        is_found_again(&store).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_server_holds_no_call_and_answers_again_when_it_runs() {
    let Some(server) = Postgres::for_test() else { return };
    let pool = impatient(&server.url()).await;
    let store = store(&pool).await;
    create(&store, "a", &entry("1")).await;
    server.stop().unwrap();
    for _ in 0..6 {
        let kind = failure(&store).await.kind();
        assert!(matches!(kind, StoreErrorKind::NotSent | StoreErrorKind::NoAnswer), "{kind:?}");
    }
    server.cont().unwrap();
    is_found_again(&store).await;
}

/// Nothing breaks the connections, but no answer comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_are_replaced() {
    let Some(server) = Postgres::for_test() else { return };
    let proxy = Proxy::start(server.port(), Trouble::none()).unwrap();
    let url = format!("postgresql://postgres@127.0.0.1:{}/postgres", proxy.port());
    let options = PgPoolOptions::new().max_connections(2).acquire_timeout(Duration::from_secs(20));
    // The pool must not ask first: it would wait without end.
    let pool = options.test_before_acquire(false).connect(&url).await.unwrap();
    let store = store(&pool).await;
    create(&store, "a", &entry("1")).await;
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
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_connections_to_a_standby_are_replaced_after_one_refused_write() {
    let (Some(first), Some(second)) = (Postgres::for_test(), Postgres::for_test()) else { return };
    for server in [&first, &second] {
        server.sql(&PostgresStore::schema()).unwrap();
    }
    let proxy = Proxy::start(first.port(), Trouble::none()).unwrap();
    let url = format!("postgresql://postgres@127.0.0.1:{}/postgres", proxy.port());
    let pool = PgPoolOptions::new().max_connections(4).connect(&url).await.unwrap();
    let store = native(&pool).await;
    let opened = [pool.acquire().await, pool.acquire().await, pool.acquire().await, pool.acquire().await];
    drop(opened.map(Result::unwrap));
    while pool.num_idle() < 4 {
        tokio::task::yield_now().await;
    }
    first.sql("ALTER SYSTEM SET default_transaction_read_only = on").unwrap();
    first.sql("SELECT pg_reload_conf()").unwrap();
    proxy.lead_to(second.port());
    let (name, mine) = (key("a"), entry("1"));
    // The setting comes to each connection when it is idle next.
    let refused = loop {
        match store.write(Write::create(&name, &mine), now()).await {
            Ok(WriteOutcome::Saved(_) | WriteOutcome::Taken) => {}
            other => break other.unwrap_err(),
        }
    };
    assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
    create(&store, "b", &entry("2")).await;
    assert_eq!(second.sql("SELECT key FROM dewar_sessions").unwrap().trim(), "b");
}
