//! Where sessions shall be kept, as facts: this crate has no drivers.

use std::fmt;
use std::path::PathBuf;

/// Where the settings say that sessions are kept. `dewar_stores::from_config` opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreChoice {
    /// `SESSION_STORE = "memory:"`.
    Memory,
    /// `SESSION_STORE = "file:///var/lib/sessions"`: a folder of Dewar's own files.
    Filesystem {
        /// The folder.
        folder: PathBuf,
    },
    /// `SESSION_STORE = "sqlite:///sessions.db"`: a table of Dewar's own.
    Sqlite {
        /// The database's file.
        file: PathBuf,
    },
    /// `SESSION_STORE = "redis://…"`, or `SESSION_TYPE = "redis"`.
    Redis(RedisChoice),
    /// `SESSION_TYPE = "filesystem"` or `"cachelib"`: cachelib's files.
    Cachelib {
        /// `SESSION_FILE_DIR`; `flask_session` in the working directory if it is not set.
        folder: PathBuf,
        /// `SESSION_FILE_THRESHOLD`: beyond so many files some are removed; 0: never. 500 if it is not set.
        threshold: u32,
        /// `SESSION_FILE_MODE`: who may read and write the files. `0o600` if it is not set.
        mode: u32,
    },
    /// `SESSION_TYPE = "sqlalchemy"`: the table of Flask-Session's SQLAlchemy backend, in an SQLite file.
    SqlAlchemy {
        /// The database's file.
        file: PathBuf,
        /// `SESSION_SQLALCHEMY_TABLE`; `sessions` if it is not set.
        table: String,
        /// `SESSION_CLEANUP_N_REQUESTS`: what is over is removed about once in so many requests; `None`: by nobody here.
        cleanup_n_requests: Option<u32>,
    },
}

/// A Redis or Valkey. It is shown without its password.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedisChoice {
    /// The URL as it was set, perhaps with a password in it: `SESSION_REDIS` or `SESSION_STORE`.
    pub url: String,
    /// `SESSION_REDIS_PASSWORD`, in place of the URL's.
    pub password: Option<String>,
    /// `SESSION_REDIS_DB`, in place of the URL's.
    pub database: Option<u32>,
    /// What the keys of the sessions begin with.
    pub key_prefix: String,
    /// Whether an index of owners is kept beside the sessions: with Dewar's own records, not with those of Flask-Session.
    pub owners: bool,
}

impl fmt::Debug for RedisChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisChoice")
            .field("url", &without_secrets(&self.url))
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("database", &self.database)
            .field("key_prefix", &self.key_prefix)
            .field("owners", &self.owners)
            .finish()
    }
}

/// A password may stand before an `@` or behind a `?`, and be of any letters: of such a URL only the scheme is shown.
fn without_secrets(url: &str) -> String {
    match url.split_once(':') {
        Some((scheme, rest)) if rest.contains(['@', '?']) => format!("{scheme}:…"),
        _ => url.to_owned(),
    }
}
