//! Users in SQLite, by diesel.

use std::path::{Path, PathBuf};

use diesel::prelude::*;
use diesel::sql_query;
use tokio::task::spawn_blocking;

use crate::login::Failed;

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
    }
}

#[derive(Clone)]
pub struct Users(PathBuf);

impl Users {
    pub async fn open(file: &Path) -> Result<Self, Failed> {
        let this = Self(file.to_owned());
        let table = "CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)";
        this.with(move |conn| sql_query(table).execute(conn)).await?;
        Ok(this)
    }

    pub async fn add(&self, name: String) -> Result<i64, Failed> {
        let insert = diesel::insert_into(users::table).values(users::name.eq(name)).returning(users::id);
        self.with(move |conn| insert.get_result(conn)).await
    }

    pub async fn name(&self, id: i64) -> Result<String, Failed> {
        self.with(move |conn| users::table.find(id).select(users::name).first(conn)).await
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, Failed> {
        let file = self.0.display().to_string();
        spawn_blocking(move || Ok(work(&mut SqliteConnection::establish(&file)?)?)).await?
    }
}
