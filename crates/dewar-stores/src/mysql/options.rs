//! How to open MySQL and MariaDB.

use std::num::NonZeroUsize;
use std::time::Duration;

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use tokio::time::{Instant, timeout_at};

use super::address::Address;
use super::driver::{LONG, MySqlServer};
use super::pools::Pools;
use super::{client, table};
use crate::OpenError;
use crate::sql::{IfMissing, Table};

/// The longest time for connecting when a store is opened.
const OPENING: Duration = Duration::from_secs(5);

/// The options of a store in MySQL or MariaDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MySqlOptions {
    /// Whether a missing table is made when the store is opened. Otherwise that is an error. Default: the URL's `create_table`; without that,
    /// [`MySql`](super::MySql) makes no table, since the user of a program should need no right to make tables.
    pub create_table: Option<bool>,
    /// The largest number of connections. They are opened when they are needed. Default: 16.
    pub connections: NonZeroUsize,
    /// How long a write waits for a row that another transaction keeps locked, before it fails as
    /// [busy](dewar_core::StoreErrorKind::Busy); in whole seconds. In MariaDB it waits for at most three quarters of the [`timeout`](Self::timeout).
    /// MySQL knows no shorter time for a write than a second: a call that gave up earlier may still be done in this time. Default: 1 s.
    pub lock_timeout: Duration,
    /// The longest time to wait for an answer to a call for one session. Default: 200 ms. Calls that may take many rows (sweeping, listing, the
    /// entries of an owner) have at least 5 seconds.
    pub timeout: Duration,
}

impl Default for MySqlOptions {
    fn default() -> Self {
        let connections = const { NonZeroUsize::new(16).unwrap() };
        Self {
            create_table: None,
            connections,
            lock_timeout: Duration::from_secs(1),
            timeout: Duration::from_millis(200),
        }
    }
}

impl MySqlServer {
    /// Connects, and makes or checks the table. `makes`: whether a missing table is made if neither the options nor the URL say.
    pub(super) async fn open(
        url: &str,
        table: &Table,
        options: &MySqlOptions,
        makes: bool,
    ) -> Result<Self, OpenError> {
        let address = Address::parse(url)?;
        let pools = Pools::new(client::options(&address, options)?);
        let until = Instant::now() + OPENING.max(options.timeout);
        let mut lease = pools.connect(until).await.map_err(|error| client::not_opened(&address, error))?;
        let if_missing = IfMissing::new(options.create_table, address.create_table.unwrap_or(makes));
        let checked = timeout_at(until, patiently(lease.conn(), &address, table, if_missing, options)).await;
        let checked = checked.unwrap_or_else(|_| Err(client::not_opened(&address, None)));
        _ = lease.end(Ok(Ok(())));
        checked?;
        let name = format!("{address}/{}", address.database);
        let long = LONG.max(options.timeout);
        Ok(Self { pools, timeout: options.timeout, with_more_time: client::with_time_limit(long), name })
    }
}

/// Checks the table without the limit of the calls for one session.
async fn patiently(
    conn: &mut Conn,
    address: &Address,
    table: &Table,
    if_missing: IfMissing,
    options: &MySqlOptions,
) -> Result<(), OpenError> {
    let cannot = |error| client::not_opened(address, Some(error));
    conn.query_drop(client::time_limit(Duration::ZERO)).await.map_err(cannot)?;
    table::ensure(conn, address, table, if_missing).await?;
    conn.query_drop(client::time_limit(options.timeout)).await.map_err(cannot)
}
