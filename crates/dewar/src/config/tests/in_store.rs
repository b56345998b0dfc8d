//! Sessions in a store.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{SECRET, with};
use crate::config::{Config, ConfigError, StoreChoice};
use crate::cookie::{CookiePolicy, SameSite};
use crate::lifetime::{Lifetime, Permanence};
use crate::manager::{FlaskEncoding, FlaskRecords, NativeRecords, RecordFormat, ServerSide};
use crate::store::Memory;
use crate::value::Value;

fn server_side(config: &Config) -> ServerSide {
    config.server_side(Arc::new(Memory::new())).unwrap()
}

fn flask_records(config: &Config) -> FlaskRecords {
    match server_side(config).records {
        RecordFormat::Flask(records) => records,
        RecordFormat::Native(_) => panic!("not Flask-Session's records"),
    }
}

fn choice(settings: impl IntoIterator<Item = (&'static str, Value)>) -> StoreChoice {
    with(settings).unwrap().store().unwrap().clone()
}

/// Everything that a Flask program sets for sessions in Redis; `app.session_cookie_name` was the attribute of `SESSION_COOKIE_NAME`
/// up to Flask 2.2.
#[test]
fn the_whole_list_of_a_program_with_redis() {
    let settings = [
        ("FLASK_SECRET_KEY", SECRET),
        ("FLASK_SESSION_COOKIE_NAME", "hello_session"),
        ("FLASK_SESSION_TYPE", "redis"),
        ("FLASK_SESSION_REDIS", "redis://127.0.0.1:6379"),
        ("FLASK_SESSION_REDIS_PASSWORD", "password"),
        ("FLASK_SESSION_REDIS_DB", "0"),
        ("FLASK_PERMANENT_SESSION_LIFETIME", "2678400"),
        ("FLASK_SESSION_USE_SIGNER", "true"),
        ("FLASK_SESSION_COOKIE_SECURE", "true"),
        ("FLASK_SESSION_COOKIE_HTTPONLY", "true"),
        ("FLASK_SESSION_COOKIE_SAMESITE", "Lax"),
    ];
    let config = Config::from_vars("FLASK", settings).unwrap();
    let Some(StoreChoice::Redis(redis)) = config.store() else { panic!("{:?}", config.store()) };
    assert_eq!((redis.url.as_str(), redis.password.as_deref()), ("redis://127.0.0.1:6379", Some("password")));
    assert_eq!((redis.database, redis.owners), (Some(0), false));
    let settings = server_side(&config);
    let cookie = CookiePolicy {
        name: "hello_session".into(),
        secure: true,
        http_only: true,
        same_site: Some(SameSite::Lax),
        ..CookiePolicy::flask()
    };
    assert_eq!(settings.cookie, cookie);
    assert_eq!(settings.lifetime.idle, Some(Duration::from_secs(2_678_400)));
    assert_eq!(settings.lifetime.permanence, Permanence::Permanent);
    let records = flask_records(&config);
    assert_eq!(records.signer.unwrap().iter().next(), Some(SECRET.as_bytes()));
}

#[test]
fn a_type_alone_gives_flask_sessions_defaults() {
    let config = with([("SESSION_TYPE", "redis".into())]).unwrap();
    let records = flask_records(&config);
    assert_eq!((records.key_prefix.as_str(), records.id_length), ("session:", 32));
    assert_eq!(records.encoding, FlaskEncoding::MsgPack);
    assert!(records.signer.is_none());
    let lifetime = Lifetime { permanence: Permanence::Permanent, ..Lifetime::flask() };
    assert_eq!(server_side(&config).lifetime, lifetime);
    let Some(StoreChoice::Redis(redis)) = config.store() else { panic!() };
    assert_eq!((redis.url.as_str(), redis.database), ("redis://localhost:6379/0", None));
}

#[test]
fn every_setting_of_the_records() {
    let config = with([
        ("SESSION_TYPE", "REDIS".into()),
        ("SESSION_KEY_PREFIX", "".into()),
        ("SESSION_ID_LENGTH", 16.into()),
        ("SESSION_SERIALIZATION_FORMAT", "json".into()),
        ("SESSION_PERMANENT", false.into()),
    ]);
    let config = config.unwrap();
    let records = flask_records(&config);
    assert_eq!((records.key_prefix.as_str(), records.id_length), ("", 16));
    assert_eq!(records.encoding, FlaskEncoding::Json);
    assert_eq!(server_side(&config).lifetime.permanence, Permanence::BrowserSession);
}

#[test]
fn files_hold_pickles() {
    for kind in ["filesystem", "cachelib"] {
        let config =
            with([("SESSION_TYPE", kind.into()), ("SESSION_SERIALIZATION_FORMAT", "json".into())]).unwrap();
        let expected = StoreChoice::Cachelib { folder: "flask_session".into(), threshold: 500, mode: 0o600 };
        assert_eq!(config.store(), Some(&expected));
        assert_eq!(flask_records(&config).encoding, FlaskEncoding::Pickle);
    }
    let set = choice([
        ("SESSION_TYPE", "filesystem".into()),
        ("SESSION_FILE_DIR", "/srv/sessions".into()),
        ("SESSION_FILE_THRESHOLD", 0.into()),
        ("SESSION_FILE_MODE", 0o640.into()),
    ]);
    assert_eq!(set, StoreChoice::Cachelib { folder: "/srv/sessions".into(), threshold: 0, mode: 0o640 });
}

#[test]
fn the_database_is_the_programs_own_unless_another_is_named() {
    let program = ("SQLALCHEMY_DATABASE_URI", Value::from("sqlite:///app.db"));
    let expected = |file: &str, table: &str, cleanup_n_requests| StoreChoice::SqlAlchemy {
        file: PathBuf::from(file),
        table: table.to_owned(),
        cleanup_n_requests,
    };
    let sqlalchemy = ("SESSION_TYPE", Value::from("sqlalchemy"));
    assert_eq!(choice([sqlalchemy.clone(), program.clone()]), expected("app.db", "sessions", None));
    let named = choice([
        sqlalchemy,
        program,
        ("SESSION_SQLALCHEMY", "sqlite:////srv/s.db".into()),
        ("SESSION_SQLALCHEMY_TABLE", "web".into()),
        ("SESSION_CLEANUP_N_REQUESTS", 100.into()),
        ("SESSION_SQLALCHEMY_SCHEMA", Value::Null),
    ]);
    assert_eq!(named, expected("/srv/s.db", "web", Some(100)));
    let vars = [
        ("FLASK_SECRET_KEY", SECRET),
        ("FLASK_SESSION_TYPE", "sqlalchemy"),
        ("FLASK_SQLALCHEMY_DATABASE_URI", "sqlite:///env.db"),
    ];
    let config = Config::from_vars("FLASK", vars).unwrap();
    assert_eq!(config.store(), Some(&expected("env.db", "sessions", None)));
}

#[test]
fn a_url_alone_keeps_our_own_records() {
    for url in ["memory:", "file:///srv/sessions", "sqlite:///srv/sessions.db", "unknown://"] {
        let StoreChoice::Url(chosen) = choice([("SESSION_STORE", url.into()), ("DEWAR_NAME", "shop".into())])
        else {
            panic!("{url}")
        };
        assert_eq!(chosen.as_str(), url);
    }
    let config = with([
        ("SESSION_STORE", "redis://cache/3".into()),
        ("SESSION_REDIS_PASSWORD", "pw".into()),
        ("DEWAR_NAME", "shop".into()),
    ])
    .unwrap();
    let Some(StoreChoice::Redis(redis)) = config.store() else { panic!() };
    assert_eq!((redis.url.as_str(), redis.password.as_deref()), ("redis://cache/3", Some("pw")));
    assert!(redis.owners);
    let RecordFormat::Native(records) = server_side(&config).records else { panic!() };
    assert_eq!(records, NativeRecords { name: "shop".into() });
}

#[test]
fn without_a_type_or_with_null_sessions_stay_in_the_cookie() {
    let null = |value: Value| with([("SESSION_TYPE", value), ("SESSION_REDIS", "redis://h".into())]).unwrap();
    for config in [with([]).unwrap(), null(Value::Null), null("null".into())] {
        assert_eq!(config.store(), None);
        assert_eq!(config.server_side(Arc::new(Memory::new())).unwrap_err(), ConfigError::NoStore);
    }
}

#[test]
fn what_has_no_effect_is_an_error() {
    for (name, value) in [
        ("SESSION_KEY_PREFIX", Value::from("x")),
        ("SESSION_PERMANENT", false.into()),
        ("SESSION_REDIS", "redis://h".into()),
        ("SESSION_REDIS_PASSWORD", "x".into()),
        ("SESSION_MONGODB_DB", "x".into()),
    ] {
        let error = with([(name, value)]).unwrap_err();
        assert_eq!(error, ConfigError::NoSessionType { setting: name });
        assert!(error.to_string().starts_with(name) && error.to_string().contains("SESSION_TYPE"), "{error}");
    }
    let signed = with([("SESSION_STORE", "memory:".into()), ("SESSION_USE_SIGNER", true.into())]);
    assert_eq!(signed.unwrap_err(), ConfigError::NoSessionType { setting: "SESSION_USE_SIGNER" });
    let both = with([("SESSION_STORE", "memory:".into()), ("SESSION_TYPE", "redis".into())]);
    assert_eq!(both.unwrap_err(), ConfigError::TwoStores);
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    for kind in ["memcached", "mongodb", "dynamodb", "MongoDB"] {
        let error = with([("SESSION_TYPE", kind.into())]).unwrap_err();
        assert_eq!(error, ConfigError::NotYet { setting: "SESSION_TYPE" });
        assert!(error.to_string().contains("not there yet"), "{error}");
    }
    for kind in ["", "file", "redis "] {
        let error = with([("SESSION_TYPE", kind.into())]).unwrap_err();
        assert_eq!(error, ConfigError::UnknownSessionType { found: kind.into() });
    }
    for (kind, name) in [("cachelib", "SESSION_CACHELIB"), ("sqlalchemy", "SESSION_SQLALCHEMY_BIND_KEY")] {
        let error = with([("SESSION_TYPE", kind.into()), (name, "x".into())]).unwrap_err();
        assert_eq!(error, ConfigError::NotYet { setting: name });
    }
}

#[test]
fn every_setting_refuses_what_is_not_its_own() {
    let of = |kind: &'static str, name: &'static str, values: Vec<Value>| (kind, name, values);
    let table = vec![
        of("redis", "SESSION_KEY_PREFIX", vec![1.into(), "x".repeat(257).into()]),
        of("redis", "SESSION_PERMANENT", vec![1.into(), "false".into()]),
        of("redis", "SESSION_USE_SIGNER", vec!["yes".into()]),
        of("redis", "SESSION_ID_LENGTH", vec![15.into(), 129.into(), (-1).into(), "32".into(), true.into()]),
        of("redis", "SESSION_SERIALIZATION_FORMAT", vec!["pickle".into(), "JSON".into(), 1.into()]),
        of("redis", "SESSION_REDIS", vec!["localhost".into(), "sqlite:///x".into(), 1.into(), "".into()]),
        of("redis", "SESSION_REDIS_PASSWORD", vec![123.into()]),
        of("redis", "SESSION_REDIS_DB", vec![(-1).into(), "0".into(), i64::MAX.into()]),
        of("filesystem", "SESSION_FILE_DIR", vec![1.into()]),
        of("filesystem", "SESSION_FILE_THRESHOLD", vec![(-1).into(), "many".into()]),
        of("filesystem", "SESSION_FILE_MODE", vec![0o1000.into(), "0o600".into()]),
        of(
            "sqlalchemy",
            "SESSION_SQLALCHEMY",
            vec![Value::Null, "postgresql://h/d".into(), "sqlite://".into()],
        ),
        of("sqlalchemy", "SQLALCHEMY_DATABASE_URI", vec!["mysql://h/d".into(), 1.into()]),
        of("null", "SESSION_STORE", vec![1.into(), true.into()]),
    ];
    for (kind, name, values) in table {
        for value in values {
            let shown = format!("{name} {value:?}");
            let error = with([("SESSION_TYPE", kind.into()), (name, value)]).expect_err(&shown);
            assert!(error.to_string().starts_with(name), "{shown}: {error}");
        }
    }
}

#[test]
fn no_password_is_shown() {
    let shown = |url: &'static str| {
        let redis = ("SESSION_REDIS", url.into());
        let password = ("SESSION_REDIS_PASSWORD", "hunter2".into());
        match with([("SESSION_TYPE", "redis".into()), redis, password]) {
            Ok(config) => format!("{config:?}"),
            Err(error) => format!("{error} {error:?}"),
        }
    };
    for url in [
        "redis://:hunter2@localhost:6379/0",
        "redis://:hun?hunter2@h",
        "redis://localhost/0?password=hunter2",
        "unix:///run/redis.sock?pass=hunter2",
        "hunter2",
        "http://:hunter2@h",
    ] {
        assert!(!shown(url).contains("hunter2"), "{}", shown(url));
    }
    let store = with([("SESSION_STORE", "reds://:hunter2@h".into()), ("DEWAR_NAME", "shop".into())]).unwrap();
    assert!(!format!("{store:?}").contains("hunter2"));
    assert!(shown("redis://localhost:6379/0").contains("redis://localhost:6379/0"));
}
