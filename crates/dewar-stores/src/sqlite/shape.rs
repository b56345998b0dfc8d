//! Tables: made if they are not there, looked at if they are.

use std::borrow::Cow;
use std::path::Path;

use rusqlite::{Connection, Error};

use super::file::cannot_open;
use crate::OpenError;

/// What a table must be like.
#[derive(Clone)]
pub(super) struct Shape {
    pub(super) table: Cow<'static, str>,
    /// Makes it and its indexes; says `IF NOT EXISTS`.
    pub(super) ddl: Cow<'static, str>,
    /// Names and declared types, of which the beginning counts.
    pub(super) columns: &'static [(&'static str, &'static [&'static str])],
    /// The column that holds no value twice.
    pub(super) unique: &'static str,
}

impl Shape {
    /// Makes the table unless it is there; refuses one that was made by somebody else for something else.
    pub(super) fn ensure(&self, conn: &Connection, path: &Path) -> Result<(), OpenError> {
        let cannot = |error| cannot_open(path, error);
        if columns(conn, &self.table).map_err(cannot)?.is_empty() {
            conn.execute_batch(&format!("BEGIN IMMEDIATE; {}; COMMIT", self.ddl)).map_err(cannot)?;
        }
        match self.difference(conn).map_err(cannot)? {
            None => Ok(()),
            Some(difference) => Err(OpenError::new(format!(
                "cannot keep sessions in the table {} of {}: {difference}; name another table or file, or move the table away \
                 (ALTER TABLE … RENAME TO …) and it is made anew",
                self.table,
                path.display()
            ))),
        }
    }

    /// What about a table that is there is not as it must be; `None`: nothing.
    pub(super) fn difference(&self, conn: &Connection) -> rusqlite::Result<Option<String>> {
        let found = columns(conn, &self.table)?;
        for (name, types) in self.columns {
            let Some(column) = found.iter().find(|column| column.name == *name) else {
                return Ok(Some(format!("it has no column {name}")));
            };
            let declared = column.declared.to_ascii_uppercase();
            if !types.iter().any(|known| declared.starts_with(known)) {
                let wanted = types.first().unwrap_or(&"");
                return Ok(Some(format!("its column {name} is {declared:?} and not {wanted}")));
            }
        }
        let unknown = |column: &&Column| !self.columns.iter().any(|(name, _)| *name == column.name);
        if let Some(column) = found.iter().filter(unknown).find(|column| column.must_be_given) {
            return Ok(Some(format!(
                "its column {} must be filled, and nobody knows with what",
                column.name
            )));
        }
        let unique = is_unique(conn, &self.table, self.unique)?;
        Ok((!unique).then(|| format!("its column {} is not unique", self.unique)))
    }
}

struct Column {
    name: String,
    declared: String,
    must_be_given: bool,
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
