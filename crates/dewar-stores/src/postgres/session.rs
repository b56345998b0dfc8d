//! An open connection, on which statements run.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::value::{Parameter, parameter_type};
use crate::sql::{Statement, Values};

/// A connection. Many calls can use it at once: they are sent one after the other without waiting, and each gets its own answer, even if
/// another was dropped.
pub(super) struct Session {
    pub(super) client: Client,
    /// `None`: the server behind the connection changes, so that each call brings its statement.
    prepared: Option<Prepared>,
}

/// The statements that this connection has prepared. A store has few.
#[derive(Default)]
struct Prepared(Mutex<Vec<(Arc<Statement>, tokio_postgres::Statement)>>);

impl Session {
    /// A connection to the server itself, which keeps what is prepared.
    pub(super) fn direct(client: Client) -> Self {
        Self { client, prepared: Some(Prepared::default()) }
    }

    /// A connection to a pooler, which sends each call to any of its servers.
    pub(super) fn pooled(client: Client) -> Self {
        Self { client, prepared: None }
    }

    pub(super) async fn rows(&self, statement: &Arc<Statement>, values: &Values) -> Result<Vec<Row>, Error> {
        match &self.prepared {
            Some(prepared) => {
                let prepared = prepared.statement(&self.client, statement).await?;
                query_prepared(&self.client, &prepared, statement, values).await
            }
            None => query_typed(&self.client, statement, values).await,
        }
    }

    /// Returns how many rows the statement wrote.
    pub(super) async fn execute(&self, statement: &Arc<Statement>, values: &Values) -> Result<u64, Error> {
        match &self.prepared {
            Some(prepared) => {
                let prepared = prepared.statement(&self.client, statement).await?;
                execute_prepared(&self.client, &prepared, statement, values).await
            }
            None => execute_typed(&self.client, statement, values).await,
        }
    }
}

impl Prepared {
    async fn statement(
        &self,
        client: &Client,
        statement: &Arc<Statement>,
    ) -> Result<tokio_postgres::Statement, Error> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found =
            lock().iter().find(|(known, _)| Arc::ptr_eq(known, statement)).map(|(_, done)| done.clone());
        if let Some(found) = found {
            return Ok(found);
        }
        let prepared = client.prepare_typed(statement.text(), &types(statement)).await?;
        lock().push((Arc::clone(statement), prepared.clone()));
        Ok(prepared)
    }
}

/// The types of a statement's values.
pub(super) fn types(statement: &Statement) -> Vec<Type> {
    statement.kinds().iter().copied().map(parameter_type).collect()
}

pub(super) async fn query_prepared(
    client: &Client,
    prepared: &tokio_postgres::Statement,
    statement: &Statement,
    values: &Values,
) -> Result<Vec<Row>, Error> {
    let parameters = parameters(statement, values);
    client.query(prepared, &by_reference(&parameters)).await
}

pub(super) async fn execute_prepared(
    client: &Client,
    prepared: &tokio_postgres::Statement,
    statement: &Statement,
    values: &Values,
) -> Result<u64, Error> {
    let parameters = parameters(statement, values);
    client.execute(prepared, &by_reference(&parameters)).await
}

pub(super) async fn query_typed(
    client: &Client,
    statement: &Statement,
    values: &Values,
) -> Result<Vec<Row>, Error> {
    let parameters = parameters(statement, values);
    client.query_typed(statement.text(), &with_types(&parameters, statement)).await
}

pub(super) async fn execute_typed(
    client: &Client,
    statement: &Statement,
    values: &Values,
) -> Result<u64, Error> {
    let parameters = parameters(statement, values);
    client.execute_typed(statement.text(), &with_types(&parameters, statement)).await
}

fn parameters<'a>(statement: &'a Statement, values: &'a Values) -> Vec<Parameter<'a>> {
    statement.values(values).map(Parameter).collect()
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
