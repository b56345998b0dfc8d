//! The program's own tables, in the same database and the same pool.

use sqlx::{Acquire, Executor};

use super::engines::{Server, native};
use super::{create, entry, on_each_engine, payload};

on_each_engine!(the_program_and_the_sessions_share_one_pool);

async fn the_program_and_the_sessions_share_one_pool<S: Server>(server: S)
where
    for<'c> &'c mut <S::DB as sqlx::Database>::Connection: Executor<'c, Database = S::DB>,
    <S::DB as sqlx::Database>::Arguments: sqlx::IntoArguments<S::DB>,
{
    let pool = server.pool(2).await;
    let store = native(&pool).await;
    let mut program = pool.acquire().await.unwrap();
    program.execute("CREATE TABLE users (name VARCHAR(20) PRIMARY KEY)").await.unwrap();
    let mut transaction = program.begin().await.unwrap();
    transaction.execute("SELECT count(*) FROM users").await.unwrap();
    // The store takes the other connection, so the program's transaction does not contain it.
    create(&store, "shop:a", &entry("1")).await;
    transaction.rollback().await.unwrap();
    assert_eq!(payload(&store, "shop:a").await.unwrap(), b"1");
    program.execute("INSERT INTO users VALUES ('ann')").await.unwrap();
    assert_eq!(server.sql("SELECT name FROM users").await, "ann");
    assert_eq!(server.sql(&format!("SELECT {} FROM dewar_sessions", server.key_column())).await, "shop:a");
    assert!(pool.size() <= 2);
}
