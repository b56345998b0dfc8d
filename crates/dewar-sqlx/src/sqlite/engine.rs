//! Values, rows and errors of SQLite.

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, StoreErrorKind, StoreKey};
use dewar_stores::sql::{Column, Dialect, Kind, Row, SQLITE, Table, Value, date_time, sqlite_error_kind};
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteQueryResult, SqliteRow};
use sqlx::{Arguments, Row as _, TypeInfo, ValueRef};

use super::table;
use crate::Engine;
use crate::queries::Answer;

/// The result code of a disk that failed.
const IO_ERROR: i32 = 10;

impl Engine for sqlx::Sqlite {
    const DIALECT: &'static Dialect = &SQLITE;

    /// A transaction that begins with a read could not write if another wrote meanwhile.
    const BEGIN: &'static str = "BEGIN IMMEDIATE";

    /// The connection's thread rolls back what nobody waits for.
    const BEGINS_EACH_WRITE: bool = false;

    const IS_SERVER: bool = false;

    fn add(arguments: &mut SqliteArguments, value: &Value, _: Kind) -> Result<(), BoxDynError> {
        match value {
            Value::Null => arguments.add(None::<i64>),
            Value::Integer(number) => arguments.add(*number),
            Value::Key(key) => arguments.add(key.as_str()),
            Value::Text(text) => arguments.add(text.as_str()),
            Value::Bytes(bytes) => arguments.add(bytes.as_ref()),
            Value::DateTime(moment) => arguments.add(date_time::text(*moment)),
        }
    }

    fn row(row: &SqliteRow) -> sqlx::Result<Row> {
        Ok(Row {
            payload: Bytes::copy_from_slice(row.try_get_unchecked::<&[u8], _>(0)?),
            expires: expires(row)?,
            number: row.try_get_unchecked(2)?,
            is_live: row.try_get_unchecked::<Option<bool>, _>(3)?.unwrap_or_default(),
        })
    }

    fn key(row: &SqliteRow, column: usize) -> sqlx::Result<StoreKey> {
        row.try_get_unchecked::<&str, _>(column).map(StoreKey::new)
    }

    fn rows_written(result: &SqliteQueryResult) -> u64 {
        result.rows_affected()
    }

    /// A disk that failed may have failed after the commit.
    fn meaning(error: &dyn DatabaseError) -> (StoreErrorKind, String) {
        let code = error.code().and_then(|code| code.parse().ok()).unwrap_or_default();
        let kind = match code & 0xff {
            IO_ERROR => StoreErrorKind::NoAnswer,
            _ => sqlite_error_kind(code),
        };
        (kind, format!("SQLite: {} (code {code})", error.message()))
    }

    fn look_at<'c>(conn: &'c mut SqliteConnection, wanted: &'c Table) -> Answer<'c, (Vec<Column>, bool)> {
        Box::pin(table::look_at(conn, wanted))
    }
}

/// Milliseconds or a date, by the type of the value: a column has no type of its own.
fn expires(row: &SqliteRow) -> sqlx::Result<Option<UnixTime>> {
    let kind = row.try_get_raw(1)?.type_info().name().to_owned();
    Ok(match kind.as_str() {
        _ if row.try_get_raw(1)?.is_null() => None,
        "INTEGER" => Some(UnixTime::from_millis(row.try_get_unchecked(1)?)),
        "TEXT" => date_time::parse(row.try_get_unchecked(1)?),
        _ => None,
    })
}
