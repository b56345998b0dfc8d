//! Users in SQLite, by rusqlite.

use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use tokio::task::spawn_blocking;

use crate::login::Failed;

#[derive(Clone)]
pub struct Users(Arc<Mutex<Connection>>);

impl Users {
    pub async fn open(file: &Path) -> Result<Self, Failed> {
        let this = Self(Arc::new(Mutex::new(Connection::open(file)?)));
        let table = "CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)";
        this.with(|conn| conn.execute(table, [])).await?;
        Ok(this)
    }

    pub async fn add(&self, name: String) -> Result<i64, Failed> {
        let insert = "INSERT INTO users (name) VALUES (?) RETURNING id";
        self.with(move |conn| conn.query_row(insert, [name], |row| row.get(0))).await
    }

    pub async fn name(&self, id: i64) -> Result<String, Failed> {
        let select = "SELECT name FROM users WHERE id = ?";
        self.with(move |conn| conn.query_row(select, [id], |row| row.get(0))).await
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Failed> {
        let users = Arc::clone(&self.0);
        spawn_blocking(move || Ok(work(&*users.lock().map_err(|_| "a call panicked")?)?)).await?
    }
}
