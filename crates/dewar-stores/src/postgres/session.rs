//! An open connection, on which statements run.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::value::{Parameter, parameter_type};
use crate::sql::{Statement, Values};

/// A connection. Many calls can use it at once: they are sent one after the other without waiting, and each gets its own answer, even if
/// another was dropped.
pub(super) struct Session {
    connection: Connection,
    statements: Statements,
}

enum Connection {
    Own(Client),
    #[cfg(feature = "deadpool-postgres")]
    OfPool(deadpool_postgres::Object),
}

/// What is kept of the statements.
enum Statements {
    /// This connection has prepared some. A store has few.
    Prepared(Mutex<Vec<(Arc<Statement>, tokio_postgres::Statement)>>),
    /// The pool knows which its connections have prepared.
    #[cfg(feature = "deadpool-postgres")]
    PreparedByPool,
    /// Nothing: a pooler sends each call to any of its servers, so each call brings its statement.
    Unprepared,
}

impl Session {
    /// A connection to the server itself, or to a pooler such as PgBouncer.
    pub(super) fn new(client: Client, is_direct: bool) -> Self {
        let statements =
            if is_direct { Statements::Prepared(Mutex::default()) } else { Statements::Unprepared };
        Self { connection: Connection::Own(client), statements }
    }

    /// A connection that belongs to a pool of the program.
    #[cfg(feature = "deadpool-postgres")]
    pub(super) fn of_pool(connection: deadpool_postgres::Object, is_direct: bool) -> Self {
        let statements = if is_direct { Statements::PreparedByPool } else { Statements::Unprepared };
        Self { connection: Connection::OfPool(connection), statements }
    }

    /// Closes the connection instead of giving it back to its pool.
    #[cfg(feature = "deadpool-postgres")]
    pub(super) fn close(self) {
        if let Connection::OfPool(connection) = self.connection {
            drop(deadpool_postgres::Object::take(connection));
        }
    }

    pub(super) fn client(&self) -> &Client {
        match &self.connection {
            Connection::Own(client) => client,
            #[cfg(feature = "deadpool-postgres")]
            Connection::OfPool(connection) => connection,
        }
    }

    pub(super) async fn rows(&self, statement: &Arc<Statement>, values: &Values) -> Result<Vec<Row>, Error> {
        let parameters: Vec<_> = statement.values(values).map(Parameter).collect();
        match self.prepared(statement).await? {
            Some(prepared) => self.client().query(&prepared, &by_reference(&parameters)).await,
            None => self.client().query_typed(statement.text(), &with_types(&parameters, statement)).await,
        }
    }

    /// Returns how many rows the statement wrote.
    pub(super) async fn execute(&self, statement: &Arc<Statement>, values: &Values) -> Result<u64, Error> {
        let parameters: Vec<_> = statement.values(values).map(Parameter).collect();
        match self.prepared(statement).await? {
            Some(prepared) => self.client().execute(&prepared, &by_reference(&parameters)).await,
            None => self.client().execute_typed(statement.text(), &with_types(&parameters, statement)).await,
        }
    }

    /// The prepared statement; `None` if nothing may be prepared.
    async fn prepared(&self, statement: &Arc<Statement>) -> Result<Option<tokio_postgres::Statement>, Error> {
        match (&self.statements, &self.connection) {
            (Statements::Prepared(known), _) => self.prepare(known, statement).await.map(Some),
            #[cfg(feature = "deadpool-postgres")]
            (Statements::PreparedByPool, Connection::OfPool(connection)) => {
                connection.prepare_typed_cached(statement.text(), &types(statement)).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    async fn prepare(
        &self,
        known: &Mutex<Vec<(Arc<Statement>, tokio_postgres::Statement)>>,
        statement: &Arc<Statement>,
    ) -> Result<tokio_postgres::Statement, Error> {
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let found =
            lock().iter().find(|(known, _)| Arc::ptr_eq(known, statement)).map(|(_, done)| done.clone());
        if let Some(found) = found {
            return Ok(found);
        }
        let prepared = self.client().prepare_typed(statement.text(), &types(statement)).await?;
        lock().push((Arc::clone(statement), prepared.clone()));
        Ok(prepared)
    }
}

fn types(statement: &Statement) -> Vec<Type> {
    statement.kinds().iter().copied().map(parameter_type).collect()
}

fn by_reference<'a>(parameters: &'a [Parameter<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    parameters.iter().map(|parameter| parameter as &(dyn ToSql + Sync)).collect()
}

fn with_types<'a>(
    parameters: &'a [Parameter<'a>],
    statement: &Statement,
) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    by_reference(parameters).into_iter().zip(types(statement)).collect()
}
