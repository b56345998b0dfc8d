//! Sessions in a table of an SQL database: everything but the driver.
//!
//! There are two [shapes](Shape) of a table: [`Native`] and the one that Flask-Session makes ([`Flask`]). A [`Dialect`] says how an engine
//! writes SQL. From both come the [`Statements`], made once when a store is opened. [`SqlStore`] is the store on any engine; what it
//! needs of one is a [`Driver`], which takes a [`Query`] or a [`Transaction`] and returns [`Row`]s. Nothing here knows a connection.
//!
//! What a write decides is decided in SQL: a driver looks at how many rows a statement has written, and at nothing else. So an engine
//! that can do more in one round trip may put a transaction's statements into one.

#[cfg_attr(not(feature = "flask"), allow(dead_code, reason = "only Flask-Session's table needs all of it"))]
mod dialect;
mod driver;
#[cfg(feature = "flask")]
mod flask;
mod native;
mod owners;
mod shape;
mod statement;
mod statements;
mod store;
#[cfg(test)]
mod tests;
mod transaction;
mod walks;

pub(crate) use self::dialect::SQLITE;
pub(crate) use self::driver::{Driver, Outcome, Query, Row};
#[cfg(feature = "flask")]
pub(crate) use self::flask::{Flask, table as flask_table};
pub(crate) use self::native::Native;
pub(crate) use self::native::table as native_table;
pub(crate) use self::shape::{Column, Shape, Table};
pub(crate) use self::statement::{Statement, Value, Values};
pub use self::store::SqlStore;
pub(crate) use self::transaction::Transaction;
