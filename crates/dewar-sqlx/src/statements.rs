//! The statements of a call on its connection.

use dewar_core::StoreKey;
use dewar_stores::sql::{Query, Row, Statement, Values};

use sqlx::AssertSqlSafe;

use crate::Engine;
use crate::queries::Ready;

/// A connection for one call.
pub(crate) struct Statements<'c, DB: Engine> {
    pub(crate) conn: &'c mut DB::Connection,
    /// Whether the connection keeps the statements for its next call.
    pub(crate) are_kept: bool,
}

impl<DB: Engine> Statements<'_, DB> {
    pub(crate) async fn find(&mut self, statement: &Statement, values: &Values) -> sqlx::Result<Option<Row>> {
        let found = DB::first(self.conn, ready(statement, values, self.are_kept)?).await?;
        found.map(|row| DB::row(&row)).transpose()
    }

    pub(crate) async fn rows(&mut self, query: &Query) -> sqlx::Result<Vec<(StoreKey, Row)>> {
        let rows = DB::all(self.conn, ready(&query.statement, &query.values, self.are_kept)?).await?;
        rows.iter().map(|row| Ok((DB::key(row, Row::KEY)?, DB::row(row)?))).collect()
    }

    pub(crate) async fn keys(&mut self, query: &Query) -> sqlx::Result<Vec<StoreKey>> {
        let rows = DB::all(self.conn, ready(&query.statement, &query.values, self.are_kept)?).await?;
        rows.iter().map(|row| DB::key(row, 0)).collect()
    }

    /// Returns the number of rows that the statement wrote.
    pub(crate) async fn execute(&mut self, statement: &Statement, values: &Values) -> sqlx::Result<usize> {
        let result = DB::run(self.conn, ready(statement, values, self.are_kept)?).await?;
        Ok(usize::try_from(DB::rows_written(&result)).unwrap_or(usize::MAX))
    }
}

/// A statement with its values. The text is that of `dewar_stores::sql`: every value is an argument.
///
/// The connection keeps a statement for its next call, unless this is within a transaction for a pooler.
fn ready<DB: Engine>(statement: &Statement, values: &Values, is_kept: bool) -> sqlx::Result<Ready<DB>> {
    let mut arguments = DB::Arguments::default();
    for (value, kind) in statement.values(values).zip(statement.kinds()) {
        DB::add(&mut arguments, value, *kind).map_err(sqlx::Error::Encode)?;
    }
    Ok(sqlx::query_with(AssertSqlSafe(statement.text().to_owned()), arguments).persistent(is_kept))
}
