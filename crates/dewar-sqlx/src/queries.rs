//! What every database of sqlx can do with a statement on a connection.

use std::pin::Pin;

use sqlx::query::Query;
use sqlx::{Database, Executor, IntoArguments};

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
