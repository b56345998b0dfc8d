//! What a table of MySQL or MariaDB has.

use dewar_stores::sql::{Column, Table};
use sqlx::Row;
use sqlx::mysql::MySqlConnection;

/// A user sees the columns on which they have a right.
const COLUMNS: &str = "SELECT COLUMN_NAME, CAST(COLUMN_TYPE AS CHAR), \
     IS_NULLABLE = 'NO' AND COLUMN_DEFAULT IS NULL AND EXTRA NOT LIKE '%auto_increment%' \
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = coalesce(?, DATABASE()) AND TABLE_NAME = ?";

const IS_UNIQUE: &str = "SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = coalesce(?, DATABASE()) AND TABLE_NAME = ? \
     AND NON_UNIQUE = 0 GROUP BY INDEX_NAME HAVING group_concat(COLUMN_NAME) = ? AND sum(SUB_PART IS NOT NULL) = 0";

/// The columns of the table, and whether its unique column is unique.
pub(super) async fn look_at(conn: &mut MySqlConnection, table: &Table) -> sqlx::Result<(Vec<Column>, bool)> {
    let columns = sqlx::query(COLUMNS).bind(table.schema()).bind(table.name()).persistent(false);
    let columns = columns.fetch_all(&mut *conn).await?;
    let columns = columns.iter().map(|row| {
        Ok(Column {
            name: row.try_get_unchecked(0)?,
            declared: row.try_get_unchecked(1)?,
            must_be_given: row.try_get_unchecked::<i64, _>(2)? != 0,
        })
    });
    let columns = columns.collect::<sqlx::Result<_>>()?;
    let unique = sqlx::query(IS_UNIQUE).bind(table.schema()).bind(table.name()).bind(table.unique());
    let unique = unique.persistent(false).fetch_optional(conn).await?;
    Ok((columns, unique.is_some()))
}
