//! A write: its statements, and the transaction that they are in.

use dewar_stores::sql::{Outcome, Row, Statement, Transaction, Values};
use sqlx::{Connection, Error};

use crate::Engine;
use crate::statements::Statements;

/// How often a write is tried that gave way to others.
const ATTEMPTS: usize = 3;

/// Runs all statements that write, or none. Then, if nothing was written, looks at what is stored: outside of the transaction, so that it sees
/// what this write lost to.
pub(crate) async fn write<DB: Engine>(
    conn: &mut DB::Connection,
    transaction: &Transaction,
    is_pooler: bool,
) -> sqlx::Result<Outcome> {
    let mut rows = both::<DB>(conn, transaction, is_pooler).await;
    for _ in 1..ATTEMPTS {
        if !matches!(&rows, Err(Error::Database(error)) if DB::gave_way(error.as_ref())) {
            break;
        }
        rows = both::<DB>(conn, transaction, is_pooler).await;
    }
    let rows = rows?;
    let found = match transaction.look.as_deref() {
        Some(look) if rows == 0 => self::look::<DB>(conn, look, &transaction.values, is_pooler).await?,
        _ => None,
    };
    Ok(Outcome { rows, found })
}

/// The statements that write. Returns how many rows the first wrote. A row with the same key that has expired makes room: not in the same
/// transaction, since the refused statement keeps a lock there, and two of them would wait for each other.
async fn both<DB: Engine>(
    conn: &mut DB::Connection,
    transaction: &Transaction,
    is_pooler: bool,
) -> sqlx::Result<usize> {
    let Transaction { values, first, clear, then, look } = transaction;
    let mut rows = together::<DB>(conn, values, first, then.as_deref(), is_pooler).await;
    if let (Err(error), Some(clear)) = (&rows, clear)
        && is_taken(error)
        && together::<DB>(conn, values, clear, None, is_pooler).await? > 0
    {
        rows = together::<DB>(conn, values, first, then.as_deref(), is_pooler).await;
    }
    match rows {
        // Another has the key, or took it at the same moment.
        Err(error) if is_taken(&error) && DB::IS_SERVER && (clear.is_some() || look.is_some()) => Ok(0),
        rows => rows,
    }
}

/// A statement, and another that runs if the first wrote something: both or none.
async fn together<DB: Engine>(
    conn: &mut DB::Connection,
    values: &Values,
    first: &Statement,
    then: Option<&Statement>,
    is_pooler: bool,
) -> sqlx::Result<usize> {
    if !(is_pooler || DB::BEGINS_EACH_WRITE || then.is_some()) {
        return Statements::<'_, DB> { conn, are_kept: true }.execute(first, values).await;
    }
    let mut all = conn.begin_with(DB::BEGIN).await?;
    let mut on = Statements::<'_, DB> { conn: &mut *all, are_kept: !is_pooler };
    let rows = on.execute(first, values).await?;
    if rows == 0 {
        return all.rollback().await.map(|()| 0);
    }
    if let Some(then) = then {
        on.execute(then, values).await?;
    }
    all.commit().await.map(|()| rows)
}

async fn look<DB: Engine>(
    conn: &mut DB::Connection,
    look: &Statement,
    values: &Values,
    is_pooler: bool,
) -> sqlx::Result<Option<Row>> {
    if !is_pooler {
        return Statements::<'_, DB> { conn, are_kept: true }.find(look, values).await;
    }
    let mut all = conn.begin_with(DB::BEGIN).await?;
    let found = Statements::<'_, DB> { conn: &mut *all, are_kept: false }.find(look, values).await?;
    all.commit().await.map(|()| found)
}

fn is_taken(error: &Error) -> bool {
    matches!(error, Error::Database(error) if error.is_unique_violation())
}
