//! Session stores in PostgreSQL 12 or later: [`Postgres`] uses Dewar's own table; with the feature `flask`, [`SqlAlchemy`] uses the table of
//! Flask-Session's SQLAlchemy backend.
//!
//! # Connections
//!
//! A store has one connection that reads, over which all reads are sent without waiting for one another, and up to
//! [8](PostgresOptions::connections) that write, opened when writes come at once. All of them are replaced when they break, when several calls
//! in a row get no answer, and when the server says that it cannot serve
//! ([`StoreErrorKind::Unavailable`](dewar_core::StoreErrorKind::Unavailable)): a standby, a server that stops, a password that was changed. A
//! call that is dropped does no harm: its answer is dropped as well.
//!
//! Each write is one statement, and so a transaction of its own: no transaction stays open. It may wait for a row that another client has
//! locked, for up to [125 ms](PostgresOptions::lock_timeout).
//!
//! A program that has a pool of the crate `deadpool-postgres` can hand it over instead (feature `deadpool-postgres`): `PooledPostgres::from_pool`.
//!
//! # PgBouncer
//!
//! Poolers are recognised, in each of their modes; nothing is prepared behind one, so each call brings its statement, which the server parses
//! again. Set `lock_timeout` for the role there, and leave its transactions at READ COMMITTED.
//!
//! # Round trips
//!
//! | call | round trips |
//! |---|---|
//! | load | 1; 2 if the touch is due (in Flask's table, 2 for an expired row as well) |
//! | create, remove, touch | 1 |
//! | swap, rename | 1; 2 if another write came first |
//! | the entries of an owner: list, remove all, trim | 1 |
//! | sweep, list | 1 per thousand entries |
//!
//! The first use of a statement on a connection takes one more, to prepare it.
//!
//! # URLs
//!
//! `postgresql://user:password@host:5432/database`, or `postgres://`. Only a server that accepts writes is used; of several hosts, separated by commas, the first such.
//! A Unix socket is named by its folder: `postgresql:///database?host=/run/postgresql`. Without a host it is `localhost`; environment variables
//! and `~/.pgpass` are not read. After a `?`:
//!
//! | parameter | what |
//! |---|---|
//! | `create_table` | `true`: [`Postgres`] creates its table if it does not exist. Default: false |
//! | `sslmode` | `disable`: no TLS, the default. `verify-full` or `require`: TLS (feature `postgres-tls`), and the certificate and its name are verified |
//! | `sslrootcert` | a PEM file with the CA certificates to trust instead of the system's |
//! | `host`, `hostaddr`, `port`, `user`, `password`, `dbname`, `options`, `application_name`, `connect_timeout` (seconds; default 1), `keepalives`, `keepalives_idle`, `target_session_attrs`, `channel_binding`, `load_balance_hosts` | as for libpq |
//!
//! To the server on another machine, use `sslmode=verify-full`.
//!
//! # Durability
//!
//! An answered write survives a crash of the server and a power failure, unless `synchronous_commit` or `fsync` is off. After a failover to a
//! standby that replicates asynchronously, the last answered writes may be missing; `synchronous_standby_names` prevents that.

mod address;
mod calls;
mod driver;
mod failure;
mod lanes;
mod link;
mod opening;
mod options;
#[cfg(feature = "deadpool-postgres")]
mod pooled;
mod pooler;
mod server;
mod session;
#[cfg(feature = "flask")]
mod sql_alchemy;
mod stores;
mod table;
mod tls;
mod value;

pub use self::driver::PostgresDriver;
pub use self::options::PostgresOptions;
#[cfg(all(feature = "deadpool-postgres", feature = "flask"))]
pub use self::pooled::PooledSqlAlchemy;
#[cfg(feature = "deadpool-postgres")]
pub use self::pooled::{PooledPostgres, PostgresPool};
#[cfg(feature = "flask")]
pub use self::sql_alchemy::SqlAlchemy;
pub use self::stores::Postgres;
pub(crate) use self::stores::schema;
