//! Runs statements on a connection, and converts values and rows.

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, StoreKey};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Params, TxOpts, Value as Sql};

use super::{date_time, failure};
use crate::sql::{Outcome, Query, Row, Statement, Transaction, Value, Values};

/// How often a transaction is run that the server rolls back.
const ATTEMPTS: usize = 8;

pub(super) async fn find(
    conn: &mut impl Queryable,
    statement: &Statement,
    values: &Values,
) -> Result<Option<Row>, Error> {
    let found: Option<mysql_async::Row> =
        conn.exec_first(statement.text(), params(statement, values)).await?;
    found.map(|mut found| row(&mut found)).transpose()
}

pub(super) async fn rows(conn: &mut impl Queryable, query: &Query) -> Result<Vec<(StoreKey, Row)>, Error> {
    let Query { statement, values } = query;
    let found: Vec<mysql_async::Row> = conn.exec(statement.text(), params(statement, values)).await?;
    found.into_iter().map(|mut found| Ok((key(&mut found, Row::KEY)?, row(&mut found)?))).collect()
}

/// Runs a transaction. It is run again if the server rolled it back so that others could go on.
pub(super) async fn write(conn: &mut Conn, transaction: &Transaction) -> Result<Outcome, Error> {
    let mut answer = write_once(conn, transaction).await;
    for _ in 1..ATTEMPTS {
        if !answer.as_ref().is_err_and(failure::is_deadlock) {
            break;
        }
        answer = write_once(conn, transaction).await;
    }
    answer
}

/// Another call may see the database between the statements if there is only one that writes; otherwise they are a transaction.
async fn write_once(conn: &mut Conn, transaction: &Transaction) -> Result<Outcome, Error> {
    let Transaction { values, then, look, .. } = transaction;
    let rows = match then {
        None => first(conn, transaction).await?,
        Some(then) => both(conn, transaction, then).await?,
    };
    let found = match look {
        Some(look) if rows == 0 => find(conn, look, values).await?,
        _ => None,
    };
    Ok(Outcome { rows, found })
}

/// If this is dropped or fails before the commit, the connection rolls back before it is used again.
async fn both(conn: &mut Conn, transaction: &Transaction, then: &Statement) -> Result<usize, Error> {
    let mut within = conn.start_transaction(TxOpts::default()).await?;
    let rows = first(&mut within, transaction).await?;
    if rows == 0 {
        within.rollback().await?;
        return Ok(0);
    }
    execute(&mut within, then, &transaction.values).await?;
    within.commit().await?;
    Ok(rows)
}

/// A row that has expired makes room. If the key is taken by another, nothing was written.
async fn first(conn: &mut impl Queryable, transaction: &Transaction) -> Result<usize, Error> {
    let Transaction { values, first, clear, .. } = transaction;
    let mut rows = execute(conn, first, values).await;
    if let (Err(error), Some(clear)) = (&rows, clear)
        && failure::is_duplicate(error)
        && execute(conn, clear, values).await? > 0
    {
        rows = execute(conn, first, values).await;
    }
    match rows {
        Err(error) if failure::is_duplicate(&error) => Ok(0),
        rows => rows,
    }
}

async fn execute(conn: &mut impl Queryable, statement: &Statement, values: &Values) -> Result<usize, Error> {
    let answer = conn.exec_iter(statement.text(), params(statement, values)).await?;
    let rows = answer.affected_rows();
    answer.drop_result().await?;
    Ok(usize::try_from(rows).unwrap_or(usize::MAX))
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
