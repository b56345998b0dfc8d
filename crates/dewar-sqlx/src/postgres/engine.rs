//! Values, rows and errors of PostgreSQL.

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, StoreErrorKind, StoreKey};
use dewar_stores::sql::{
    Column, Dialect, Kind, POSTGRES, Row, Table, Value, date_time, postgres_error_advice,
    postgres_error_kind, with_nul, without_nul,
};
use sqlx::encode::IsNull;
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnection, PgQueryResult, PgRow, PgTypeInfo};
use sqlx::{Arguments, Encode, Row as _, Type, ValueRef};

use super::table;
use crate::Engine;
use crate::queries::Answer;

impl Engine for sqlx::Postgres {
    const DIALECT: &'static Dialect = &POSTGRES;

    /// Under another level, a write that waited for another would fail instead of being compared with it.
    const BEGIN: &'static str = "BEGIN ISOLATION LEVEL READ COMMITTED";

    const BEGINS_EACH_WRITE: bool = true;

    const IS_SERVER: bool = true;

    fn add(arguments: &mut PgArguments, value: &Value, kind: Kind) -> Result<(), BoxDynError> {
        match (value, kind) {
            (Value::Null, Kind::Text) => arguments.add(None::<&str>),
            (Value::Null, Kind::Integer) => arguments.add(None::<i64>),
            (Value::Null, Kind::Bytes) => arguments.add(None::<&[u8]>),
            (Value::Null, Kind::DateTime) => arguments.add(None::<Timestamp>),
            (Value::Integer(number), _) => arguments.add(*number),
            (Value::Key(key), _) => arguments.add(&*without_nul(key.as_str())),
            (Value::Text(text), _) => arguments.add(&*without_nul(text)),
            (Value::Bytes(bytes), _) => arguments.add(bytes.as_ref()),
            (Value::DateTime(moment), _) => arguments.add(Timestamp(date_time::postgres_micros(*moment))),
        }
    }

    fn row(row: &PgRow) -> sqlx::Result<Row> {
        Ok(Row {
            payload: Bytes::copy_from_slice(row.try_get_unchecked::<&[u8], _>(0)?),
            expires: expires(row)?,
            number: integer(row, 2)?.unwrap_or_default(),
            is_live: row.try_get_unchecked::<Option<bool>, _>(3)?.unwrap_or_default(),
        })
    }

    fn key(row: &PgRow, column: usize) -> sqlx::Result<StoreKey> {
        row.try_get_unchecked(column).map(|key| StoreKey::new(with_nul(key)))
    }

    fn rows_written(result: &PgQueryResult) -> u64 {
        result.rows_affected()
    }

    /// Read-only, or stopping.
    fn is_wrong_server(error: &dyn DatabaseError) -> bool {
        error.code().is_some_and(|code| code == "25006" || code.starts_with("57P"))
    }

    fn is_in_failed_transaction(error: &dyn DatabaseError) -> bool {
        error.code().is_some_and(|code| code == "25P02")
    }

    /// The server's text may have a key in it.
    fn meaning(error: &dyn DatabaseError) -> (StoreErrorKind, String) {
        let code = error.code().unwrap_or_default();
        let advice = match &*code {
            "08P01" => {
                "a pooler in between has no server, or does not know a setting of the connection: PgBouncer needs \
                 PgConnectOptions::extra_float_digits(None), or ignore_startup_parameters = extra_float_digits"
            }
            "25006" => "it is a standby, which cannot write: use the address of the primary",
            "26000" | "42P05" => "if a pooler in transaction mode is in between, set SqlxOptions::pooler",
            "53300" => {
                "it has too many clients: raise its max_connections, lower the pool's, or use a pooler"
            }
            code => postgres_error_advice(code),
        };
        (postgres_error_kind(&code), format!("PostgreSQL refused (SQLSTATE {code}): {advice}"))
    }

    fn look_at<'c>(conn: &'c mut PgConnection, wanted: &'c Table) -> Answer<'c, (Vec<Column>, bool)> {
        Box::pin(table::look_at(conn, wanted))
    }
}

/// `timestamp without time zone`, in microseconds since 2000.
struct Timestamp(i64);

impl Type<sqlx::Postgres> for Timestamp {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(TIMESTAMP)
    }
}

impl Encode<'_, sqlx::Postgres> for Timestamp {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(&self.0.to_be_bytes());
        Ok(IsNull::No)
    }
}

/// The type's number in every PostgreSQL.
const TIMESTAMP: Oid = Oid(1114);

/// Milliseconds in a native table, a `timestamp` in Flask-Session's.
fn expires(row: &PgRow) -> sqlx::Result<Option<UnixTime>> {
    let is_timestamp = row.try_get_raw(1)?.type_info().oid() == Some(TIMESTAMP);
    let read = if is_timestamp { date_time::from_postgres_micros } else { from_millis };
    Ok(integer(row, 1)?.and_then(read))
}

fn from_millis(millis: i64) -> Option<UnixTime> {
    Some(UnixTime::from_millis(millis))
}

/// An integer of 4 or 8 bytes.
fn integer(row: &PgRow, column: usize) -> sqlx::Result<Option<i64>> {
    let value = row.try_get_raw(column)?;
    if value.is_null() {
        return Ok(None);
    }
    let bytes = value.as_bytes().map_err(sqlx::Error::Decode)?;
    if let Ok(bytes) = bytes.try_into() {
        return Ok(Some(i64::from_be_bytes(bytes)));
    }
    let bytes = bytes.try_into().map_err(|_| sqlx::Error::Decode("an integer of another size".into()))?;
    Ok(Some(i32::from_be_bytes(bytes).into()))
}
