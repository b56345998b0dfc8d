//! The table of engines, one row each: URLs, settings, the texts of errors, and the words of the command line. To add an engine, add a row here,
//! and a file beside this one that opens it.

use super::engine::{Engine, FlaskUrl, Setting, Takes, UrlForm};
#[cfg(feature = "filesystem")]
use super::files;
#[cfg(feature = "memcached")]
use super::memcached;
#[cfg(feature = "mongodb")]
use super::mongodb;
#[cfg(feature = "mysql")]
use super::mysql;
#[cfg(feature = "postgres")]
use super::postgres;
#[cfg(feature = "redis")]
use super::redis;
#[cfg(feature = "sqlite-unbundled")]
use super::sqlite;
use super::{flask_url, memory, sqlalchemy};

/// The function that opens an engine; `None` if its feature is not enabled.
macro_rules! if_on {
    ($feature:literal, $open:path) => {{
        #[cfg(feature = $feature)]
        let open = Some($open as super::engine::Open);
        #[cfg(not(feature = $feature))]
        let open = None;
        open
    }};
}

/// The function that returns the SQL for the table of an engine; `None` if its feature is not enabled.
macro_rules! schema_if_on {
    ($feature:literal, $schema:path) => {{
        #[cfg(feature = $feature)]
        let schema = Some($schema as super::engine::Schema);
        #[cfg(not(feature = $feature))]
        let schema = None;
        schema
    }};
}

