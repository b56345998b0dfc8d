//! The store.

use super::driver::MySqlServer;
use super::options::MySqlOptions;
use crate::OpenError;
use crate::sql::{self, MYSQL, Native, SqlStore};

/// The SQL that creates the table `dewar_sessions`, unless it exists.
pub(crate) fn schema() -> String {
    format!("{};\n", sql::native_table(&MYSQL).ddl())
}

/// A session store in the table `dewar_sessions` of a database of MySQL or MariaDB. It can find the entries of an owner.
///
/// An entry is replaced if its revision number is the one that was seen. No number is used twice, even by several processes. A payload may have
/// as many bytes as the server's `max_allowed_packet` (16 to 64 MiB by default).
pub type MySql = SqlStore<MySqlServer, Native>;

impl MySql {
    /// Connects to the server at a URL, and checks the table: `mysql://user:password@host:3306/database`; you can write `mariadb` instead of
    /// `mysql`.
    ///
    /// After a `?`, `create_table=true` makes the table if it is missing; `ssl_mode` is `disabled` (the default), `required` (the connection is
    /// encrypted, the server's certificate is not checked) or `verify_identity`; `ssl_ca` is a PEM file with the certificates to trust instead
    /// of the system's, and implies `verify_identity`; `unix_socket` is a path instead of a host; `charset` can only be `utf8mb4`. TLS needs the
    /// feature `mysql-tls`.
    ///
    /// # Errors
    /// If the URL is wrong, no server answers within 5 seconds, the server refuses, or the table is missing or has other columns. The error says
    /// what is wrong and what to do, in one line.
    pub async fn open(url: &str, options: MySqlOptions) -> Result<Self, OpenError> {
        let server = MySqlServer::open(url, &sql::native_table(&MYSQL), &options, false).await?;
        Self::native(server, &MYSQL)
    }
}
