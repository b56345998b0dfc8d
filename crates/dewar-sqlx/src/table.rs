//! Creates the table through the pool, or checks it if it exists.

use dewar_stores::OpenError;
use dewar_stores::sql::Table;
use sqlx::{AssertSqlSafe, Connection, Pool};

use crate::{Engine, SqlxOptions, call};

/// Fails if the table does not exist and may not be created, or has other columns.
pub(crate) async fn ensure<DB: Engine>(
    pool: &Pool<DB>,
    table: &Table,
    options: &SqlxOptions,
) -> Result<(), OpenError> {
    let (wanted, create) = (table.clone(), options.create_table);
    let looked = call::run(pool, options.timeout, move |conn| {
        Box::pin(async move {
            let found = DB::look_at(conn, &wanted).await?;
            if !(found.0.is_empty() && create) {
                return Ok(found);
            }
            make::<DB>(conn, wanted.ddl()).await?;
            DB::look_at(conn, &wanted).await
        })
    });
    let (columns, is_unique) = looked.await.map_err(|error| {
        OpenError::new(format!("cannot look at the table {} in {}", table.name(), DB::NAME))
            .with_source(error)
    })?;
    if columns.is_empty() {
        return Err(missing::<DB>(table));
    }
    match table.difference(&columns, is_unique) {
        None => Ok(()),
        Some(difference) => Err(OpenError::new(format!(
            "cannot store sessions in the table {} of {}: {difference}; name another table, or move this one away (ALTER TABLE … RENAME \
             TO …)",
            table.name(),
            DB::NAME
        ))),
    }
}

/// All of it or nothing, if the database can undo `CREATE TABLE`.
async fn make<DB: Engine>(conn: &mut DB::Connection, ddl: &str) -> sqlx::Result<()> {
    let mut all = conn.begin_with(DB::BEGIN).await?;
    for statement in ddl.split(';').filter(|statement| !statement.trim().is_empty()) {
        DB::run(&mut all, sqlx::query(AssertSqlSafe(statement.to_owned()))).await?;
    }
    all.commit().await
}

fn missing<DB: Engine>(table: &Table) -> OpenError {
    OpenError::new(format!(
        "{} has no table {}: create it in a migration with the SQL that `schema` of this store returns, or set \
         SqlxOptions::create_table",
        DB::NAME,
        table.name()
    ))
}
