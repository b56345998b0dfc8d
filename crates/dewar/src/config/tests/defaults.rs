//! The defaults: safe unless Flask's formats are chosen.

use std::sync::Arc;
use std::time::Duration;

use super::with;
use crate::config::{Config, ConfigError, PreviousConfig};
use crate::cookie::{CookiePolicy, SameSite};
use crate::lifetime::{Lifetime, Permanence, Refresh};
use crate::manager::{CookieFormat, SessionManager};
use crate::store::Memory;
use crate::value::Value;

type Settings = Vec<(&'static str, Value)>;

/// The settings that choose formats of ours.
fn ours() -> [Settings; 2] {
    let stored = vec![("SESSION_STORE", "memory:".into()), ("DEWAR_NAME", "shop".into())];
    [vec![("DEWAR_COOKIE_FORMAT", "sealed".into())], stored]
}

/// The settings that choose formats of Flask's, or choose nothing.
fn flasks() -> [Settings; 5] {
    [
        vec![],
        vec![("DEWAR_COOKIE_FORMAT", "flask".into())],
        vec![("SESSION_TYPE", "redis".into())],
        vec![("SESSION_TYPE", Value::Null)],
        vec![("SESSION_TYPE", "redis".into()), ("DEWAR_COOKIE_FORMAT", "sealed".into())],
    ]
}

fn and(
    settings: &Settings,
    more: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<Config, ConfigError> {
    with(settings.clone().into_iter().chain(more))
}

/// What a manager is made of: the cookie and the lifetime.
fn made(config: &Config) -> (CookiePolicy, Lifetime) {
    match config.store() {
        Some(_) => {
            let settings = config.server_side(Arc::new(Memory::new())).unwrap();
            (settings.cookie, settings.lifetime)
        }
        None => {
            let settings = config.clone().client_side();
            assert!(SessionManager::client_side(settings.clone()).is_ok());
            (settings.cookie, settings.lifetime)
        }
    }
}

#[test]
fn our_own_formats_have_our_defaults() {
    for settings in ours() {
        let (cookie, lifetime) = made(&with(settings).unwrap());
        assert_eq!(cookie, CookiePolicy::default());
        assert_eq!((cookie.secure, cookie.http_only, cookie.same_site), (true, true, Some(SameSite::Lax)));
        assert_eq!(lifetime, Lifetime::default());
        assert_eq!(lifetime.permanence, Permanence::BrowserSession);
    }
}

#[test]
fn flasks_formats_have_flasks() {
    for settings in flasks() {
        let config = with(settings).unwrap();
        let (cookie, lifetime) = made(&config);
        assert_eq!(cookie, CookiePolicy::flask());
        let permanence =
            if config.store().is_some() { Permanence::Permanent } else { Permanence::BrowserSession };
        assert_eq!(lifetime, Lifetime { permanence, ..Lifetime::flask() });
    }
}

/// Even if it is less safe.
#[test]
fn what_is_set_counts_with_our_own_formats() {
    for settings in ours() {
        let set = [
            ("SESSION_COOKIE_NAME", "sid".into()),
            ("SESSION_COOKIE_SECURE", false.into()),
            ("SESSION_COOKIE_HTTPONLY", false.into()),
            ("SESSION_COOKIE_SAMESITE", Value::Null),
            ("PERMANENT_SESSION_LIFETIME", 600.into()),
            ("SESSION_REFRESH_EACH_REQUEST", true.into()),
            ("DEWAR_ABSOLUTE_LIFETIME", 7200.into()),
        ];
        let (cookie, lifetime) = made(&and(&settings, set).unwrap());
        let expected = CookiePolicy { name: "sid".into(), http_only: false, ..CookiePolicy::flask() };
        assert_eq!(cookie, expected);
        let expected = Lifetime {
            idle: Some(Duration::from_secs(600)),
            absolute: Some(Duration::from_secs(7200)),
            refresh: Refresh::EachRequest,
            ..Lifetime::default()
        };
        assert_eq!(lifetime, expected);
        let unrefreshed = and(&settings, [("SESSION_REFRESH_EACH_REQUEST", false.into())]).unwrap();
        assert_eq!(made(&unrefreshed).1.refresh, Refresh::OnChange);
    }
}

#[test]
fn our_cookie_has_the_strictest_name_that_its_attributes_allow() {
    let secure = |value: bool| ("SESSION_COOKIE_SECURE", Value::from(value));
    let table: [(&str, Settings); 8] = [
        ("__Host-session", vec![secure(true), ("SESSION_COOKIE_PATH", Value::Null)]),
        ("__Secure-session", vec![("SESSION_COOKIE_DOMAIN", "example.com".into())]),
        ("__Secure-session", vec![("SESSION_COOKIE_PATH", "/shop".into())]),
        ("__Secure-session", vec![("APPLICATION_ROOT", "/shop".into())]),
        ("__Secure-session", vec![("APPLICATION_ROOT", Value::Null)]),
        ("__Host-session", vec![secure(false), ("SESSION_COOKIE_PARTITIONED", true.into())]),
        ("session", vec![secure(false), ("SESSION_COOKIE_DOMAIN", "example.com".into())]),
        ("session", vec![secure(false)]),
    ];
    for settings in ours() {
        for (name, more) in &table {
            let shown = format!("{more:?}");
            let (cookie, _) = made(&and(&settings, more.clone()).expect(&shown));
            assert_eq!(cookie.name, *name, "{shown}");
        }
    }
}

#[test]
fn plain_http_is_one_setting() {
    for settings in ours() {
        let (cookie, lifetime) = made(&and(&settings, [("SESSION_COOKIE_SECURE", false.into())]).unwrap());
        assert_eq!(cookie, CookiePolicy::plain_http());
        assert_eq!(lifetime, Lifetime::default());
    }
}

#[test]
fn an_absolute_limit_is_for_our_own_formats() {
    let limit = |value: Value| [("DEWAR_ABSOLUTE_LIFETIME", value)];
    for settings in flasks() {
        assert_eq!(and(&settings, limit(60.into())).unwrap_err(), ConfigError::AbsoluteLifetimeInFlaskFormat);
        assert_eq!(made(&and(&settings, limit(Value::Null)).unwrap()).1.absolute, None);
    }
    for settings in ours() {
        assert_eq!(made(&and(&settings, limit(Value::Null)).unwrap()).1.absolute, None);
        for wrong in [0.into(), (-1).into(), Value::Float(1e18)] {
            let error = and(&settings, limit(wrong)).unwrap_err();
            assert_eq!(error, ConfigError::LifetimeOutOfRange { setting: "DEWAR_ABSOLUTE_LIFETIME" });
        }
        for wrong in ["3600".into(), true.into()] {
            assert!(matches!(and(&settings, limit(wrong)), Err(ConfigError::WrongType { .. })));
        }
    }
}

/// Cutting it short in silence would log users out early; setting it aside would be less safe than nothing set.
#[test]
fn a_lifetime_beyond_the_default_limit_asks_for_another_limit() {
    let month = ("PERMANENT_SESSION_LIFETIME", Value::from(2_678_400));
    for settings in ours() {
        let error = and(&settings, [month.clone()]).unwrap_err();
        assert_eq!(error, ConfigError::LifetimeBeyondAbsolute);
        assert!(error.to_string().contains("set DEWAR_ABSOLUTE_LIFETIME"), "{error}");
        let day = and(&settings, [("PERMANENT_SESSION_LIFETIME", 86_400.into())]).unwrap();
        assert_eq!(made(&day).1.idle, Lifetime::default().absolute);
        for limit in [Value::Null, 31_536_000.into()] {
            let config = and(&settings, [month.clone(), ("DEWAR_ABSOLUTE_LIFETIME", limit)]).unwrap();
            assert_eq!(made(&config).1.idle, Some(Duration::from_secs(2_678_400)));
        }
    }
}

/// As it was set up, by the format that it had.
#[test]
fn a_previous_manager_has_the_defaults_of_its_own_format() {
    let until = ("DEWAR_PREVIOUS_UNTIL", Value::from("2027-01-01"));
    let [sealed, _] = ours();
    let PreviousConfig { config: previous, .. } = *and(&sealed, [until.clone()]).unwrap().previous.unwrap();
    assert_eq!(made(&previous), (CookiePolicy::flask(), Lifetime::flask()));

    let was_sealed = ("DEWAR_PREVIOUS_DEWAR_COOKIE_FORMAT", Value::from("sealed"));
    let PreviousConfig { config: previous, .. } = *with([until, was_sealed]).unwrap().previous.unwrap();
    assert_eq!(made(&previous), (CookiePolicy::default(), Lifetime::default()));
    assert_eq!(previous.format, CookieFormat::Sealed);
}
