//! Behind PgBouncer, and over a pool of the program.

use std::sync::Arc;

use dewar::store::conformance::{ManualTime, run};
use dewar::store::{Store, Write, WriteOutcome};
use dewar_servers::{PgBouncer, PgBouncerProgram, Postgres as Server};
use dewar_stores::postgres::{Postgres, PostgresOptions};

use super::{created, entry, flask, key, native, now, payload};

fn bouncer(server: &Server, pool_mode: &'static str) -> PgBouncer {
    PgBouncer::start_with(PgBouncerProgram { database_port: server.port(), pool_mode }).unwrap()
}

/// Every client gets another server for each call, and other programs prepare statements there under the names that the driver chooses.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_holds_behind_pgbouncer() {
    let Some(server) = Server::for_test() else { return };
    let bouncer = bouncer(&server, "transaction");
    let store = native(&bouncer.url()).await;
    run(&ManualTime::new(Arc::new(store))).await.assert();
    drop(flask(&bouncer.url()).await);
    let prepared = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dewar'";
    let servers: usize = server.sql(prepared).unwrap().parse().unwrap();
    assert!(servers <= 4, "{servers}: the pooler has four");
}

/// Calls of many tasks at once, so that they do run on several servers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_prepared_behind_pgbouncer() {
    let Some(server) = Server::for_test() else { return };
    for (pool_mode, rounds) in [("transaction", 50), ("session", 10)] {
        let bouncer = bouncer(&server, pool_mode);
        // A session-mode pooler gives each client a server: four here, one of which reads.
        let options = PostgresOptions { connections: 2.try_into().unwrap(), ..super::patient() };
        let store = Arc::new(Postgres::open(&bouncer.url(), options).await.unwrap());
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let store = Arc::clone(&store);
                tokio::spawn(async move {
                    for round in 0..rounds {
                        let key = key(&format!("{pool_mode} {task} {round}"));
                        let seen = created(&*store, &key, &entry("1")).await;
                        assert_eq!(payload(&*store, &key).await.unwrap(), b"1");
                        let swapped =
                            store.write(Write::swap(&key, &seen, &entry("2")), now()).await.unwrap();
                        assert!(matches!(swapped, WriteOutcome::Saved(_)));
                        assert_eq!(payload(&*store, &key).await.unwrap(), b"2");
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    }
}

#[cfg(feature = "deadpool-postgres")]
mod of_the_program {
    use std::time::Duration;

    use deadpool_postgres::{Manager, Pool};
    use dewar::store::StoreErrorKind;
    use dewar_stores::postgres::{PooledPostgres, PooledSqlAlchemy, SqlAlchemy};

    use super::*;

    fn pool(url: &str) -> Pool {
        let manager = Manager::new(url.parse().unwrap(), tokio_postgres::NoTls);
        Pool::builder(manager).max_size(4).build().unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_rule_holds_over_a_pool() {
        let Some(server) = Server::for_test() else { return };
        let store = PooledPostgres::from_pool(pool(&server.url()), &super::super::patient()).await.unwrap();
        run(&ManualTime::new(Arc::new(store))).await.assert();
        let bouncer = bouncer(&server, "transaction");
        let store = PooledPostgres::from_pool(pool(&bouncer.url()), &super::super::patient()).await.unwrap();
        run(&ManualTime::new(Arc::new(store))).await.assert();
        let options = super::super::patient();
        let store =
            PooledSqlAlchemy::from_pool(pool(&server.url()), SqlAlchemy::TABLE, &options).await.unwrap();
        let seen = created(&store, &key("a"), &entry("a")).await;
        let swapped = store.write(Write::swap(&key("a"), &seen, &entry("b")), now()).await.unwrap();
        assert!(matches!(swapped, WriteOutcome::Saved(_)));
    }

    #[tokio::test]
    async fn a_connection_to_a_server_that_cannot_write_does_not_go_back() {
        let Some(server) = Server::for_test() else { return };
        let pool = pool(&server.url());
        let store = PooledPostgres::from_pool(pool.clone(), &super::super::patient()).await.unwrap();
        created(&store, &key("a"), &entry("a")).await;
        let read_only = "SET default_transaction_read_only = on";
        pool.get().await.unwrap().batch_execute(read_only).await.unwrap();
        let error = store.write(Write::remove(&key("a"), None), now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error:?}");
        let done = store.write(Write::remove(&key("a"), None), now()).await.unwrap();
        assert_eq!(done, WriteOutcome::Removed);
    }

    #[tokio::test]
    async fn a_pool_without_a_free_connection_is_unavailable() {
        let Some(server) = Server::for_test() else { return };
        let pool = pool(&server.url());
        let options = PostgresOptions { timeout: Duration::from_millis(100), ..super::super::patient() };
        let store = PooledPostgres::from_pool(pool.clone(), &options).await.unwrap();
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(pool.get().await.unwrap());
        }
        let error = store.load(&key("a"), None, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        drop(held);
        assert_eq!(payload(&store, &key("a")).await, None);
    }
}
