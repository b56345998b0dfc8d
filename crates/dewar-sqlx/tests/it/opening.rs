//! A table that is missing, wrong or not allowed is one line that says what to do.

use dewar_sqlx::{SqlxOptions, SqlxStore};
use dewar_stores::sql::{Flask, Native};

use super::engines::{Server, create_table, native};
use super::on_each_engine;

on_each_engine!(
    a_table_is_created_only_when_asked,
    a_table_of_another_shape_is_an_error_at_start,
    processes_that_start_at_once_create_one_table,
);

async fn a_table_is_created_only_when_asked<S: Server>(server: S) {
    let pool = server.pool(2).await;
    let refused = SqlxStore::<S::DB, Native>::new(pool.clone(), SqlxOptions::default()).await.unwrap_err();
    let said = refused.to_string();
    assert!(
        said.contains("no table dewar_sessions")
            && said.contains("`schema`")
            && said.contains("create_table"),
        "{said}"
    );
    let refused =
        SqlxStore::<S::DB, Flask>::new(pool.clone(), "web", SqlxOptions::default()).await.unwrap_err();
    assert!(refused.to_string().contains("no table web"), "{refused}");
    server.sql(&SqlxStore::<S::DB, Native>::schema()).await;
    SqlxStore::<S::DB, Native>::new(pool.clone(), SqlxOptions::default()).await.unwrap();
    server.sql(&SqlxStore::<S::DB, Flask>::schema("web").unwrap()).await;
    SqlxStore::<S::DB, Flask>::new(pool.clone(), "web", SqlxOptions::default()).await.unwrap();
    for name in ["", "a b", "sessions; --", &"t".repeat(65)] {
        let refused = SqlxStore::<S::DB, Flask>::new(pool.clone(), name, create_table()).await.unwrap_err();
        assert!(refused.to_string().contains("use up to 64 letters"), "{refused}");
    }
}

async fn a_table_of_another_shape_is_an_error_at_start<S: Server>(server: S) {
    let pool = server.pool(2).await;
    let key = server.key_column();
    server.sql(&format!("CREATE TABLE dewar_sessions ({key} INTEGER PRIMARY KEY, payload INTEGER)")).await;
    let refused = SqlxStore::<S::DB, Native>::new(pool, create_table()).await.unwrap_err().to_string();
    assert!(refused.to_lowercase().contains("its column key is \"int"), "{refused}");
    assert!(refused.contains("move this one away") && !refused.contains('\n'), "{refused}");
}

async fn processes_that_start_at_once_create_one_table<S: Server>(server: S) {
    let pool = server.pool(8).await;
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move { native(&pool).await })
        })
        .collect();
    for start in starts {
        start.await.unwrap();
    }
}
