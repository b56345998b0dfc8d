//! The settings of Flask-Session's SQLAlchemy backend, which are the same for every SQL engine.

use super::engine::{FlaskUrl, Setting, Takes};
use super::engines::{of_any, of_flask};
use super::flask_url;

/// The value of `SESSION_TYPE`.
pub(super) const SESSION_TYPES: &[&str] = &["sqlalchemy"];

pub(super) const SETTINGS: &[Setting] = &[
    of_flask(
        "SESSION_SQLALCHEMY",
        Takes::Url(FlaskUrl {
            is_right: flask_url::is_sql,
            examples: flask_url::SQL,
            stand_in: Some("SQLALCHEMY_DATABASE_URI"),
            default: None,
            bind: Some(["SESSION_SQLALCHEMY_BIND_KEY", "SQLALCHEMY_BINDS"]),
        }),
        [
            "as for SQLAlchemy: `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://…`, `mysql://…`",
            "`SQLALCHEMY_DATABASE_URI`",
        ],
    ),
    of_flask("SESSION_SQLALCHEMY_TABLE", Takes::Text, ["text", "`sessions`"]),
    of_any("SESSION_CLEANUP_N_REQUESTS", Takes::Number(1..=u32::MAX), ["a number of requests", "no cleanup"]),
    of_flask(
        "SESSION_SQLALCHEMY_SEQUENCE",
        Takes::Text,
        ["the name of a sequence in PostgreSQL, which numbers the rows", "the table's own"],
    ),
    of_flask(
        "SESSION_SQLALCHEMY_SCHEMA",
        Takes::Text,
        ["the name of a schema in PostgreSQL, or of a database in MySQL", "the connection's"],
    ),
    of_flask(
        "SESSION_SQLALCHEMY_BIND_KEY",
        Takes::Text,
        ["the key of the URL in `SQLALCHEMY_BINDS`, instead of `SESSION_SQLALCHEMY`", "–"],
    ),
];
