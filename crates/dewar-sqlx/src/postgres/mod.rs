//! PostgreSQL.

mod engine;
mod table;

/// A session store in the table `dewar_sessions` of a PostgreSQL database, in a `PgPool` of the program. It can find the entries of an owner.
///
/// Every write is one statement, so nothing is left open if a connection breaks. A pool that leads to PgBouncer in transaction mode needs
/// [`SqlxOptions::pooler`](crate::SqlxOptions::pooler).
///
/// With sqlx a call takes these round trips: one to see whether the connection is alive (unless the pool has `test_before_acquire(false)`), one
/// for the statement, one for each statement that a connection runs for the first time, and one after the answer, when the connection returns
/// to the pool. `dewar_stores::open("postgresql://…")` takes one.
pub type Postgres = crate::SqlxStore<sqlx::Postgres, dewar_stores::sql::Native>;

/// A session store in the table of Flask-Session's SQLAlchemy backend, in a `PgPool` of the program. Flask-Session and this store can serve the
/// same sessions at the same time. The table has no owners.
#[cfg(feature = "flask")]
pub type PostgresSqlAlchemy = crate::SqlxStore<sqlx::Postgres, dewar_stores::sql::Flask>;
