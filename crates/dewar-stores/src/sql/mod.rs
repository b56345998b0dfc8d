//! Session stores in a table of an SQL database, for the author of a driver. A program that only stores sessions needs nothing of it.
//!
//! There are two shapes of a table: [`Native`] and Flask-Session's ([`Flask`], feature `flask`). A [`Dialect`] describes the SQL of an engine.
//! From both, the statements are built once, when a store is made ([`SqlStore::native`], [`SqlStore::flask`]). It needs a [`Driver`], which
//! takes a [`Query`] or a [`Transaction`] and returns [`Row`]s. This module does not deal with connections.
//!
//! All decisions of a write are made in SQL: a driver looks only at how many rows a statement wrote. So an engine that supports it can run all
//! statements of a transaction in one round trip.
//!
//! A [`Table`] has the SQL that creates it, and says what is wrong with a table that exists. So a driver has three parts: it opens connections
//! and looks at the table, it runs statements, and it says of each error what is known about the call. The crate `dewar-sqlx` is an example.

pub mod date_time;
#[cfg_attr(not(feature = "flask"), allow(dead_code, reason = "only Flask-Session's table needs all of it"))]
mod dialect;
mod driver;
#[cfg(feature = "flask")]
mod flask;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod if_missing;
mod mysql_error;
mod native;
mod nul;
mod owned;
mod owners;
mod postgres_error;
mod rename;
mod shape;
mod sqlite_error;
mod statement;
mod statements;
mod store;
#[cfg(test)]
mod tests;
mod transaction;
mod walks;

pub use self::dialect::{Dialect, MYSQL, POSTGRES, SQLITE};
pub use self::driver::{Driver, Outcome, Query, Row};
#[cfg(feature = "flask")]
pub use self::flask::{Flask, FlaskTable, table as flask_table};
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) use self::if_missing::IfMissing;
pub use self::mysql_error::{mysql_error_advice, mysql_error_kind};
pub use self::native::{Native, table as native_table};
pub use self::nul::{with_nul, without_nul};
pub use self::postgres_error::{postgres_error_advice, postgres_error_kind};
pub(crate) use self::shape::Shape;
pub use self::shape::{Column, Table};
pub use self::sqlite_error::sqlite_error_kind;
pub use self::statement::{Kind, Statement, Value, Values};
pub use self::store::SqlStore;
pub use self::transaction::Transaction;
