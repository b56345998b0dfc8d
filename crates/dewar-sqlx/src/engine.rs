//! The differences between the databases of sqlx.

use dewar_core::{StoreErrorKind, StoreKey};
use dewar_stores::sql::{Column, Dialect, Kind, Row, Table, Value};
use sqlx::IntoArguments;
use sqlx::error::{BoxDynError, DatabaseError};

use crate::queries::{Answer, Queries};

/// A database of sqlx in which sessions can be stored. It is implemented for `sqlx::Sqlite`.
pub trait Engine: Queries<Arguments: IntoArguments<Self>> {
    /// Its SQL.
    const DIALECT: &'static Dialect;

    /// The statement that begins a transaction.
    const BEGIN: &'static str;

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

    /// What is known of a call after the database answered with this error, and what to tell people: no keys.
    fn meaning(error: &dyn DatabaseError) -> (StoreErrorKind, String);

    /// The columns of a table, and whether its unique column is unique. No columns: there is no such table.
    fn look_at<'c>(conn: &'c mut Self::Connection, table: &'c Table) -> Answer<'c, (Vec<Column>, bool)>;
}
