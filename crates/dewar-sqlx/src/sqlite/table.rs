//! What a table of SQLite has.

use dewar_stores::sql::{Column, Table};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

/// The columns of the table, and whether its unique column is unique.
pub(super) async fn look_at(conn: &mut SqliteConnection, table: &Table) -> sqlx::Result<(Vec<Column>, bool)> {
    let columns =
        sqlx::query(r#"SELECT name, type, "notnull" AND dflt_value IS NULL FROM pragma_table_info(?1)"#)
            .bind(table.name())
            .fetch_all(&mut *conn)
            .await?;
    let columns = columns.iter().map(|row| {
        Ok(Column {
            name: row.try_get_unchecked(0)?,
            declared: row.try_get_unchecked(1)?,
            must_be_given: row.try_get_unchecked(2)?,
        })
    });
    let columns = columns.collect::<sqlx::Result<_>>()?;
    let unique = sqlx::query(
        r#"SELECT 1 FROM pragma_index_list(?1) AS i WHERE i."unique" AND NOT i.partial
        AND (SELECT group_concat(name) FROM pragma_index_info(i.name)) = ?2"#,
    );
    let unique = unique.bind(table.name()).bind(table.unique()).fetch_optional(conn).await?;
    Ok((columns, unique.is_some()))
}
