//! A write that waits for another one, and loses to it.

use std::sync::Arc;

use dewar::store::{Store, Write, WriteOutcome};
use sqlx::pool::PoolOptions;
use sqlx::{AssertSqlSafe, Executor};

use super::engines::{Failing, native};
use super::{create, entry, key, now, on_each_server};

on_each_server!(a_swap_that_waited_shows_what_it_lost_to_whatever_isolation_the_pool_has);

/// Under the isolation level of the pool, a statement that waited would see what was there before, or fail.
async fn a_swap_that_waited_shows_what_it_lost_to_whatever_isolation_the_pool_has<S: Failing>(server: S)
where
    for<'c> &'c mut <S::DB as sqlx::Database>::Connection: Executor<'c, Database = S::DB>,
{
    for level in ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"] {
        let isolation = S::isolation(level);
        let options = PoolOptions::<S::DB>::new().max_connections(4).after_connect(move |conn, _| {
            let isolation = isolation.clone();
            Box::pin(async move { conn.execute(AssertSqlSafe(isolation)).await.map(drop) })
        });
        let pool = options.connect_lazy_with(server.address());
        let store = Arc::new(native(&pool).await);
        let seen = create(&*store, level, &entry("1")).await;
        let mut other = pool.begin().await.unwrap();
        other.execute("UPDATE dewar_sessions SET payload = 'other', revision = revision + 1").await.unwrap();
        let swap = {
            let store = Arc::clone(&store);
            tokio::spawn(
                async move { store.write(Write::swap(&key(level), &seen, &entry("mine")), now()).await },
            )
        };
        while server.waiting().await != "1" {
            assert!(!swap.is_finished(), "it does not wait");
        }
        other.commit().await.unwrap();
        let WriteOutcome::Changed(found) = swap.await.unwrap().unwrap() else { panic!("{level}") };
        assert_eq!(found.payload, "other", "{level}");
    }
}
