//! Which engine the settings name, and with which settings.

use std::error::Error;

use dewar::config::{Config, ConfigError};
use dewar::value::{Map, Value};

use crate::OpenError;
use crate::open::engine::Engine;
use crate::open::settings::read;
use crate::open::wanted::Wanted;

const SECRET: (&str, &str) = ("SECRET_KEY", "5f0c19e2a7d84b3690fe21c7b58d4a63");

/// Settings for sessions in a store, which the core accepts.
fn config(settings: impl IntoIterator<Item = (&'static str, Value)>) -> Config {
    let always = [SECRET, ("DEWAR_NAME", "shop")].map(|(name, value)| (name, Value::from(value)));
    Config::from_map(&always.into_iter().chain(settings).collect()).unwrap()
}

fn wanted(
    settings: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<(&'static Engine, Wanted), OpenError> {
    read(config(settings).store().unwrap())
}

fn refused(settings: impl IntoIterator<Item = (&'static str, Value)>) -> ConfigError {
    let error = wanted(settings).err().expect("it is not to be taken");
    let source = error.source().and_then(|source| source.downcast_ref::<ConfigError>());
    source.unwrap_or_else(|| panic!("{error:?}")).clone()
}

#[test]
fn redis_of_flask_session() {
    let (engine, wanted) = wanted([("SESSION_TYPE", "REDIS".into())]).unwrap();
    assert_eq!(engine.name(), "Redis");
    assert_eq!((wanted.own_url(), wanted.text("SESSION_REDIS")), (None, Some("redis://localhost:6379/0")));
    assert_eq!((wanted.text("SESSION_REDIS_PASSWORD"), wanted.number("SESSION_REDIS_DB")), (None, None));
}

#[test]
fn the_whole_list_of_a_program_with_redis() {
    let settings = [
        ("FLASK_SECRET_KEY", SECRET.1),
        ("FLASK_SESSION_TYPE", "redis"),
        ("FLASK_SESSION_REDIS", "redis://127.0.0.1:6379"),
        ("FLASK_SESSION_REDIS_PASSWORD", "password"),
        ("FLASK_SESSION_REDIS_DB", "0"),
        ("FLASK_SESSION_USE_SIGNER", "true"),
    ];
    let config = Config::from_vars("FLASK", settings).unwrap();
    let (_, wanted) = read(config.store().unwrap()).unwrap();
    assert_eq!(wanted.text("SESSION_REDIS"), Some("redis://127.0.0.1:6379"));
    assert_eq!(wanted.text("SESSION_REDIS_PASSWORD"), Some("password"));
    assert_eq!(wanted.number("SESSION_REDIS_DB"), Some(0));
}

#[test]
fn files_of_cachelib() {
    for kind in ["filesystem", "cachelib"] {
        let (engine, wanted) = wanted([("SESSION_TYPE", kind.into())]).unwrap();
        assert_eq!((engine.name(), wanted.text("SESSION_FILE_DIR")), ("files", None));
    }
    let (_, wanted) = wanted([
        ("SESSION_TYPE", "filesystem".into()),
        ("SESSION_FILE_DIR", "/srv/sessions".into()),
        ("SESSION_FILE_THRESHOLD", 0.into()),
        ("SESSION_FILE_MODE", 0o640.into()),
    ])
    .unwrap();
    assert_eq!(wanted.text("SESSION_FILE_DIR"), Some("/srv/sessions"));
    assert_eq!(wanted.number("SESSION_FILE_THRESHOLD"), Some(0));
    assert_eq!(wanted.number("SESSION_FILE_MODE"), Some(0o640));
}

#[test]
fn the_database_is_the_programs_own_unless_another_is_named() {
    let program = ("SQLALCHEMY_DATABASE_URI", Value::from("sqlite:///app.db"));
    let sqlalchemy = ("SESSION_TYPE", Value::from("sqlalchemy"));
    let (engine, alone) = wanted([sqlalchemy.clone(), program.clone()]).unwrap();
    assert_eq!((engine.name(), alone.text("SESSION_SQLALCHEMY")), ("SQLite", Some("sqlite:///app.db")));
    assert_eq!(alone.number("SESSION_CLEANUP_N_REQUESTS"), None);
    let (_, named) = wanted([
        sqlalchemy,
        program,
        ("SESSION_SQLALCHEMY", "sqlite:////srv/s.db".into()),
        ("SESSION_SQLALCHEMY_TABLE", "web".into()),
        ("SESSION_CLEANUP_N_REQUESTS", 100.into()),
        ("SESSION_SQLALCHEMY_SCHEMA", Value::Null),
    ])
    .unwrap();
    assert_eq!(named.text("SESSION_SQLALCHEMY"), Some("sqlite:////srv/s.db"));
    assert_eq!(named.text("SESSION_SQLALCHEMY_TABLE"), Some("web"));
    assert_eq!(named.number("SESSION_CLEANUP_N_REQUESTS"), Some(100));
    let vars = [
        ("FLASK_SECRET_KEY", SECRET.1),
        ("FLASK_SESSION_TYPE", "sqlalchemy"),
        ("FLASK_SQLALCHEMY_DATABASE_URI", "sqlite:///env.db"),
    ];
    let config = Config::from_vars("FLASK", vars).unwrap();
    let (_, wanted) = read(config.store().unwrap()).unwrap();
    assert_eq!(wanted.text("SESSION_SQLALCHEMY"), Some("sqlite:///env.db"));
}

#[test]
fn the_url_says_which_sql_engine() {
    for (url, name) in [
        ("sqlite:///app.db", "SQLite"),
        ("sqlite+pysqlite:////srv/app.db", "SQLite"),
        ("postgresql://user:pw@host/app", "PostgreSQL"),
        ("postgresql+psycopg2://user:pw@host/app", "PostgreSQL"),
        ("mysql+pymysql://user:pw@host/app", "MySQL"),
        ("mariadb+mariadbconnector://user:pw@host/app", "MySQL"),
    ] {
        let (engine, _) =
            wanted([("SESSION_TYPE", "SQLAlchemy".into()), ("SESSION_SQLALCHEMY", url.into())]).unwrap();
        assert_eq!(engine.name(), name, "{url}");
    }
}

#[test]
fn a_bind_key_leads_to_another_database() {
    let kind = ("SESSION_TYPE", Value::from("sqlalchemy"));
    let url = ("SESSION_SQLALCHEMY", Value::from("sqlite:///app.db"));
    let key = |key: &'static str| ("SESSION_SQLALCHEMY_BIND_KEY", Value::from(key));
    let options = Map::from([("url", Value::from("postgresql+psycopg2://me:hunter2@two/app"))]);
    let binds = Map::from([("one", Value::from("mysql://one/app")), ("two", Value::Map(options))]);
    let binds = ("SQLALCHEMY_BINDS", Value::Map(binds));
    for (key, engine, url) in [
        (key("one"), "MySQL", "mysql://one/app"),
        (key("two"), "PostgreSQL", "postgresql+psycopg2://me:hunter2@two/app"),
    ] {
        let (found, wanted) = wanted([kind.clone(), key, binds.clone()]).unwrap();
        assert_eq!((found.name(), wanted.text("SESSION_SQLALCHEMY")), (engine, Some(url)));
    }
    let (found, _) = wanted([kind.clone(), url.clone(), key("")]).unwrap();
    assert_eq!(found.name(), "SQLite");
    for binds in [Some(binds), None] {
        let settings = [kind.clone(), url.clone(), key("three")];
        let error = refused(settings.into_iter().chain(binds)).to_string();
        assert!(error.starts_with("SQLALCHEMY_BINDS") && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn our_own_records_by_url_with_the_settings_that_are_for_them_too() {
    let store = |url: &'static str| ("SESSION_STORE", Value::from(url));
    let password = ("SESSION_REDIS_PASSWORD", Value::from("pw"));
    let (engine, redis) = wanted([store("redis://cache/3"), password.clone()]).unwrap();
    assert_eq!((engine.name(), redis.own_url()), ("Redis", Some("redis://cache/3")));
    assert_eq!((redis.text("SESSION_REDIS_PASSWORD"), redis.text("SESSION_REDIS")), (Some("pw"), None));
    // Another engine ignores it, as Flask-Session does.
    let (engine, memory) = wanted([store("memory:"), password]).unwrap();
    assert_eq!((engine.name(), memory.text("SESSION_REDIS_PASSWORD")), ("memory", None));
}

#[test]
fn what_has_no_effect_is_an_error() {
    for (name, value) in
        [("SESSION_REDIS", "redis://h"), ("SESSION_FILE_DIR", "x"), ("SESSION_MONGODB_DB", "x")]
    {
        let error = refused([("SESSION_STORE", "memory:".into()), (name, value.into())]);
        assert_eq!(error, ConfigError::NoSessionType { setting: name.into() });
    }
}

/// Without a store, the core only knows that the setting may be for a store.
#[test]
fn a_setting_of_an_engine_without_a_store_is_told_from_a_misspelt_one() {
    let engines = Engine::all().iter().flat_map(|engine| engine.settings).map(|setting| setting.name);
    for name in engines.filter(|name| name.starts_with("SESSION_")) {
        let error = Config::from_map(&Map::from([SECRET, (name, "x")])).unwrap_err();
        assert_eq!(error, ConfigError::NoSessionType { setting: name.into() });
    }
}

#[test]
fn a_misspelt_setting_is_told_the_nearest() {
    for (misspelt, nearest) in [
        ("SESSION_REDIS_PASWORD", Some("SESSION_REDIS_PASSWORD")),
        ("SESSION_FILES_DIR", Some("SESSION_FILE_DIR")),
        ("SESSION_UNHEARD_OF", None),
    ] {
        for store in [("SESSION_TYPE", Value::from("redis")), ("SESSION_STORE", "memory:".into())] {
            let expected = ConfigError::UnknownSetting { name: misspelt.into(), nearest };
            assert_eq!(refused([store, (misspelt, 1.into())]), expected);
        }
    }
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    let known = || vec!["filesystem", "cachelib", "sqlalchemy", "redis", "memcached", "mongodb"];
    for kind in ["dynamodb", "DynamoDB"] {
        let error = refused([("SESSION_TYPE", kind.into())]);
        assert_eq!(error, ConfigError::Unsupported { setting: "SESSION_TYPE", instead: known() });
        assert!(
            error
                .to_string()
                .contains("not supported; use filesystem, cachelib, sqlalchemy, redis, memcached or mongodb"),
            "{error}"
        );
    }
    for kind in ["", "file", "redis "] {
        let error = refused([("SESSION_TYPE", kind.into())]);
        assert_eq!(error, ConfigError::UnknownSessionType { found: kind.into(), known: known() });
    }
    let name = "SESSION_CACHELIB";
    let error = refused([("SESSION_TYPE", "cachelib".into()), (name, "x".into())]);
    assert_eq!(error, ConfigError::Unsupported { setting: name, instead: vec![] });
}

#[test]
fn every_setting_refuses_what_is_not_its_own() {
    let table: Vec<(&str, &'static str, Vec<Value>)> = vec![
        ("redis", "SESSION_REDIS", vec!["localhost".into(), "sqlite:///x".into(), 1.into(), "".into()]),
        ("redis", "SESSION_REDIS_PASSWORD", vec![123.into()]),
        ("redis", "SESSION_REDIS_DB", vec![(-1).into(), "0".into(), i64::MAX.into()]),
        ("filesystem", "SESSION_FILE_DIR", vec![1.into()]),
        ("filesystem", "SESSION_FILE_THRESHOLD", vec![(-1).into(), "500".into()]),
        ("filesystem", "SESSION_FILE_MODE", vec![0o1000.into(), "0o600".into()]),
        ("sqlalchemy", "SESSION_CLEANUP_N_REQUESTS", vec![0.into(), "1".into()]),
        ("sqlalchemy", "SESSION_SQLALCHEMY", vec![Value::Null, "oracle://h/d".into(), "sqlite://".into()]),
        ("sqlalchemy", "SQLALCHEMY_DATABASE_URI", vec!["mssql://h/d".into(), 1.into()]),
    ];
    for (kind, name, values) in table {
        for value in values {
            let shown = format!("{name} {value:?}");
            let database = ("SESSION_SQLALCHEMY", Value::from("sqlite:///x"));
            let complete = (name == "SESSION_CLEANUP_N_REQUESTS").then_some(database);
            let settings = [("SESSION_TYPE", kind.into()), (name, value)];
            let error = wanted(settings.into_iter().chain(complete)).err().expect(&shown);
            assert!(error.to_string().starts_with(name), "{shown}: {error}");
        }
    }
}

#[test]
fn a_setting_of_a_previous_manager_is_told_with_its_prefix() {
    let config = config([
        ("SESSION_STORE", "memory:".into()),
        ("DEWAR_PREVIOUS_UNTIL", "2027-01-01".into()),
        ("DEWAR_PREVIOUS_SESSION_TYPE", "redis".into()),
        ("DEWAR_PREVIOUS_SESSION_REDIS_DB", (-1).into()),
    ]);
    let previous = config.previous.unwrap().config;
    let error = read(previous.store().unwrap()).err().unwrap().to_string();
    assert!(error.starts_with("DEWAR_PREVIOUS_…: SESSION_REDIS_DB must be between"), "{error}");
}

#[test]
fn no_password_is_shown() {
    for url in [
        "redis://:hunter2@localhost:6379/0",
        "redis://:hun?hunter2@h",
        "redis://localhost/0?password=hunter2",
        "unix:///run/redis.sock?pass=hunter2",
        "hunter2",
        "http://:hunter2@h",
    ] {
        let settings = [
            ("SESSION_TYPE", "redis".into()),
            ("SESSION_REDIS", url.into()),
            ("SESSION_REDIS_PASSWORD", "hunter2".into()),
        ];
        let config = config(settings);
        let error = read(config.store().unwrap()).err();
        assert!(!format!("{config:?} {error:?}").contains("hunter2"), "{url}: {config:?} {error:?}");
    }
}
