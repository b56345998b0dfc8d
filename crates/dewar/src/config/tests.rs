use std::time::Duration;

use super::{Config, ConfigError};
use crate::cookie::{CookiePolicy, SameSite};
use crate::lifetime::{Lifetime, Refresh};
use crate::manager::{CookieFormat, FlaskOptions, SessionManager};
use crate::signing::FlaskSerializer;
use crate::value::{Map, Value};

mod defaults;
mod in_store;
mod refusals;
mod sources;

const SECRET: &str = "5f0c19e2a7d84b3690fe21c7b58d4a63";

fn with(settings: impl IntoIterator<Item = (&'static str, Value)>) -> Result<Config, ConfigError> {
    let secret = [("SECRET_KEY", SECRET.into())];
    Config::from_map(&secret.into_iter().chain(settings).collect())
}

fn list(items: impl IntoIterator<Item = &'static str>) -> Value {
    Value::List(items.into_iter().map(Value::from).collect())
}

#[test]
fn alone_the_secret_gives_flasks_defaults() {
    let config = with([]).unwrap();
    assert_eq!(config.cookie, CookiePolicy::flask());
    assert_eq!(config.lifetime, Lifetime::flask());
    assert_eq!(config.format, CookieFormat::Flask(FlaskOptions::default()));
    assert!(config.previous.is_none());
}

#[test]
fn every_setting_of_the_cookie() {
    let flask = CookiePolicy::flask;
    let table: Vec<(&str, Value, CookiePolicy)> = vec![
        ("SESSION_COOKIE_NAME", "sid".into(), CookiePolicy { name: "sid".into(), ..flask() }),
        (
            "SESSION_COOKIE_DOMAIN",
            "a.example".into(),
            CookiePolicy { domain: Some("a.example".into()), ..flask() },
        ),
        ("SESSION_COOKIE_DOMAIN", Value::Null, flask()),
        ("SESSION_COOKIE_DOMAIN", false.into(), flask()),
        ("SESSION_COOKIE_PATH", "/p".into(), CookiePolicy { path: Some("/p".into()), ..flask() }),
        ("SESSION_COOKIE_PATH", Value::Null, flask()),
        ("SESSION_COOKIE_PATH", "".into(), flask()),
        ("APPLICATION_ROOT", "/app".into(), CookiePolicy { path: Some("/app".into()), ..flask() }),
        ("APPLICATION_ROOT", Value::Null, CookiePolicy { path: None, ..flask() }),
        ("SESSION_COOKIE_SECURE", true.into(), CookiePolicy { secure: true, ..flask() }),
        ("SESSION_COOKIE_HTTPONLY", false.into(), CookiePolicy { http_only: false, ..flask() }),
        ("SESSION_COOKIE_SAMESITE", "Lax".into(), CookiePolicy { same_site: Some(SameSite::Lax), ..flask() }),
        (
            "SESSION_COOKIE_SAMESITE",
            "sTRICT".into(),
            CookiePolicy { same_site: Some(SameSite::Strict), ..flask() },
        ),
        ("SESSION_COOKIE_SAMESITE", Value::Null, flask()),
        ("SESSION_COOKIE_PARTITIONED", true.into(), CookiePolicy { partitioned: true, ..flask() }),
    ];
    for (name, value, expected) in table {
        let shown = format!("{name} {value:?}");
        assert_eq!(with([(name, value)]).unwrap().cookie, expected, "{shown}");
    }
}

#[test]
fn the_path_is_preferred_to_the_root() {
    let both = |path: Value| {
        with([("SESSION_COOKIE_PATH", path), ("APPLICATION_ROOT", "/r".into())]).unwrap().cookie.path
    };
    assert_eq!(both("/p".into()).as_deref(), Some("/p"));
    assert_eq!(both("".into()).as_deref(), Some("/r"));
    assert_eq!(both(Value::Null).as_deref(), Some("/r"));
}

#[test]
fn lifetime_and_refresh() {
    let config = with([
        ("PERMANENT_SESSION_LIFETIME", Value::Float(1.5)),
        ("SESSION_REFRESH_EACH_REQUEST", false.into()),
    ]);
    let expected =
        Lifetime { idle: Some(Duration::from_millis(1500)), refresh: Refresh::OnChange, ..Lifetime::flask() };
    assert_eq!(config.unwrap().lifetime, expected);
}

#[test]
fn formats() {
    let config = with([("DEWAR_COOKIE_FORMAT", "sealed".into())]).unwrap();
    assert_eq!(config.format, CookieFormat::Sealed);
    assert_eq!(config.client_side().cookie.name, "__Host-session");
}

/// Flask tries the current key, then the fallbacks from the last to the first.
#[test]
fn fallbacks_are_the_oldest_first() {
    let config = with([("SECRET_KEY_FALLBACKS", list(["oldest", "old"]))]).unwrap();
    let in_order: Vec<&[u8]> = config.keys.iter().collect();
    assert_eq!(in_order, [SECRET.as_bytes(), b"old", b"oldest"]);
    assert_eq!(with([("SECRET_KEY_FALLBACKS", Value::Null)]).unwrap().keys.iter().len(), 1);
    assert_eq!(with([("SECRET_KEY_FALLBACKS", list([]))]).unwrap().keys.iter().len(), 1);
}

#[test]
fn a_secret_of_bytes_is_used_as_it_is() {
    let secret: Vec<u8> = (0..32_u8).map(|n| n.wrapping_mul(151) ^ 0xa5).collect();
    let config = Config::from_map(&Map::from([("SECRET_KEY", secret.clone())])).unwrap();
    assert_eq!(config.keys.iter().collect::<Vec<_>>(), [&secret[..]]);
}

/// What the two programs share: the cookie that one key of the list has signed opens with the list.
#[test]
fn the_manager_takes_what_the_settings_come_to() {
    let config = with([("SECRET_KEY_FALLBACKS", list(["oldest", "old"]))]).unwrap();
    assert!(SessionManager::client_side(config.clone().client_side()).is_ok());
    let serializer = FlaskSerializer::flask(&config.keys);
    let oldest = FlaskSerializer::flask(&crate::SecretKeys::accepting_weak("oldest").unwrap());
    let now = crate::clock::UnixTime::from_seconds(1_709_210_096);
    let token = oldest.dump_map(&Map::from([("a", 1)]), now).unwrap();
    assert!(serializer.load_map(token.as_bytes(), now, config.lifetime.idle).is_ok());
}
