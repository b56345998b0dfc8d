//! Creates the table through the pool, or checks it if it exists.

use dewar_core::{StoreError, StoreErrorKind};
use dewar_stores::OpenError;
use dewar_stores::sql::{Column, Table};
use sqlx::{AssertSqlSafe, Pool};

use crate::{Engine, SqlxOptions, call};

/// Fails if the table does not exist and may not be created, or has other columns.
pub(crate) async fn ensure<DB: Engine>(
    pool: &Pool<DB>,
    table: &Table,
    options: &SqlxOptions,
) -> Result<(), OpenError> {
    let mut looked = look_at(pool, table, options).await;
    if matches!(&looked, Err(error) if error.kind() == StoreErrorKind::Busy) {
        // Another process has created it at the same time.
        looked = look_at(pool, table, options).await;
    }
    let (columns, is_unique) = looked.map_err(|error| {
        OpenError::new(format!("cannot use the table {} in {}", table.name(), DB::NAME)).with_source(error)
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

/// The columns of the table, which is created first if it may be.
async fn look_at<DB: Engine>(
    pool: &Pool<DB>,
    table: &Table,
    options: &SqlxOptions,
) -> Result<(Vec<Column>, bool), StoreError> {
    let (table, may_create) = (table.clone(), options.create_table);
    call::run(pool, options.timeout, move |conn| {
        Box::pin(async move {
            call::in_transaction::<DB, _>(conn, move |conn| {
                Box::pin(look_or_create::<DB>(conn, table, may_create))
            })
            .await
        })
    })
    .await
}

/// If the database can undo `CREATE TABLE`, there is a table with its indexes or none.
async fn look_or_create<DB: Engine>(
    conn: &mut DB::Connection,
    table: Table,
    may_create: bool,
) -> sqlx::Result<(Vec<Column>, bool)> {
    let found = DB::look_at(conn, &table).await?;
    if !(found.0.is_empty() && may_create) {
        return Ok(found);
    }
    for statement in table.ddl().split(';').filter(|statement| !statement.trim().is_empty()) {
        DB::run(conn, sqlx::query(AssertSqlSafe(statement.to_owned())).persistent(false)).await?;
    }
    DB::look_at(conn, &table).await
}

fn missing<DB: Engine>(table: &Table) -> OpenError {
    OpenError::new(format!(
        "{} has no table {}: create it in a migration with the SQL that `schema` of this store returns, or set \
         SqlxOptions::create_table",
        DB::NAME,
        table.name()
    ))
}
