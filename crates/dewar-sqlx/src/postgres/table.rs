//! What a table of PostgreSQL has.

use dewar_stores::sql::{Column, Table};
use sqlx::Row;
use sqlx::postgres::PgConnection;

/// `to_regclass` looks where the engine looks, and is null if there is no such table.
const COLUMNS: &str = "SELECT attname::text, format_type(atttypid, NULL), \
     attnotnull AND NOT atthasdef AND attidentity = '' \
     FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped";

const IS_UNIQUE: &str = "SELECT EXISTS (SELECT 1 FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] \
     WHERE indrelid = to_regclass($1) AND indisunique AND indisvalid AND indpred IS NULL AND indnkeyatts = 1 AND attname = $2)";

/// The columns of the table, and whether its unique column is unique.
pub(super) async fn look_at(conn: &mut PgConnection, table: &Table) -> sqlx::Result<(Vec<Column>, bool)> {
    let name = quoted(table);
    let columns = sqlx::query(COLUMNS).bind(&name).persistent(false).fetch_all(&mut *conn).await?;
    let columns = columns.iter().map(|row| {
        Ok(Column { name: row.try_get(0)?, declared: row.try_get(1)?, must_be_given: row.try_get(2)? })
    });
    let columns = columns.collect::<sqlx::Result<_>>()?;
    let unique = sqlx::query(IS_UNIQUE).bind(&name).bind(table.unique()).persistent(false);
    Ok((columns, unique.fetch_one(conn).await?.try_get(0)?))
}

/// The names have no quotes in them.
fn quoted(table: &Table) -> String {
    let schema = table.schema().map(|schema| format!("\"{schema}\".")).unwrap_or_default();
    format!("{schema}\"{}\"", table.name())
}
