#![cfg_attr(docsrs, feature(doc_cfg))]
//! Session stores for Dewar in the `sqlx` pool that a program already has.

mod call;
mod driver;
mod engine;
mod failure;
mod options;
mod queries;
#[cfg(feature = "flask")]
mod sql_alchemy;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod table;

pub use self::driver::SqlxPool;
pub use self::engine::Engine;
pub use self::options::SqlxOptions;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
#[cfg(all(feature = "sqlite", feature = "flask"))]
pub use self::sqlite::SqliteSqlAlchemy;
pub use self::store::SqlxStore;
