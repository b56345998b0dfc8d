//! Values as parameters, and rows as entries.

use std::error::Error;
use std::fmt;

use bytes::BytesMut;
use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, StoreKey};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::sql::{Kind, Row, Value, date_time, with_nul, without_nul};

type Failed = Box<dyn Error + Sync + Send>;

/// The type of a parameter.
pub(super) fn parameter_type(kind: Kind) -> Type {
    match kind {
        Kind::Text => Type::TEXT,
        Kind::Integer => Type::INT8,
        Kind::Bytes => Type::BYTEA,
        Kind::DateTime => Type::TIMESTAMP,
    }
}

/// A value of a statement, whose type is [`parameter_type`].
pub(super) struct Parameter<'a>(pub(super) &'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) => number.to_sql(&Type::INT8, out),
            Value::Key(key) => without_nul(key.as_str()).to_sql(&Type::TEXT, out),
            Value::Text(text) => without_nul(text).to_sql(&Type::TEXT, out),
            Value::Bytes(bytes) => (&**bytes).to_sql(&Type::BYTEA, out),
            Value::DateTime(moment) => date_time::postgres_micros(*moment).to_sql(&Type::INT8, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The driver logs parameters: `Debug` shows neither keys nor payloads.
impl fmt::Debug for Parameter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The columns of every query: `payload`, `expires`, `number`, `is_live`.
pub(super) fn row(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    let Expiry(expires) = row.try_get(1)?;
    let Number(number) = row.try_get(2)?;
    Ok(Row {
        payload: Bytes::copy_from_slice(row.try_get(0)?),
        expires,
        number,
        is_live: row.try_get::<_, Option<bool>>(3)?.unwrap_or_default(),
    })
}

pub(super) fn key(row: &tokio_postgres::Row, column: usize) -> Result<StoreKey, tokio_postgres::Error> {
    Ok(StoreKey::new(with_nul(row.try_get(column)?)))
}

/// Milliseconds since 1970, or a date.
struct Expiry(Option<UnixTime>);

impl<'a> FromSql<'a> for Expiry {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        let number = i64::from_sql(kind, raw)?;
        Ok(Self(if *kind == Type::TIMESTAMP {
            date_time::from_postgres_micros(number)
        } else {
            Some(UnixTime::from_millis(number))
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failed> {
        Ok(Self(None))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TIMESTAMP)
    }
}

/// A revision, or the number of a row.
struct Number(i64);

impl<'a> FromSql<'a> for Number {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        if *kind == Type::INT4 {
            i32::from_sql(kind, raw).map(|number| Self(number.into()))
        } else {
            i64::from_sql(kind, raw).map(Self)
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT4 | Type::INT8)
    }
}
