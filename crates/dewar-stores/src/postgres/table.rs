//! Creates the table in a database, or checks it if it exists.

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::failure;
use crate::OpenError;
use crate::sql::{Column, IfMissing, Table};

/// The columns of a table, by its quoted name.
const COLUMNS: &str = "SELECT a.attname::text, format_type(a.atttypid, NULL), \
    a.attnotnull AND NOT a.atthasdef AND a.attidentity = '', coalesce(c.collname::text, '') \
    FROM pg_attribute a LEFT JOIN pg_collation c ON c.oid = a.attcollation \
    WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
/// Whether a column is unique by itself, in every row, at once.
const UNIQUE: &str = "SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] \
    WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL \
    AND i.indnkeyatts = 1 AND a.attname = $2 LIMIT 1";
/// The rights that the user lacks.
const MISSING_RIGHTS: &str = "SELECT wanted FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS wanted \
    WHERE NOT has_table_privilege(to_regclass($1), wanted)";

/// Fails if the table is missing, or has other columns, or the user may not use it. `place` says in errors where the database is.
pub(super) async fn ensure(
    client: &Client,
    table: &Table,
    if_missing: IfMissing,
    place: &str,
) -> Result<(), OpenError> {
    let found = Found { client, table, name: quoted(table) };
    let failed = |error| cannot(place, table, &error);
    if !found.exists().await.map_err(failed)? {
        if let Some(advice) = if_missing.advice() {
            return Err(OpenError::missing(format!(
                "PostgreSQL at {place} has no table {}: {advice}",
                table.name()
            )));
        }
        create(&found).await.map_err(failed)?;
    }
    match found.difference().await.map_err(failed)? {
        None => Ok(()),
        Some(difference) => Err(OpenError::new(format!(
            "cannot store sessions in the table {} of PostgreSQL at {place}: {difference}",
            table.name()
        ))),
    }
}

/// Another process may create it at the same moment: then one of both fails.
async fn create(found: &Found<'_>) -> Result<(), Error> {
    let created = found.client.batch_execute(found.table.ddl()).await;
    match created {
        Err(_) if found.exists().await? => Ok(()),
        created => created,
    }
}

struct Found<'a> {
    client: &'a Client,
    table: &'a Table,
    name: String,
}

impl Found<'_> {
    async fn exists(&self) -> Result<bool, Error> {
        Ok(!self.rows(COLUMNS, None).await?.is_empty())
    }

    /// What is wrong with the table, and what to do.
    async fn difference(&self) -> Result<Option<String>, Error> {
        let rows = self.rows(COLUMNS, None).await?;
        let columns: Vec<_> = rows.iter().map(column).collect::<Result<_, _>>()?;
        let is_unique = !self.rows(UNIQUE, Some(self.table.unique())).await?.is_empty();
        if let Some(difference) = self.table.difference(&columns, is_unique) {
            return Ok(Some(format!(
                "{difference}; name another table or database, or move the table away (ALTER TABLE … RENAME TO …) and create it anew"
            )));
        }
        if let Some(column) = self.table.sorted()
            && !is_sorted_by_bytes(&rows, column)?
        {
            return Ok(Some(format!(
                "its column {column} does not sort by bytes: ALTER TABLE {} ALTER COLUMN {column} TYPE TEXT COLLATE \"C\"",
                self.name
            )));
        }
        let missing = self.rows(MISSING_RIGHTS, None).await?;
        let missing: Vec<&str> = missing.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        Ok((!missing.is_empty()).then(|| {
            format!("the user may not use it: GRANT {} ON {} TO the user", missing.join(", "), self.name)
        }))
    }

    async fn rows(&self, sql: &str, column: Option<&str>) -> Result<Vec<Row>, Error> {
        let mut parameters: Vec<(&(dyn ToSql + Sync), Type)> = vec![(&self.name, Type::TEXT)];
        if let Some(column) = &column {
            parameters.push((column, Type::TEXT));
        }
        self.client.query_typed(sql, &parameters).await
    }
}

fn column(row: &Row) -> Result<Column, Error> {
    Ok(Column { name: row.try_get(0)?, declared: row.try_get(1)?, must_be_given: row.try_get(2)? })
}

fn is_sorted_by_bytes(rows: &[Row], column: &str) -> Result<bool, Error> {
    for row in rows {
        if row.try_get::<_, &str>(0)? == column {
            return Ok(matches!(row.try_get(3)?, "C" | "POSIX"));
        }
    }
    Ok(false)
}

fn quoted(table: &Table) -> String {
    let schema = table.schema().map_or_else(String::new, |schema| format!("\"{schema}\"."));
    format!("{schema}\"{}\"", table.name())
}

fn cannot(place: &str, table: &Table, error: &Error) -> OpenError {
    let name = table.name();
    let Some(refusal) = failure::refusal(error) else {
        return OpenError::new(format!("PostgreSQL at {place} did not answer: try again"))
            .with_source(error.to_string());
    };
    let why = match refusal.code() {
        "42501" => format!(
            "the user may not create the table {name}: create it with the SQL that `dewar sessions schema` prints for this URL, as a user who may"
        ),
        "25006" => {
            format!("it is a standby, which cannot create the table {name}: use the address of the primary")
        }
        "3F000" => {
            format!("it has no such schema for the table {name}: create the schema, or name another one")
        }
        _ => format!("cannot create or check the table {name}"),
    };
    OpenError::new(format!("PostgreSQL at {place}: {why}")).with_source(refusal)
}
