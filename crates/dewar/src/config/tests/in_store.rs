//! Sessions in a store.

use std::sync::Arc;
use std::time::Duration;

use super::{SECRET, with};
use crate::config::{Config, ConfigError, StorePlace};
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

fn place(settings: impl IntoIterator<Item = (&'static str, Value)>) -> StorePlace {
    with(settings).unwrap().store().unwrap().place().clone()
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
    let store = config.store().unwrap();
    assert_eq!(*store.place(), StorePlace::SessionType("redis".into()));
    assert_eq!(store.text("SESSION_REDIS"), Ok(Some("redis://127.0.0.1:6379")));
    assert_eq!(store.number("SESSION_REDIS_DB", 0..=15), Ok(Some(0)));
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
fn without_a_type_or_with_null_sessions_stay_in_the_cookie() {
    let null = |value: Value| with([("SESSION_TYPE", value), ("SESSION_REDIS", "redis://h".into())]).unwrap();
    for config in [with([]).unwrap(), null(Value::Null), null("null".into())] {
        assert!(config.store().is_none());
        assert_eq!(config.server_side(Arc::new(Memory::new())).unwrap_err(), ConfigError::NoStore);
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

/// It is what the library does to which they leave the encoding.
#[test]
fn files_hold_pickles() {
    for kind in ["filesystem", "cachelib", "FileSystem"] {
        let config = with([("SESSION_TYPE", kind.into()), ("SESSION_SERIALIZATION_FORMAT", "json".into())]);
        assert_eq!(flask_records(&config.unwrap()).encoding, FlaskEncoding::Pickle);
    }
}

#[test]
fn a_url_alone_stores_our_own_records() {
    for url in
        ["memory:", "file:///srv/sessions", "sqlite:///srv/sessions.db", "redis://cache/3", "unknown://"]
    {
        let StorePlace::Url(chosen) = place([("SESSION_STORE", url.into()), ("DEWAR_NAME", "shop".into())])
        else {
            panic!("{url}")
        };
        assert_eq!(chosen.as_str(), url);
    }
    let config = with([("SESSION_STORE", "memory:".into()), ("DEWAR_NAME", "shop".into())]).unwrap();
    let RecordFormat::Native(records) = server_side(&config).records else { panic!() };
    assert_eq!(records, NativeRecords { name: "shop".into() });
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
        assert_eq!(error, ConfigError::NoSessionType { setting: name.into() });
        assert!(error.to_string().starts_with(name) && error.to_string().contains("SESSION_TYPE"), "{error}");
    }
    let signed = with([("SESSION_STORE", "memory:".into()), ("SESSION_USE_SIGNER", true.into())]);
    assert_eq!(signed.unwrap_err(), ConfigError::NoSessionType { setting: "SESSION_USE_SIGNER".into() });
    let both = with([("SESSION_STORE", "memory:".into()), ("SESSION_TYPE", "redis".into())]);
    assert_eq!(both.unwrap_err(), ConfigError::TwoStores);
}

#[test]
fn a_store_asks_for_its_settings_by_name_and_type() {
    let config = with([
        ("SESSION_TYPE", "reels".into()),
        ("SESSION_REELS", "two".into()),
        ("SESSION_REELS_SPEED", 5.into()),
        ("SESSION_REELS_LABEL", Value::Null),
        ("REELS_URL", "tape://".into()),
    ])
    .unwrap();
    let store = config.store().unwrap();
    assert_eq!(
        (store.text("SESSION_REELS"), store.text("REELS_URL")),
        (Ok(Some("two")), Ok(Some("tape://")))
    );
    assert_eq!((store.text("SESSION_REELS_LABEL"), store.is_set("SESSION_REELS_LABEL")), (Ok(None), false));
    assert_eq!(store.number("SESSION_REELS_SPEED", 1..=9), Ok(Some(5)));
    let least = ConfigError::OutOfRange { setting: "SESSION_REELS_SPEED", min: 6, max: 9 };
    assert_eq!(store.number("SESSION_REELS_SPEED", 6..=9), Err(least));
    assert!(matches!(store.text("SESSION_REELS_SPEED"), Err(ConfigError::WrongType { .. })));
    assert_eq!(store.text("SECRET_KEY"), Ok(None), "what is read here is not at hand");
    let known = ["SESSION_REELS", "SESSION_REELS_SPEED", "SESSION_REELS_LABEL"];
    assert_eq!(store.check_names(&known), Ok(()));
    let unknown = ConfigError::UnknownSetting { name: "SESSION_REELS".into(), nearest: Some("SESSION_REEL") };
    assert_eq!(
        store.check_names(&["SESSION_REEL", "SESSION_REELS_SPEED", "SESSION_REELS_LABEL"]),
        Err(unknown)
    );
}

#[test]
fn no_setting_of_a_store_is_shown() {
    let shown = |url: &'static str| {
        let settings = [("SESSION_STORE", url.into()), ("DEWAR_NAME", "shop".into())];
        let password = [("SESSION_PASSWORD_OF_STORE", "hunter2".into()), ("MAIL_PASSWORD", "hunter2".into())];
        format!("{:?}", with(settings.into_iter().chain(password)).unwrap())
    };
    for url in [
        "redis://:hunter2@localhost:6379/0",
        "redis://:hun?hunter2@h",
        "redis://localhost/0?password=hunter2",
        "hunter2",
        "reds://:hunter2@h",
    ] {
        assert!(!shown(url).contains("hunter2"), "{}", shown(url));
    }
    assert!(shown("redis://localhost:6379/0").contains("redis://localhost:6379/0"));
}
