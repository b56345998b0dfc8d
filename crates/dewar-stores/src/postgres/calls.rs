//! Calls, as what runs on a connection.

use std::sync::Arc;
use std::time::Duration;

use dewar_core::StoreKey;
use tokio_postgres::Error;

use super::failure::is_taken;
use super::session::Session;
use super::value;
use crate::sql::{Outcome, Query, Row, Transaction};

/// How long a call may take that concerns many entries.
pub(super) const LONG: Duration = Duration::from_secs(5);

pub(super) async fn find(
    session: Arc<Session>,
    Query { statement, values }: Query,
) -> Result<Option<Row>, Error> {
    session.rows(&statement, &values).await?.first().map(value::row).transpose()
}

pub(super) async fn rows(
    session: Arc<Session>,
    Query { statement, values }: Query,
) -> Result<Vec<(StoreKey, Row)>, Error> {
    let rows = session.rows(&statement, &values).await?;
    rows.iter().map(|row| Ok((value::key(row, Row::KEY)?, value::row(row)?))).collect()
}

pub(super) async fn keys(
    session: Arc<Session>,
    Query { statement, values }: Query,
) -> Result<Vec<StoreKey>, Error> {
    let rows = session.rows(&statement, &values).await?;
    rows.iter().map(|row| value::key(row, 0)).collect()
}

/// One statement, which is a transaction of its own, and a look at what is stored if it wrote nothing. The look is a transaction of its own as
/// well, so that it sees what the first one lost to.
pub(super) async fn write(
    session: Arc<Session>,
    Transaction { values, first, look, .. }: Transaction,
) -> Result<Outcome, Error> {
    let rows = match session.execute(&first, &values).await {
        // The new key of a rename, taken by another client at the same moment.
        Err(error) if look.is_some() && is_taken(&error) => 0,
        rows => rows?,
    };
    let found = match look {
        Some(look) if rows == 0 => find(session, Query { statement: look, values }).await?,
        _ => None,
    };
    Ok(Outcome { rows: usize::try_from(rows).unwrap_or(usize::MAX), found })
}
