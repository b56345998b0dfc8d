//! A write that waits for another one, and loses to it.

use dewar::store::{Store, Write, WriteOutcome};
use dewar_servers::Postgres;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::engines::native;
use super::{create, entry, key, now};

/// Under the isolation level of the pool, a statement that waited would see what was there before, or fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_swap_that_waited_shows_what_it_lost_to_whatever_isolation_the_pool_has() {
    for level in ["read committed", "repeatable read", "serializable"] {
        let Some(server) = Postgres::for_test() else { return };
        let options: PgConnectOptions = server.url().parse().unwrap();
        let options = options.options([("default_transaction_isolation", level)]);
        let pool = PgPoolOptions::new().max_connections(4).connect_with(options).await.unwrap();
        let store = std::sync::Arc::new(native(&pool).await);
        let seen = create(&*store, "a", &entry("1")).await;
        let mut other = pool.begin().await.unwrap();
        sqlx::query("UPDATE dewar_sessions SET payload = 'other', revision = revision + 1")
            .execute(&mut *other)
            .await
            .unwrap();
        let swap = {
            let store = std::sync::Arc::clone(&store);
            tokio::spawn(
                async move { store.write(Write::swap(&key("a"), &seen, &entry("mine")), now()).await },
            )
        };
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        while server.sql(waiting).unwrap().trim() != "1" {
            assert!(!swap.is_finished(), "it does not wait");
        }
        other.commit().await.unwrap();
        let WriteOutcome::Changed(found) = swap.await.unwrap().unwrap() else { panic!("{level}") };
        assert_eq!(found.payload, "other", "{level}");
    }
}
