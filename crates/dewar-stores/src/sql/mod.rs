//! Session stores in a table of an SQL database: everything except the driver.
//!
//! There are two [shapes](Shape) of a table: [`Native`] and Flask-Session's ([`Flask`]). A [`Dialect`] describes the SQL of an engine. From
//! both, the [`Statements`] are built once, when a store is opened. [`SqlStore`] is the store on any engine. It needs a [`Driver`], which takes
//! a [`Query`] or a [`Transaction`] and returns [`Row`]s. This module does not deal with connections.
//!
//! All decisions of a write are made in SQL: a driver looks only at how many rows a statement wrote. So an engine that supports it can run all
//! statements of a transaction in one round trip.

#[cfg_attr(not(feature = "flask"), allow(dead_code, reason = "only Flask-Session's table needs all of it"))]
mod dialect;
mod driver;
#[cfg(feature = "flask")]
mod flask;
mod native;
mod owners;
mod rename;
mod shape;
mod statement;
mod statements;
mod store;
#[cfg(test)]
mod tests;
mod transaction;
mod walks;

#[cfg(feature = "postgres")]
pub(crate) use self::dialect::POSTGRES;
#[cfg(feature = "sqlite-unbundled")]
pub(crate) use self::dialect::SQLITE;
pub(crate) use self::driver::{Driver, Outcome, Query, Row};
#[cfg(feature = "flask")]
pub(crate) use self::flask::{Flask, FlaskTable, table as flask_table};
pub(crate) use self::native::Native;
pub(crate) use self::native::table as native_table;
pub(crate) use self::shape::{Column, Shape, Table};
#[allow(unused_imports, reason = "only some drivers need the types of values")]
pub(crate) use self::statement::Kind;
pub(crate) use self::statement::{Statement, Value, Values};
pub use self::store::SqlStore;
pub(crate) use self::transaction::Transaction;
