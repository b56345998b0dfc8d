//! Users in SQLite, by sqlx.

use std::path::Path;

use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

#[derive(Clone)]
pub struct Users(pub SqlitePool);

impl Users {
    pub async fn open(file: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await?;
        let table = "CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)";
        sqlx::query(table).execute(&pool).await?;
        Ok(Self(pool))
    }

    pub async fn add(&self, name: String) -> Result<i64, sqlx::Error> {
        let insert = sqlx::query_scalar("INSERT INTO users (name) VALUES (?) RETURNING id");
        insert.bind(name).fetch_one(&self.0).await
    }

    pub async fn name(&self, id: i64) -> Result<String, sqlx::Error> {
        sqlx::query_scalar("SELECT name FROM users WHERE id = ?").bind(id).fetch_one(&self.0).await
    }
}
