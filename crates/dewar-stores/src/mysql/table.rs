//! Makes the table, or checks it if it exists.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error};

use super::address::Address;
use super::client::not_opened;
use super::failure;
use crate::OpenError;
use crate::sql::{Column, IfMissing, Table};

/// Checks the table, and makes it if it is missing and should be made.
pub(super) async fn ensure(
    conn: &mut Conn,
    address: &Address,
    table: &Table,
    if_missing: IfMissing,
) -> Result<(), OpenError> {
    let cannot = |error| not_opened(address, Some(error));
    if columns(conn, table).await.map_err(cannot)?.is_empty() {
        if let Some(advice) = if_missing.advice() {
            return Err(missing(address, table, advice));
        }
        conn.query_drop(table.ddl.as_str()).await.map_err(|error| not_made(address, table, error))?;
    }
    let difference = difference(conn, table).await.map_err(cannot)?;
    difference.map_or(Ok(()), |difference| Err(wrong(address, table, &difference)))
}

/// What is wrong with the existing table; `None` if it is right.
async fn difference(conn: &mut Conn, table: &Table) -> Result<Option<String>, Error> {
    let found = columns(conn, table).await?;
    let is_unique = is_unique(conn, table).await?;
    let of_shape = table.difference(&found, is_unique);
    Ok(match of_shape {
        None => without_transactions(conn, table).await?,
        of_shape => of_shape,
    })
}

/// A user sees the columns on which they have a right.
async fn columns(conn: &mut Conn, table: &Table) -> Result<Vec<Column>, Error> {
    let sql = "SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE = 'NO' AND COLUMN_DEFAULT IS NULL AND EXTRA NOT LIKE '%auto_increment%' \
               FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = coalesce(?, DATABASE()) AND TABLE_NAME = ?";
    let rows: Vec<(String, Vec<u8>, bool)> = conn.exec(sql, place(table)).await?;
    let rows = rows.into_iter().map(|(name, declared, must_be_given)| Column {
        name,
        declared: String::from_utf8_lossy(&declared).into_owned(),
        must_be_given,
    });
    Ok(rows.collect())
}

async fn is_unique(conn: &mut Conn, table: &Table) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = coalesce(?, DATABASE()) AND TABLE_NAME = ? \
               AND NON_UNIQUE = 0 GROUP BY INDEX_NAME \
               HAVING group_concat(COLUMN_NAME) = ? AND sum(SUB_PART IS NOT NULL) = 0";
    let (schema, name) = place(table);
    let found: Option<i64> = conn.exec_first(sql, (schema, name, table.unique)).await?;
    Ok(found.is_some())
}

/// MyISAM and others would leave half of a rename behind.
async fn without_transactions(conn: &mut Conn, table: &Table) -> Result<Option<String>, Error> {
    let sql = "SELECT ENGINE FROM information_schema.TABLES JOIN information_schema.ENGINES USING (ENGINE) \
               WHERE TABLE_SCHEMA = coalesce(?, DATABASE()) AND TABLE_NAME = ? AND TRANSACTIONS <> 'YES'";
    let engine: Option<String> = conn.exec_first(sql, place(table)).await?;
    Ok(engine
        .map(|engine| format!("its engine {engine} has no transactions (ALTER TABLE … ENGINE = InnoDB)")))
}

fn place(table: &Table) -> (Option<&str>, &str) {
    (table.schema.as_deref(), &table.name)
}

fn missing(address: &Address, table: &Table, advice: &str) -> OpenError {
    let (name, database) = (&table.name, &address.database);
    OpenError::missing(format!(
        "the database {database} of MySQL at {address} has no table {name} that its user may use: {advice}"
    ))
}

fn not_made(address: &Address, table: &Table, error: Error) -> OpenError {
    match failure::refusal(&error) {
        Some(refusal) if [1044, 1142].contains(&refusal.code) => OpenError::new(format!(
            "the user may not create the table {} in the database {} of MySQL at {address}: have an administrator create it with \
             what `dewar sessions schema` prints for this URL",
            table.name, address.database
        ))
        .with_source(refusal),
        _ => not_opened(address, Some(error)),
    }
}

fn wrong(address: &Address, table: &Table, difference: &str) -> OpenError {
    OpenError::new(format!(
        "cannot store sessions in the table {} of the database {} of MySQL at {address}: {difference}; name another table or \
         database, or move the table away (RENAME TABLE … TO …) and make it anew",
        table.name, address.database
    ))
}
