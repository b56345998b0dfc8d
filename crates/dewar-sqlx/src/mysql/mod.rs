//! MySQL and MariaDB.

mod date_time;
mod engine;
mod table;

/// A session store in the table `dewar_sessions` of a MySQL or MariaDB database, in a `MySqlPool` of the program. It can find the entries of an
/// owner.
///
/// Every write is a transaction at the level `READ COMMITTED`, whatever the level of the pool. A read leaves a transaction in which a dropped
/// request of the program may have left the connection: there it would see old data. So a read takes one round trip more than its statement, a
/// write two, and the pool its own for looking whether the connection is alive.
pub type MySql = crate::SqlxStore<sqlx::MySql, dewar_stores::sql::Native>;

/// A session store in the table of Flask-Session's SQLAlchemy backend, in a `MySqlPool` of the program. Flask-Session and this store can serve the
/// same sessions at the same time. The table has no owners; its column `data` holds 64 KiB, and its times are whole seconds.
#[cfg(feature = "flask")]
pub type MySqlSqlAlchemy = crate::SqlxStore<sqlx::MySql, dewar_stores::sql::Flask>;