pub(super) const ENGINES: &[Engine] = &[
    Engine {
        name: "memory",
        feature: None,
        urls: &[url(&["memory"], "memory:", ["memory:", "in this process; lost when it ends", "–"])],
        is_persistent: false,
        session_types: &[],
        settings: &[],
        open: Some(memory::open),
        schema: None,
    },
    Engine {
        name: "files",
        feature: Some("filesystem"),
        urls: &[url(
            &["file"],
            "file:///FOLDER",
            ["file:///var/lib/app/sessions", "files in this folder", "`filesystem`"],
        )],
        is_persistent: true,
        session_types: &["filesystem", "cachelib"],
        settings: &[
            of_flask("SESSION_FILE_DIR", Takes::Text, ["a folder", "`flask_session`"]),
            of_flask(
                "SESSION_FILE_THRESHOLD",
                Takes::Number(0..=u32::MAX),
                ["a number of files; 0: no limit", "500"],
            ),
            of_flask(
                "SESSION_FILE_MODE",
                Takes::Number(0..=0o777),
                ["permissions in decimal, 384 for `0o600`", "384"],
            ),
            of_flask("SESSION_CACHELIB", Takes::Unsupported, UNSUPPORTED),
        ],
        open: if_on!("filesystem", files::open),
        schema: None,
    },
    Engine {
        name: "SQLite",
        feature: Some("sqlite"),
        urls: &[url(
            &["sqlite"],
            "sqlite:///FILE",
            ["sqlite:///var/lib/app/sessions.db", "a table in this file", "`sqlite`"],
        )],
        is_persistent: true,
        session_types: sqlalchemy::SESSION_TYPES,
        settings: sqlalchemy::SETTINGS,
        open: if_on!("sqlite-unbundled", sqlite::open),
        schema: schema_if_on!("sqlite-unbundled", sqlite::schema),
    },
    Engine {
        name: "PostgreSQL",
        feature: Some("postgres"),
        urls: &[url(
            &["postgresql", "postgres"],
            "postgresql://HOST/DATABASE",
            ["postgresql://user:password@host/database", "a table in this database", "`postgres`"],
        )],
        is_persistent: true,
        session_types: sqlalchemy::SESSION_TYPES,
        settings: sqlalchemy::SETTINGS,
        open: if_on!("postgres", postgres::open),
        schema: schema_if_on!("postgres", postgres::schema),
    },
    Engine {
        name: "MySQL",
        feature: Some("mysql"),
        urls: &[url(
            &["mysql", "mariadb"],
            "mysql://HOST/DATABASE",
            [
                "mysql://user:password@host/database",
                "a table in this database of MySQL or MariaDB",
                "`mysql`",
            ],
        )],
        is_persistent: true,
        session_types: sqlalchemy::SESSION_TYPES,
        settings: sqlalchemy::SETTINGS,
        open: if_on!("mysql", mysql::open),
        schema: schema_if_on!("mysql", mysql::schema),
    },
    Engine {
        name: "Redis",
        feature: Some("redis"),
        urls: &[
            url(
                &["redis", "valkey"],
                "redis://HOST",
                [
                    "redis://user:password@host:6379/0",
                    "Redis or Valkey; everything except the host is optional",
                    "`redis`",
                ],
            ),
            url(
                &["rediss", "valkeys"],
                "rediss://HOST",
                ["rediss://host", "the same, over TLS", "`redis-tls`"],
            ),
            url(
                &["redis+unix", "valkey+unix"],
                "redis+unix:///SOCKET",
                ["redis+unix:///run/redis.sock", "the same, over a Unix socket", "`redis`"],
            ),
            url(&["unix"], "unix:///SOCKET", ["unix:///run/redis.sock", "the same", "`redis`"]),
        ],
        is_persistent: true,
        session_types: &["redis"],
        settings: &[
            of_flask(
                "SESSION_REDIS",
                Takes::Url(FlaskUrl {
                    is_right: flask_url::is_redis,
                    examples: flask_url::REDIS,
                    stand_in: None,
                    default: Some("redis://localhost:6379/0"),
                    bind: None,
                }),
                ["a URL", "`redis://localhost:6379/0`"],
            ),
            of_any("SESSION_REDIS_PASSWORD", Takes::Text, ["text", "the URL's"]),
            of_any("SESSION_REDIS_DB", Takes::Number(0..=i32::MAX.unsigned_abs()), ["a number", "the URL's"]),
        ],
        open: if_on!("redis", redis::open),
        schema: None,
    },
    Engine {
        name: "Memcached",
        feature: Some("memcached"),
        urls: &[url(
            &["memcached"],
            "memcached://HOST",
            ["memcached://host1:11211,host2:11211", "one or several servers, which forget", "`memcached`"],
        )],
        is_persistent: true,
        session_types: &["memcached"],
        settings: &[of_flask(
            "SESSION_MEMCACHED",
            Takes::Url(FlaskUrl {
                is_right: flask_url::is_memcached,
                examples: flask_url::MEMCACHED,
                stand_in: None,
                default: Some("memcached://127.0.0.1:11211"),
                bind: None,
            }),
            ["a URL", "`memcached://127.0.0.1:11211`"],
        )],
        open: if_on!("memcached", memcached::open),
        schema: None,
    },
    Engine {
        name: "MongoDB",
        feature: Some("mongodb"),
        urls: &[url(
            &["mongodb", "mongodb+srv"],
            "mongodb://HOST/DATABASE",
            ["mongodb://user:password@host/database", "a collection in this database", "`mongodb`"],
        )],
        is_persistent: true,
        session_types: &["mongodb"],
        settings: &[
            of_flask(
                "SESSION_MONGODB",
                Takes::Url(FlaskUrl {
                    is_right: flask_url::is_mongodb,
                    examples: flask_url::MONGODB,
                    stand_in: None,
                    default: Some("mongodb://localhost:27017"),
                    bind: None,
                }),
                ["a URL", "`mongodb://localhost:27017`"],
            ),
            of_flask("SESSION_MONGODB_DB", Takes::Text, ["the name of a database", "`flask_session`"]),
            of_flask("SESSION_MONGODB_COLLECT", Takes::Text, ["the name of a collection", "`sessions`"]),
        ],
        open: if_on!("mongodb", mongodb::open),
        schema: None,
    },
];

/// The values of `SESSION_TYPE` that no engine supports yet, and their settings.
#[cfg(feature = "dewar")]
pub(super) const UNSUPPORTED_TYPES: &[(&str, &[&str])] =
    &[("dynamodb", &["SESSION_DYNAMODB", "SESSION_DYNAMODB_TABLE"])];

pub(super) const UNSUPPORTED: [&str; 2] = ["not supported yet", "–"];

const fn url(
    schemes: &'static [&'static str],
    url_template: &'static str,
    guide: [&'static str; 3],
) -> UrlForm {
    UrlForm { schemes, url_template, guide }
}

/// A setting for records that are shared with Flask-Session.
pub(super) const fn of_flask(name: &'static str, takes: Takes, guide: [&'static str; 2]) -> Setting {
    Setting { name, takes, with_url: false, guide }
}

/// A setting that also has an effect on Dewar's own records.
pub(super) const fn of_any(name: &'static str, takes: Takes, guide: [&'static str; 2]) -> Setting {
    Setting { name, takes, with_url: true, guide }
}
