//! The store that Flask-Session's SQLAlchemy backend shares.

use super::driver::MySqlServer;
use super::options::MySqlOptions;
use crate::OpenError;
use crate::sql::{self, Flask, FlaskTable, MYSQL, SqlStore};

/// A session store in the table of Flask-Session's SQLAlchemy backend, in a database of MySQL or MariaDB (Flask-Session 0.8, and tables of older
/// versions since 0.3). Flask-Session and this store can serve the same sessions at the same time.
///
/// Nothing in the table counts writes, so an entry is replaced if its payload is the one that was seen. A row without an expiry has expired, as
/// for Flask-Session; a session that never expires is stored until the year 9999. The table has no owners.
///
/// As Flask-Session makes the table, its column `expiry` has whole seconds (a fraction is cut off, by Flask-Session in MySQL rounded), and its column
/// `data`, a `BLOB`, takes at most 65,535 bytes: a larger session is [refused](dewar_core::StoreErrorKind::Refused). `ALTER TABLE sessions
/// MODIFY data LONGBLOB` makes more room, for both programs. Ids that differ only in upper and lower case are different sessions, although the
/// column's collation may take them for equal: the second one cannot be stored.
pub type SqlAlchemy = SqlStore<MySqlServer, Flask>;

impl SqlAlchemy {
    /// The default name of the table: the default of Flask-Session's `SESSION_SQLALCHEMY_TABLE`.
    pub const TABLE: &str = "sessions";

    /// Connects to the server at a URL, and checks the table, as [`MySql::open`](super::MySql::open) does. A missing table
    /// is made, as Flask-Session does, unless the options or the URL say otherwise. The URL may be one of SQLAlchemy, such as
    /// `mysql+pymysql://…?charset=utf8mb4`. The schema of a table is another database on the same server.
    ///
    /// # Errors
    /// As [`MySql::open`](super::MySql::open), and if a name of the table has other characters than ASCII letters, digits and underscores, or
    /// more than 64.
    pub async fn open<'a>(
        url: &str,
        table: impl Into<FlaskTable<'a>>,
        options: MySqlOptions,
    ) -> Result<Self, OpenError> {
        let names = table.into();
        let server = MySqlServer::open(url, &sql::flask_table(&MYSQL, names)?, &options, true).await?;
        Ok(Self::flask(server, &MYSQL, names))
    }
}
