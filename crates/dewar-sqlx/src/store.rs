//! The store.

use std::fmt;

use dewar_core::clock::UnixTime;
use dewar_core::{Answer, Lister, Owners, Store, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome};
use dewar_stores::OpenError;
use dewar_stores::sql::{self, Native, SqlStore};
use sqlx::Pool;

use crate::{Engine, SqlxOptions, SqlxPool, table};

/// A session store in a pool of sqlx: see [`Sqlite`](crate::Sqlite).
pub struct SqlxStore<DB: Engine, S>(pub(crate) SqlStore<SqlxPool<DB>, S>);

impl<DB: Engine> SqlxStore<DB, Native> {
    /// Takes a pool that the program already has, and looks at its table `dewar_sessions`.
    ///
    /// # Errors
    /// If the pool has no connection in time, the table does not exist and [may not be created](SqlxOptions::create_table), or it has other
    /// columns.
    pub async fn new(pool: Pool<DB>, options: SqlxOptions) -> Result<Self, OpenError> {
        table::ensure(&pool, &sql::native_table(DB::DIALECT), &options).await?;
        SqlStore::native(SqlxPool::new(pool, options), DB::DIALECT).map(Self)
    }

    /// The SQL that creates the table and its indexes, for a migration of the program.
    #[must_use]
    pub fn schema() -> String {
        sql::native_table(DB::DIALECT).to_string()
    }
}

impl<DB: Engine, S> Store for SqlxStore<DB, S>
where
    SqlStore<SqlxPool<DB>, S>: Store,
{
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        self.0.load(key, touch, now)
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, WriteOutcome> {
        self.0.write(write, now)
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        self.0.touch(key, expires, now)
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        self.0.sweeper()
    }

    fn lister(&self) -> Option<&dyn Lister> {
        self.0.lister()
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.0.owners()
    }
}

impl<DB: Engine, S> fmt::Debug for SqlxStore<DB, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqlxStore({})", DB::NAME)
    }
}
