//! The differences between the databases of sqlx.

use dewar_core::{StoreErrorKind, StoreKey};
use dewar_stores::sql::{Column, Dialect, Kind, Row, Table, Value};
use sqlx::IntoArguments;
use sqlx::database::HasStatementCache;
use sqlx::error::{BoxDynError, DatabaseError};

use crate::queries::{Answer, Queries};

/// A database of sqlx in which sessions can be stored. It is implemented for `sqlx::Postgres`, `sqlx::MySql` and
/// `sqlx::Sqlite`.
pub trait Engine: Queries<Arguments: IntoArguments<Self>> + HasStatementCache {
    /// Its SQL.
    const DIALECT: &'static Dialect;

    /// The statement that begins a transaction.
    const BEGIN: &'static str;

    /// Whether a write of one statement begins a transaction, too. A request of the program that is dropped while it begins a transaction leaves
    /// its connection in that transaction, and what others write there is never committed.
    const BEGINS_EACH_WRITE: bool;

    /// Whether its connections lead to a server, and can be replaced. A connection to `sqlite::memory:` is the database.
    const IS_SERVER: bool;

    /// Adds a value to the arguments of a statement. The type is for a null.
    ///
    /// # Errors
    /// If the value is too large.
    fn add(arguments: &mut Self::Arguments, value: &Value, kind: Kind) -> Result<(), BoxDynError>;

    /// Reads a row of a session.
    ///
    /// # Errors
    /// If a column has another type.
    fn row(row: &Self::Row) -> sqlx::Result<Row>;

    /// Reads a key.
    ///
    /// # Errors
    /// If the column has another type.
    fn key(row: &Self::Row, column: usize) -> sqlx::Result<StoreKey>;

    /// The number of rows that a statement wrote.
    fn rows_written(result: &Self::QueryResult) -> u64;

    /// Leaves a transaction in which a dropped request of the program has left the connection, if a read would see old data there.
    fn leave_transaction(_: &mut Self::Connection) -> Answer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Whether the server rolled the transaction back so that another could go on. Then it can be run again at once.
    fn gave_way(_: &dyn DatabaseError) -> bool {
        false
    }

    /// Whether the server is a standby or stops, so that its other connections are of no use, either.
    fn is_wrong_server(_: &dyn DatabaseError) -> bool {
        false
    }

    /// Whether the program has left the connection in a transaction that had failed, so that it is of no use any more.
    fn is_in_failed_transaction(_: &dyn DatabaseError) -> bool {
        false
    }

    /// What is known of a call after the database answered with this error, and what to tell people: no keys.
    fn meaning(error: &dyn DatabaseError) -> (StoreErrorKind, String);

    /// The columns of a table, and whether its unique column is unique. No columns: there is no such table.
    fn look_at<'c>(conn: &'c mut Self::Connection, table: &'c Table) -> Answer<'c, (Vec<Column>, bool)>;
}
