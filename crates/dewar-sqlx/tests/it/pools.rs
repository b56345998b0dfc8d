//! Pools in a state that a program can bring about.

use std::error::Error;
use std::time::Duration;

use dewar::store::{Store, StoreErrorKind};
use dewar_sqlx::SqlxStore;
use dewar_stores::sql::Native;
use sqlx::pool::PoolOptions;

use super::engines::{Server, create_table, native};
use super::{create, entry, key, now, on_each_engine, payload};

on_each_engine!(a_pool_that_is_in_use_or_closed_sends_nothing);

async fn a_pool_that_is_in_use_or_closed_sends_nothing<S: Server>(server: S) {
    let options = PoolOptions::<S::DB>::new().max_connections(1).acquire_timeout(Duration::from_millis(300));
    let pool = options.connect_lazy_with(server.address());
    let store = native(&pool).await;
    create(&store, "a", &entry("1")).await;
    let program = pool.acquire().await.unwrap();
    let error = store.load(&key("a"), None, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::NotSent);
    assert!(error.source().unwrap().to_string().contains("max_connections"), "{error:?}");
    drop(program);
    assert_eq!(payload(&store, "a").await.unwrap(), b"1");
    pool.close().await;
    let error = store.load(&key("a"), None, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.source().unwrap().to_string().contains("has closed the pool"), "{error:?}");
    let refused = SqlxStore::<_, Native>::new(pool, create_table()).await.unwrap_err();
    assert!(format!("{refused:?}").contains("has closed the pool"), "{refused:?}");
}
