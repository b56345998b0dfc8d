//! What every database of sqlx can do with a statement on a connection.

use std::pin::Pin;

use dewar_stores::sql::{Statement, Values};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Database, Executor, IntoArguments};

use crate::Engine;

/// A future with the result of a statement.
pub(crate) type Answer<'c, T> = Pin<Box<dyn Future<Output = sqlx::Result<T>> + Send + 'c>>;

/// A statement with its arguments.
pub(crate) type Ready<DB> = Query<'static, DB, <DB as Database>::Arguments>;

/// Runs statements. It saves every function its own bounds on the connection.
pub trait Queries: Database {
    /// Returns the first row, if there is one.
    fn first<'c>(conn: &'c mut Self::Connection, query: Ready<Self>) -> Answer<'c, Option<Self::Row>>;

    /// Returns all rows.
    fn all<'c>(conn: &'c mut Self::Connection, query: Ready<Self>) -> Answer<'c, Vec<Self::Row>>;

    /// Runs a statement that returns no rows.
    fn run<'c>(conn: &'c mut Self::Connection, query: Ready<Self>) -> Answer<'c, Self::QueryResult>;
}

impl<DB: Database> Queries for DB
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
{
    fn first<'c>(conn: &'c mut DB::Connection, query: Ready<DB>) -> Answer<'c, Option<DB::Row>> {
        conn.fetch_optional(query)
    }

    fn all<'c>(conn: &'c mut DB::Connection, query: Ready<DB>) -> Answer<'c, Vec<DB::Row>> {
        conn.fetch_all(query)
    }

    fn run<'c>(conn: &'c mut DB::Connection, query: Ready<DB>) -> Answer<'c, DB::QueryResult> {
        conn.execute(query)
    }
}

/// A statement with its values. The text is that of `dewar_stores::sql`: every value is an argument.
pub(crate) fn ready<DB: Engine>(statement: &Statement, values: &Values) -> sqlx::Result<Ready<DB>> {
    let mut arguments = DB::Arguments::default();
    for (value, kind) in statement.values(values).zip(statement.kinds()) {
        DB::add(&mut arguments, value, *kind).map_err(sqlx::Error::Encode)?;
    }
    Ok(sqlx::query_with(AssertSqlSafe(statement.text().to_owned()), arguments))
}
