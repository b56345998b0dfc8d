//! Creates the table in a file, or checks it if it exists.

use std::path::Path;

use rusqlite::{Connection, Error};

use super::file::cannot_open;
use crate::OpenError;
use crate::sql::{Column, Table};

/// Creates the table unless it exists. Fails if the existing table has other columns.
pub(super) fn ensure(table: &Table, conn: &Connection, path: &Path) -> Result<(), OpenError> {
    let cannot = |error| cannot_open(path, error);
    if !exists(table, conn).map_err(cannot)? {
        conn.execute_batch(&format!("BEGIN IMMEDIATE; {}; COMMIT", table.ddl)).map_err(cannot)?;
    }
    match difference(table, conn).map_err(cannot)? {
        None => Ok(()),
        Some(difference) => Err(OpenError::new(format!(
            "cannot store sessions in the table {} of {}: {difference}; name another table or file, or move the table away \
             (ALTER TABLE … RENAME TO …) and it is made anew",
            table.name,
            path.display()
        ))),
    }
}

pub(super) fn exists(table: &Table, conn: &Connection) -> rusqlite::Result<bool> {
    Ok(!columns(conn, &table.name)?.is_empty())
}

/// What is wrong with the existing table; `None` if it is right.
pub(super) fn difference(table: &Table, conn: &Connection) -> rusqlite::Result<Option<String>> {
    let is_unique = is_unique(conn, &table.name, table.unique)?;
    Ok(table.difference(&columns(conn, &table.name)?, is_unique))
}

fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    let sql = r#"SELECT name, type, "notnull" AND dflt_value IS NULL FROM pragma_table_info(?1)"#;
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([table], |row| {
        Ok(Column { name: row.get(0)?, declared: row.get(1)?, must_be_given: row.get(2)? })
    })?;
    rows.collect()
}

fn is_unique(conn: &Connection, table: &str, column: &str) -> rusqlite::Result<bool> {
    let sql = r#"SELECT 1 FROM pragma_index_list(?1) AS i WHERE i."unique" AND NOT i.partial
        AND (SELECT group_concat(name) FROM pragma_index_info(i.name)) = ?2"#;
    match conn.query_row(sql, [table, column], |_| Ok(())) {
        Err(Error::QueryReturnedNoRows) => Ok(false),
        other => other.map(|()| true),
    }
}
