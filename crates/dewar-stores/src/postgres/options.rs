//! How to open PostgreSQL.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use crate::lock_timeout;

/// The options of a PostgreSQL store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresOptions {
    /// Whether to create the table if it does not exist. Otherwise a missing table is an error. Default: the URL's `create_table`; without that,
    /// [`Postgres`](super::Postgres) creates no table, and the store that Flask-Session shares does, as Flask-Session.
    pub create_table: Option<bool>,
    /// A PEM file with the CA certificates to trust instead of the system's; overrides `sslrootcert` in the URL.
    pub ca_file: Option<PathBuf>,
    /// The longest time to wait for an answer. A server that refuses connections is an error at once. Sweeping, listing and what concerns all
    /// entries of an owner may take longer: 5 s. Default: 200 ms.
    pub timeout: Duration,
    /// How long a write waits for a row that another transaction has locked, before it fails as [busy](dewar_core::StoreErrorKind::Busy).
    /// Behind a pooler the server's own setting applies: `ALTER ROLE … SET lock_timeout = '125ms'`. Default: 125 ms.
    pub lock_timeout: Duration,
    /// The largest number of connections that write; one more connection reads. They are opened when writes come at once. Default: 8.
    pub connections: NonZeroUsize,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            create_table: None,
            ca_file: None,
            timeout: Duration::from_millis(200),
            lock_timeout: lock_timeout::WRITE,
            connections: NonZeroUsize::MIN.saturating_add(7),
        }
    }
}
