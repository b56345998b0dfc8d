//! Runs statements on a connection, and converts values and rows.

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, StoreKey};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, ParamsFromIter, ToSql, params_from_iter};

use super::transaction::all_or_nothing;
use crate::sql::{Outcome, Query, Row, Statement, Transaction, Value, Values, date_time};

pub(super) fn find(
    conn: &Connection,
    statement: &Statement,
    values: &Values,
) -> rusqlite::Result<Option<Row>> {
    conn.prepare_cached(statement.text())?.query_row(params(statement, values), row).optional()
}

pub(super) fn rows(conn: &Connection, query: &Query) -> rusqlite::Result<Vec<(StoreKey, Row)>> {
    let mut statement = conn.prepare_cached(query.statement.text())?;
    let rows = statement.query_map(params(&query.statement, &query.values), |found| {
        Ok((key(found, Row::KEY)?, row(found)?))
    })?;
    rows.collect()
}

pub(super) fn keys(conn: &Connection, query: &Query) -> rusqlite::Result<Vec<StoreKey>> {
    let mut statement = conn.prepare_cached(query.statement.text())?;
    let keys = statement.query_map(params(&query.statement, &query.values), |found| key(found, 0))?;
    keys.collect()
}

pub(super) fn write(conn: &Connection, transaction: &Transaction) -> rusqlite::Result<Outcome> {
    let Transaction { values, then, .. } = transaction;
    let Some(then) = then else { return write_or_look(conn, transaction) };
    all_or_nothing(conn, |conn| {
        let outcome = write_or_look(conn, transaction)?;
        if outcome.rows > 0 {
            execute(conn, then, values)?;
        }
        Ok(outcome)
    })
}

fn write_or_look(conn: &Connection, transaction: &Transaction) -> rusqlite::Result<Outcome> {
    let Transaction { values, first, look, .. } = transaction;
    let rows = execute(conn, first, values)?;
    let found = match look {
        Some(look) if rows == 0 => find(conn, look, values)?,
        _ => None,
    };
    Ok(Outcome { rows, found })
}

fn execute(conn: &Connection, statement: &Statement, values: &Values) -> rusqlite::Result<usize> {
    conn.prepare_cached(statement.text())?.execute(params(statement, values))
}

fn params<'a>(
    statement: &'a Statement,
    values: &'a Values,
) -> ParamsFromIter<impl Iterator<Item = &'a Value>> {
    params_from_iter(statement.values(values))
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = |text| ToSqlOutput::Borrowed(ValueRef::Text(text));
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Integer(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Self::Key(key) => text(key.as_bytes()),
            Self::Text(value) => text(value.as_bytes()),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::DateTime(moment) => ToSqlOutput::Owned(date_time::text(*moment).into()),
        })
    }
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        payload: Bytes::copy_from_slice(row.get_ref(0)?.as_bytes()?),
        expires: expires(row.get_ref(1)?),
        number: row.get(2)?,
        is_live: row.get::<_, Option<bool>>(3)?.unwrap_or_default(),
    })
}

fn expires(value: ValueRef<'_>) -> Option<UnixTime> {
    match value {
        ValueRef::Integer(millis) => Some(UnixTime::from_millis(millis)),
        ValueRef::Text(text) => str::from_utf8(text).ok().and_then(date_time::parse),
        _ => None,
    }
}

fn key(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<StoreKey> {
    Ok(StoreKey::new(row.get_ref(column)?.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statements are those of the tests in `sql`, here run by SQLite.
    #[test]
    fn each_statement_finds_its_rows_by_an_index() {
        for (file, walks) in [
            (include_str!("../sql/tests/sqlite_native.sql"), &[][..]),
            // Flask-Session has no index for it.
            (include_str!("../sql/tests/sqlite_flask.sql"), &["sweep"]),
        ] {
            let conn = Connection::open_in_memory().unwrap();
            for text in file.split("-- ").skip(1) {
                let (name, sql) = text.split_once('\n').unwrap();
                if name == "table" {
                    conn.execute_batch(sql).unwrap();
                    continue;
                }
                let plan = plan(&conn, sql);
                assert_eq!(plan.contains("SCAN"), walks.contains(&name), "{name}: {plan}");
            }
        }
    }

    #[test]
    fn a_page_of_a_prefix_is_a_range_of_the_index() {
        let conn = Connection::open_in_memory().unwrap();
        let file = include_str!("../sql/tests/sqlite_native.sql");
        conn.execute_batch(file.split("-- ").nth(1).unwrap().trim_start_matches("table")).unwrap();
        let page = file.split("-- page\n").nth(1).unwrap().split(';').next().unwrap();
        let plan = plan(&conn, page);
        assert!(plan.contains("key>? AND key<?"), "{plan}");
    }

    fn plan(conn: &Connection, sql: &str) -> String {
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = statement.raw_query().mapped(|row| row.get::<_, String>(3));
        // Older versions of SQLite say so of a SELECT without a table.
        let steps = steps.map(Result::unwrap).filter(|step| step != "SCAN CONSTANT ROW");
        steps.collect::<Vec<_>>().join("; ")
    }
}
