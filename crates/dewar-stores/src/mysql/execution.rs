//! Runs statements on a connection, and converts values and rows.

use std::borrow::Cow;

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, StoreKey};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Params, Value as Sql};

use super::{date_time, failure};
use crate::sql::{Outcome, Query, Row, Statement, Transaction, Value, Values};

/// How often a transaction is run that the server rolls back.
const ATTEMPTS: usize = 8;

pub(super) async fn find(
    conn: &mut Conn,
    statement: &Statement,
    values: &Values,
) -> Result<Option<Row>, Error> {
    let found: Option<mysql_async::Row> =
        conn.exec_first(statement.text(), params(statement, values)).await?;
    found.map(|mut found| row(&mut found)).transpose()
}

/// `begin` is what the statement begins with.
pub(super) async fn rows(conn: &mut Conn, query: &Query, begin: &str) -> Result<Vec<(StoreKey, Row)>, Error> {
    let Query { statement, values } = query;
    let found: Vec<mysql_async::Row> = conn.exec(text(statement, begin), params(statement, values)).await?;
    found.into_iter().map(|mut found| Ok((key(&mut found, Row::KEY)?, row(&mut found)?))).collect()
}

/// Runs a transaction. It is run again if the server rolled it back so that others could go on.
pub(super) async fn write(conn: &mut Conn, transaction: &Transaction, begin: &str) -> Result<Outcome, Error> {
    let mut answer = write_once(conn, transaction, begin).await;
    for _ in 1..ATTEMPTS {
        if !answer.as_ref().is_err_and(failure::is_deadlock) {
            break;
        }
        answer = write_once(conn, transaction, begin).await;
    }
    answer
}

/// One statement writes all that there is to write, so each is a transaction of its own.
async fn write_once(conn: &mut Conn, transaction: &Transaction, begin: &str) -> Result<Outcome, Error> {
    let rows = first(conn, transaction, begin).await?;
    let found = match &transaction.look {
        Some(look) if rows == 0 => find(conn, look, &transaction.values).await?,
        _ => None,
    };
    Ok(Outcome { rows, found })
}

/// A row that has expired makes room. If the key is taken by another, nothing was written.
async fn first(conn: &mut Conn, transaction: &Transaction, begin: &str) -> Result<usize, Error> {
    let Transaction { values, first, clear, .. } = transaction;
    let mut rows = execute(conn, first, values, begin).await;
    if let (Err(error), Some(clear)) = (&rows, clear)
        && failure::is_duplicate(error)
        && execute(conn, clear, values, begin).await? > 0
    {
        rows = execute(conn, first, values, begin).await;
    }
    match rows {
        Err(error) if failure::is_duplicate(&error) => Ok(0),
        rows => rows,
    }
}

async fn execute(
    conn: &mut Conn,
    statement: &Statement,
    values: &Values,
    begin: &str,
) -> Result<usize, Error> {
    let answer = conn.exec_iter(text(statement, begin), params(statement, values)).await?;
    let rows = answer.affected_rows();
    answer.drop_result().await?;
    Ok(usize::try_from(rows).unwrap_or(usize::MAX))
}

fn text<'a>(statement: &'a Statement, begin: &str) -> Cow<'a, str> {
    match begin {
        "" => Cow::Borrowed(statement.text()),
        begin => Cow::Owned(format!("{begin}{}", statement.text())),
    }
}

fn params(statement: &Statement, values: &Values) -> Params {
    Params::Positional(statement.values(values).map(sql).collect())
}

fn sql(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::NULL,
        Value::Integer(number) => Sql::Int(*number),
        Value::Key(key) => Sql::Bytes(key.as_str().into()),
        Value::Text(text) => Sql::Bytes(text.as_str().into()),
        Value::Bytes(bytes) => Sql::Bytes(bytes.to_vec()),
        Value::DateTime(moment) => date_time::value(*moment),
    }
}

fn row(row: &mut mysql_async::Row) -> Result<Row, Error> {
    let payload = match column(row, 0)? {
        Sql::Bytes(bytes) => Bytes::from(bytes),
        Sql::NULL => Bytes::new(),
        _ => return Err(unexpected()),
    };
    let expires = match column(row, 1)? {
        date @ Sql::Date(..) => date_time::moment(&date),
        Sql::NULL => None,
        millis => Some(UnixTime::from_millis(integer(&millis)?)),
    };
    let number = integer(&column(row, 2)?)?;
    let is_live = match column(row, 3)? {
        Sql::NULL => false,
        is_live => integer(&is_live)? != 0,
    };
    Ok(Row { payload, expires, number, is_live })
}

fn key(row: &mut mysql_async::Row, place: usize) -> Result<StoreKey, Error> {
    match column(row, place)? {
        Sql::Bytes(bytes) => String::from_utf8(bytes).map(StoreKey::new).map_err(|_| unexpected()),
        _ => Err(unexpected()),
    }
}

fn column(row: &mut mysql_async::Row, place: usize) -> Result<Sql, Error> {
    row.take(place).ok_or_else(unexpected)
}

fn integer(value: &Sql) -> Result<i64, Error> {
    match value {
        Sql::Int(number) => Ok(*number),
        Sql::UInt(number) => i64::try_from(*number).map_err(|_| unexpected()),
        _ => Err(unexpected()),
    }
}

/// A row of another shape than the statements ask for. The error shows nothing of it.
fn unexpected() -> Error {
    Error::Other("a row has an unexpected type".into())
}
