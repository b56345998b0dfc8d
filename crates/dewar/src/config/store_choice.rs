//! Where sessions shall be kept, as facts: this crate has no drivers.

use std::fmt;
use std::path::PathBuf;

/// Where the settings say that sessions are kept. `dewar_stores::from_config` opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreChoice {
    /// `SESSION_STORE`, if it is no Redis: what `dewar_stores::open` takes.
    Url(StoreUrl),
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
    /// `SESSION_REDIS` or `SESSION_STORE`.
    pub url: StoreUrl,
    /// `SESSION_REDIS_PASSWORD`, in place of the URL's.
    pub password: Option<String>,
    /// `SESSION_REDIS_DB`, in place of the URL's.
    pub database: Option<u32>,
    /// Whether an index of owners is kept beside the sessions: with Dewar's own records, not with those of Flask-Session.
    pub owners: bool,
}

/// A URL as it was set, perhaps with a password in it. `Debug` shows none.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl(String);

impl StoreUrl {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// All of it, for whoever opens the store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password may stand before an `@` or behind a `?`, and be of any letters: of such a URL only the scheme is shown.
impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_once(':') {
            Some((_, rest)) if !rest.contains(['@', '?']) => write!(f, "StoreUrl({})", self.0),
            Some((scheme, _)) => write!(f, "StoreUrl({scheme}:…)"),
            None => f.write_str("StoreUrl(…)"),
        }
    }
}

impl fmt::Debug for RedisChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisChoice")
            .field("url", &self.url)
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("database", &self.database)
            .field("owners", &self.owners)
            .finish()
    }
}
