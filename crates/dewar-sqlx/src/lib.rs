#![cfg_attr(docsrs, feature(doc_cfg))]
//! Session stores for Dewar in the pool of sqlx 0.9 that a program already has: `PgPool` ([`Postgres`]), `MySqlPool` ([`MySql`]), `SqlitePool`
//! ([`Sqlite`]).
//!
//! ```
//! use dewar::{ServerSide, SessionManager};
//! use dewar_sqlx::{Postgres, SqlxOptions};
//! use dewar_stores::guard::{Guard, GuardOptions};
//!
//! async fn sessions(pool: sqlx::PgPool) -> Result<SessionManager, Box<dyn std::error::Error>> {
//!     let store = Postgres::new(pool, SqlxOptions::default()).await?;
//!     let store = Guard::new(store, GuardOptions::default());
//!     Ok(SessionManager::server_side(ServerSide::new("shop", store))?)
//! }
//! ```
//!
//! The sessions are in a table of the database that the pool leads to, as `dewar_stores::open` makes it, so a store of each can be used for the
//! same sessions. With the feature `flask`, it can be the table of Flask-Session's SQLAlchemy backend ([`PostgresSqlAlchemy`],
//! [`MySqlSqlAlchemy`], [`SqliteSqlAlchemy`]).
//!
//! # Connections
//!
//! A call takes one connection of the pool, for one transaction, and needs no second one: a pool with one connection works. A call waits for a
//! connection as long as the pool's `acquire_timeout` says (30 s, unless the program sets it) or the deadline of the
//! [`Guard`](dewar_stores::guard::Guard) allows, which should be put before every store here.
//!
//! A request that is dropped gives up waiting for a connection. Once its call has a connection, the call runs to its end in a task of its own:
//! sqlx leaves a connection in an open transaction if a future is dropped while that transaction begins. The program's own requests can do that,
//! too. So in PostgreSQL and MySQL every write here begins a transaction, also if it is one statement, and what was acknowledged is committed.
//!
//! A connection whose server does not answer within [`SqlxOptions::timeout`] is closed. If a server refuses a write as a standby, or stops, the
//! idle connections of the pool are closed as well: the address may lead to another server by then. A connection of PostgreSQL that the program
//! has left in a failed transaction (which it began with the text `BEGIN`) is closed by the first call that gets it, which the guard repeats.
//!
//! # Expired sessions
//!
//! They are never returned, and take up space until they are swept: spawn `dewar_stores::sweep_periodically`, or call `SessionManager::sweep`.

mod call;
mod driver;
mod engine;
mod failure;
#[cfg(feature = "mysql")]
mod mysql;
mod options;
#[cfg(feature = "postgres")]
mod postgres;
mod queries;
#[cfg(feature = "flask")]
mod sql_alchemy;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statements;
mod store;
mod table;
mod write;

pub use self::driver::SqlxPool;
pub use self::engine::Engine;
#[cfg(feature = "mysql")]
pub use self::mysql::MySql;
#[cfg(all(feature = "mysql", feature = "flask"))]
pub use self::mysql::MySqlSqlAlchemy;
pub use self::options::SqlxOptions;
#[cfg(feature = "postgres")]
pub use self::postgres::Postgres;
#[cfg(all(feature = "postgres", feature = "flask"))]
pub use self::postgres::PostgresSqlAlchemy;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
#[cfg(all(feature = "sqlite", feature = "flask"))]
pub use self::sqlite::SqliteSqlAlchemy;
pub use self::store::SqlxStore;

#[cfg(all(doctest, feature = "postgres"))]
#[doc = include_str!("../README.md")]
mod readme {}
