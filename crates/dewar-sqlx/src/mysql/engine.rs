//! Values, rows and errors of MySQL and MariaDB.

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, StoreErrorKind, StoreKey};
use dewar_stores::sql::{
    Column, Dialect, Kind, MYSQL, Row, Table, Value, mysql_cannot_serve, mysql_error_advice,
    mysql_error_kind, mysql_gave_way,
};
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::mysql::{MySqlArguments, MySqlConnection, MySqlDatabaseError, MySqlQueryResult, MySqlRow};
use sqlx::{Arguments, Executor, Row as _, TypeInfo, ValueRef};

use super::{date_time, table};
use crate::Engine;
use crate::queries::Answer;

impl Engine for sqlx::MySql {
    const DIALECT: &'static Dialect = &MYSQL;

    /// One round trip. Under another level, locks are held between rows, and reads show old data.
    const BEGIN: &'static str = "ROLLBACK; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION";

    const BEGINS_EACH_WRITE: bool = true;

    const IS_SERVER: bool = true;

    /// As texts, since the types of sqlx for dates need other crates.
    fn add(arguments: &mut MySqlArguments, value: &Value, _: Kind) -> Result<(), BoxDynError> {
        match value {
            Value::Null => arguments.add(None::<&str>),
            Value::Integer(number) => arguments.add(*number),
            Value::Key(key) => arguments.add(key.as_str()),
            Value::Text(text) => arguments.add(text.as_str()),
            Value::Bytes(bytes) => arguments.add(bytes.as_ref()),
            Value::DateTime(moment) => arguments.add(date_time::text(*moment)),
        }
    }

    fn row(row: &MySqlRow) -> sqlx::Result<Row> {
        Ok(Row {
            payload: Bytes::copy_from_slice(row.try_get_unchecked::<&[u8], _>(0)?),
            expires: expires(row)?,
            number: row.try_get_unchecked(2)?,
            is_live: row.try_get_unchecked::<Option<i64>, _>(3)?.unwrap_or_default() != 0,
        })
    }

    fn key(row: &MySqlRow, column: usize) -> sqlx::Result<StoreKey> {
        row.try_get_unchecked::<&str, _>(column).map(StoreKey::new)
    }

    fn rows_written(result: &MySqlQueryResult) -> u64 {
        result.rows_affected()
    }

    fn leave_transaction(conn: &mut MySqlConnection) -> Answer<'_, ()> {
        Box::pin(async move { conn.execute("ROLLBACK").await.map(drop) })
    }

    fn gave_way(error: &dyn DatabaseError) -> bool {
        mysql_gave_way(number(error))
    }

    fn is_wrong_server(error: &dyn DatabaseError) -> bool {
        mysql_cannot_serve(number(error))
    }

    /// The server's text may have a key in it.
    fn meaning(error: &dyn DatabaseError) -> (StoreErrorKind, String) {
        let number = number(error);
        (mysql_error_kind(number), format!("MySQL refused ({number}): {}", mysql_error_advice(number)))
    }

    fn look_at<'c>(conn: &'c mut MySqlConnection, wanted: &'c Table) -> Answer<'c, (Vec<Column>, bool)> {
        Box::pin(table::look_at(conn, wanted))
    }
}

fn number(error: &dyn DatabaseError) -> u16 {
    error.try_downcast_ref::<MySqlDatabaseError>().map_or(0, MySqlDatabaseError::number)
}

/// Milliseconds in a native table, a date in Flask-Session's.
fn expires(row: &MySqlRow) -> sqlx::Result<Option<UnixTime>> {
    let value = row.try_get_raw(1)?;
    if value.is_null() {
        return Ok(None);
    }
    if value.type_info().name().starts_with("BIGINT") {
        return row.try_get_unchecked(1).map(|millis| Some(UnixTime::from_millis(millis)));
    }
    row.try_get_unchecked(1).map(date_time::from_bytes)
}
