//! What only PostgreSQL does: transactions that have failed, texts without a NUL, poolers in transaction mode.

use std::error::Error as _;
use std::sync::Arc;

use dewar::store::conformance::{ManualTime, run};
use dewar::store::{Store, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::{PgBouncer, PgBouncerProgram, Postgres};
use dewar_sqlx::{SqlxOptions, SqlxStore};
use dewar_stores::postgres::PostgresOptions;
use dewar_stores::sql::{Flask, Native};
use sqlx::Executor;
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgPool};

use super::engines::{Server as _, create_table, native};
use super::{create, entry, key, now, payload};

/// sqlx knows nothing of a transaction that begins with a text, and gives its connection to the next who asks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_in_a_failed_transaction_is_replaced() {
    let Some(server) = Postgres::for_test() else { return };
    let pool = server.pool(1).await;
    let store = native(&pool).await;
    create(&store, "a", &entry("1")).await;
    for is_write in [true, false] {
        let mut program = pool.acquire().await.unwrap();
        program.execute("BEGIN").await.unwrap();
        program.execute("SELECT 1 / 0").await.unwrap_err();
        drop(program);
        let (name, mine) = (key("a"), entry("2"));
        let error = if is_write {
            store.write(Write::create(&name, &mine), now()).await.unwrap_err()
        } else {
            store.load(&name, None, now()).await.unwrap_err()
        };
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error:?}");
        assert_eq!(payload(&store, "a").await.unwrap(), b"1");
    }
}

/// The keys and owners of a table are the same for both crates.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_with_a_nul_is_the_same_for_both_crates() {
    let Some(server) = Postgres::for_test() else { return };
    let here = native(&server.pool(2).await).await;
    let there =
        dewar_stores::postgres::Postgres::open(&server.url(), PostgresOptions::default()).await.unwrap();
    let (name, owner) = ("a\0b\u{10FFFE}", "\0me");
    create(&here, name, &dewar::store::Entry { owner: Some(owner.to_owned()), ..entry("1") }).await;
    assert_eq!(payload(&there, name).await.unwrap(), b"1");
    for store in [&here as &dyn Store, &there] {
        let found = store.owners().unwrap().owned_by(owner, now()).await.unwrap();
        assert_eq!(found.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), [name]);
        let page = store.lister().unwrap().list("a", None, 9, now()).await.unwrap();
        assert_eq!(page.entries.len(), 1);
    }
}

/// The server's text has the whole row in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_repeats_nothing_that_is_stored() {
    let Some(server) = Postgres::for_test() else { return };
    let store = native(&server.pool(2).await).await;
    server.sql("ALTER TABLE dewar_sessions ADD CONSTRAINT short CHECK (length(key) < 5)").unwrap();
    server.sql("CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no %'', NEW.key; END'").unwrap();
    for trigger in [false, true] {
        if trigger {
            server.sql("CREATE TRIGGER tell BEFORE INSERT ON dewar_sessions FOR EACH ROW EXECUTE FUNCTION tell()").unwrap();
        }
        let (name, mine) = (key("a long secret key"), entry("1"));
        let error = store.write(Write::create(&name, &mine), now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Refused);
        let said = format!("{error:?} {}", error.source().unwrap());
        assert!(said.contains("SQLSTATE") && !said.contains("secret"), "{said}");
    }
}

fn bouncer(server: &Postgres) -> PgBouncer {
    PgBouncer::start_with(PgBouncerProgram { database_port: server.port(), ..PgBouncerProgram::default() })
        .unwrap()
}

/// PgBouncer takes no setting that it does not know.
fn through(bouncer: &PgBouncer) -> PgPool {
    let address: PgConnectOptions = bouncer.url().parse().unwrap();
    PoolOptions::new().max_connections(8).connect_lazy_with(address.extra_float_digits(None))
}

fn for_a_pooler() -> SqlxOptions {
    SqlxOptions { pooler: true, ..create_table() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_holds_behind_pgbouncer() {
    let Some(server) = Postgres::for_test() else { return };
    let bouncer = bouncer(&server);
    let store = SqlxStore::<_, Native>::new(through(&bouncer), for_a_pooler()).await.unwrap();
    run(&ManualTime::new(Arc::new(store))).await.assert();
    SqlxStore::<_, Flask>::new(through(&bouncer), "web", for_a_pooler()).await.unwrap();
}

/// Calls of many tasks at once, so that they do run on several servers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_statement_goes_to_a_server_that_does_not_know_it() {
    let Some(server) = Postgres::for_test() else { return };
    let bouncer = bouncer(&server);
    let store = Arc::new(SqlxStore::<_, Native>::new(through(&bouncer), for_a_pooler()).await.unwrap());
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for round in 0..30 {
                    let name = format!("{task} {round}");
                    let seen = create(&*store, &name, &entry("1")).await;
                    let (name, new) = (key(&name), entry("2"));
                    let swapped = store.write(Write::swap(&name, &seen, &new), now()).await.unwrap();
                    assert!(matches!(swapped, WriteOutcome::Saved(_)));
                    assert_eq!(payload(&*store, name.as_str()).await.unwrap(), b"2");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_say_that_there_is_a_pooler_is_told_what_to_do() {
    let Some(server) = Postgres::for_test() else { return };
    let bouncer = bouncer(&server);
    let address: PgConnectOptions = bouncer.url().parse().unwrap();
    let usual: PgPool = PoolOptions::new().max_connections(8).connect_lazy_with(address);
    let refused = SqlxStore::<_, Native>::new(usual, for_a_pooler()).await.unwrap_err();
    let why = refused.source().unwrap().source().unwrap().to_string();
    assert!(why.contains("extra_float_digits(None)"), "{why}");
    let store = SqlxStore::<_, Native>::new(through(&bouncer), create_table()).await.unwrap();
    let mut said = String::new();
    for _ in 0..20 {
        if let Err(error) = store.load(&key("a"), None, now()).await {
            assert_eq!(error.kind(), StoreErrorKind::Unavailable);
            said = error.source().unwrap().to_string();
        }
    }
    assert!(said.contains("SqlxOptions::pooler"), "{said}");
}
