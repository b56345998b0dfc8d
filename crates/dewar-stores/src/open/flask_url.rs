//! The URLs of stores that are shared with Flask-Session.

use std::path::PathBuf;

/// The possible values of `SESSION_REDIS`.
pub(super) const REDIS: &str = "redis://localhost:6379/0, rediss://… or unix:///run/redis.sock";

/// The possible values of `SESSION_SQLALCHEMY`.
pub(super) const SQL: &str = "sqlite:///sessions.db, sqlite:////var/lib/sessions.db with four slashes, \
     postgresql://user:password@host/database or mysql://user:password@host/database";

/// The possible values of `SESSION_MEMCACHED`.
pub(super) const MEMCACHED: &str = "memcached://127.0.0.1:11211, or memcached://host1:11211,host2:11211";

/// The possible values of `SESSION_MONGODB`.
pub(super) const MONGODB: &str = "mongodb://localhost:27017, or mongodb+srv://host";

const REDIS_SCHEMES: &[&str] = &["redis", "rediss", "unix", "redis+unix", "valkey", "valkeys", "valkey+unix"];

/// Whether this is the URL of a Redis or Valkey server.
pub(super) fn is_redis(url: &str) -> bool {
    url.split_once("://").is_some_and(|(scheme, _)| REDIS_SCHEMES.contains(&scheme))
}

/// Whether this is the URL of an SQLite file, or of a database on a server.
pub(super) fn is_sql(url: &str) -> bool {
    sqlite_file(url).is_some() || has_scheme(url, &["postgresql", "postgres", "mysql", "mariadb"])
}

pub(super) fn is_memcached(url: &str) -> bool {
    has_scheme(url, &["memcached"])
}

pub(super) fn is_mongodb(url: &str) -> bool {
    url.split_once("://").is_some_and(|(scheme, _)| ["mongodb", "mongodb+srv"].contains(&scheme))
}

/// SQLAlchemy's drivers for Python, as in `mysql+pymysql`, are left aside.
fn has_scheme(url: &str, known: &[&str]) -> bool {
    url.split_once("://").is_some_and(|(scheme, _)| known.contains(&without_driver(scheme)))
}

/// The name of the engine in a URL of SQLAlchemy.
pub(super) fn sql_engine(url: &str) -> &str {
    without_driver(url.split_once(':').map_or("", |(scheme, _)| scheme))
}

fn without_driver(scheme: &str) -> &str {
    scheme.split_once('+').map_or(scheme, |(engine, _)| engine)
}

/// The file in a URL of SQLAlchemy: a relative path, unless there are four slashes. Percent signs are not decoded. Not accepted are options
/// after a `?`, which are for SQLAlchemy's driver, and a database in memory, which belongs to one process.
pub(super) fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:///").or_else(|| url.strip_prefix("sqlite+pysqlite:///"))?;
    (!path.is_empty() && path != ":memory:" && !path.contains('?')).then(|| path.into())
}

/// The URL as Flask-Session has it: of a file, SQLAlchemy's.
#[cfg(feature = "flask")]
pub(super) fn of_flask(url: &str) -> Result<String, crate::OpenError> {
    #[cfg(feature = "sqlite-unbundled")]
    if url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("sqlite:")) {
        let file = super::path::from_url(url, "sqlite:///var/lib/app/sessions.db")?;
        return Ok(format!("sqlite:///{}", file.display()));
    }
    Ok(url.to_owned())
}

/// The folder in a URL of files.
#[cfg(feature = "flask")]
pub(super) fn folder(url: &str) -> Result<String, crate::OpenError> {
    #[cfg(feature = "filesystem")]
    return Ok(super::path::from_url(url, "file:///var/lib/app/sessions")?.display().to_string());
    #[cfg(not(feature = "filesystem"))]
    Err(crate::OpenError::new(format!("{url}: enable the feature `filesystem` of dewar-stores")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_sqlalchemy() {
        for (url, file) in [
            ("sqlite:///sessions.db", Some("sessions.db")),
            ("sqlite:////var/lib/s%20.db", Some("/var/lib/s%20.db")),
            ("sqlite+pysqlite:///data/s.db", Some("data/s.db")),
            ("sqlite://", None),
            ("sqlite:///", None),
            ("sqlite://host/x", None),
            ("sqlite:///:memory:", None),
            ("sqlite:///a?mode=ro", None),
            ("postgresql://h/d", None),
            ("", None),
        ] {
            assert_eq!(sqlite_file(url), file.map(PathBuf::from), "{url}");
        }
    }

    #[test]
    fn redis_and_valkey() {
        for url in ["redis://:pw@h:1/2", "rediss://h", "unix:///run/redis.sock?db=1", "valkey://h"] {
            assert!(is_redis(url), "{url}");
        }
        for url in ["", "redis", "redis:h", "localhost:6379", "http://h", "REDIS://h", "memory:"] {
            assert!(!is_redis(url), "{url}");
        }
    }
}
