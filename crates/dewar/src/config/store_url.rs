//! The URL of a store.

use std::path::PathBuf;

use super::error::ConfigError;
use super::setting::Setting;

/// What `SESSION_STORE` can be.
pub(super) const STORES: &str =
    "memory:, file:///var/lib/sessions, sqlite:///sessions.db or redis://localhost:6379/0";
/// What `SESSION_REDIS` can be.
pub(super) const REDIS: &str = "redis://localhost:6379/0, rediss://… or unix:///run/redis.sock";
/// What `SESSION_SQLALCHEMY` can be.
pub(super) const SQLITE: &str = "sqlite:///sessions.db, or sqlite:////var/lib/sessions.db with four slashes";

const REDIS_SCHEMES: &[&str] = &["redis", "rediss", "unix", "redis+unix", "valkey", "valkeys", "valkey+unix"];

/// A URL of a store, as far as it is looked at here. Paths are taken as they stand, percent signs and all.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum StoreUrl<'u> {
    Memory,
    Folder(PathBuf),
    Sqlite(PathBuf),
    /// Its driver reads the rest.
    Redis(&'u str),
}

/// `None` if it is the URL of no store. After `sqlite:///` comes a path as SQLAlchemy has it: relative, unless there is one more
/// slash; after `file://` an absolute one.
pub(super) fn parse(url: &str) -> Option<StoreUrl<'_>> {
    let (scheme, rest) = url.split_once(':')?;
    let path = || Some(rest.strip_prefix("//")?).filter(|path| path.starts_with('/') && path.len() > 1);
    Some(match scheme {
        "memory" if rest.is_empty() => StoreUrl::Memory,
        "file" => StoreUrl::Folder(path()?.into()),
        "sqlite" | "sqlite+pysqlite" => StoreUrl::Sqlite(sqlite(path()?.strip_prefix('/')?)?),
        scheme if REDIS_SCHEMES.contains(&scheme) && rest.starts_with("//") => StoreUrl::Redis(url),
        _ => return None,
    })
}

/// Options behind a `?` are for SQLAlchemy's driver; a database in memory is nobody else's.
fn sqlite(path: &str) -> Option<PathBuf> {
    (!path.is_empty() && path != ":memory:" && !path.contains('?')).then(|| path.into())
}

pub(super) fn refused(setting: Setting, expected: &'static str) -> ConfigError {
    ConfigError::StoreUrl { setting: setting.name(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_stores() {
        let folder = |path: &str| Some(StoreUrl::Folder(path.into()));
        let sqlite = |path: &str| Some(StoreUrl::Sqlite(path.into()));
        for (url, expected) in [
            ("memory:", Some(StoreUrl::Memory)),
            ("file:///var/lib/a b", folder("/var/lib/a b")),
            ("sqlite:///sessions.db", sqlite("sessions.db")),
            ("sqlite:////var/lib/s.db", sqlite("/var/lib/s.db")),
            ("sqlite+pysqlite:///data/s.db", sqlite("data/s.db")),
            ("redis://:pw@h:1/2", Some(StoreUrl::Redis("redis://:pw@h:1/2"))),
            ("unix:///run/redis.sock?db=1", Some(StoreUrl::Redis("unix:///run/redis.sock?db=1"))),
        ] {
            assert_eq!(parse(url), expected, "{url}");
        }
    }

    #[test]
    fn others_are_none() {
        for url in [
            "",
            "memory",
            "memory:x",
            "file:",
            "file:///",
            "file://host/x",
            "file:x",
            "sqlite:",
            "sqlite://",
            "sqlite:///",
            "sqlite://host/x",
            "sqlite:///:memory:",
            "sqlite:///a?mode=ro",
            "redis:",
            "redis:localhost",
            "localhost:6379",
            "http://h",
            "postgresql://h/d",
            "REDIS://h",
        ] {
            assert_eq!(parse(url), None, "{url}");
        }
    }
}
