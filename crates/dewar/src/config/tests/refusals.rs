//! What is refused, and how it is said.

use super::{SECRET, list, with};
use crate::config::{Config, ConfigError};
use crate::cookie::PolicyError;
use crate::signing::WeakSecret;
use crate::value::{Map, Value};

#[test]
fn a_weak_secret_is_refused_unless_it_is_allowed_aloud() {
    let weak = |more: &[(&'static str, Value)]| {
        Config::from_map(&[("SECRET_KEY", "dev".into())].into_iter().chain(more.iter().cloned()).collect())
    };
    assert!(matches!(weak(&[]), Err(ConfigError::WeakSecret(WeakSecret::WellKnown | WeakSecret::TooShort))));
    assert!(matches!(weak(&[("DEWAR_ALLOW_WEAK_SECRET", false.into())]), Err(ConfigError::WeakSecret(_))));
    assert!(weak(&[("DEWAR_ALLOW_WEAK_SECRET", true.into())]).is_ok());
}

#[test]
fn there_is_no_session_without_a_secret() {
    for secret in [None, Some(Value::Null), Some("".into()), Some(Value::Bytes(Vec::new()))] {
        let mut settings = Map::from([("DEWAR_ALLOW_WEAK_SECRET", true)]);
        if let Some(secret) = secret {
            settings.insert("SECRET_KEY", secret);
        }
        assert_eq!(Config::from_map(&settings).unwrap_err(), ConfigError::NoSecretKey);
    }
}

/// Every bad value, and the setting that its error names.
#[test]
fn every_setting_refuses_what_is_not_its_own() {
    let bad: Vec<(&str, Vec<Value>)> = vec![
        ("SECRET_KEY", vec![1.into(), true.into(), list(["a"])]),
        (
            "SECRET_KEY_FALLBACKS",
            vec![
                "abc".into(),
                "".into(),
                b"abc".to_vec().into(),
                1.into(),
                Map::new().into(),
                list([""]),
                Value::List(vec![1.into()]),
            ],
        ),
        (
            "SESSION_COOKIE_NAME",
            vec![
                Value::Null,
                1.into(),
                "".into(),
                "a b".into(),
                "a;b".into(),
                "é".into(),
                "__Host-s".into(),
                "__Secure-s".into(),
            ],
        ),
        (
            "SESSION_COOKIE_DOMAIN",
            vec![
                "".into(),
                true.into(),
                1.into(),
                "a b".into(),
                "a;Secure".into(),
                "a\r\nb".into(),
                "https://example.com".into(),
                ":5000".into(),
                "a..b".into(),
                "example.com.".into(),
                "None".into(),
            ],
        ),
        ("SESSION_COOKIE_PATH", vec![1.into(), false.into(), "p".into(), "/a\r\nSet-Cookie: x".into()]),
        ("APPLICATION_ROOT", vec![1.into()]),
        (
            "SESSION_COOKIE_SECURE",
            vec!["yes".into(), "true".into(), "".into(), 1.into(), Value::Null, Value::Float(1.0)],
        ),
        ("SESSION_COOKIE_HTTPONLY", vec!["False".into(), Value::Null]),
        ("SESSION_COOKIE_SAMESITE", vec!["".into(), "lenient".into(), false.into(), "None".into()]),
        ("SESSION_COOKIE_PARTITIONED", vec!["on".into()]),
        (
            "PERMANENT_SESSION_LIFETIME",
            vec![
                Value::Null,
                (-5).into(),
                "3600".into(),
                true.into(),
                Value::Float(f64::NAN),
                i64::MAX.into(),
            ],
        ),
        ("SESSION_REFRESH_EACH_REQUEST", vec!["no".into()]),
        ("DEWAR_COOKIE_FORMAT", vec!["Sealed".into(), "".into(), 1.into(), Value::Null]),
        ("DEWAR_ALLOW_WEAK_SECRET", vec!["yes".into()]),
    ];
    for (name, values) in bad {
        for value in values {
            let shown = format!("{name} {value:?}");
            let error = with([(name, value)]).expect_err(&shown).to_string();
            let prefix = if name == "APPLICATION_ROOT" { name } else { &name[..6] };
            assert!(error.contains(prefix), "{shown}: {error}");
        }
    }
}

/// Python writes `True`, a shell knows no types at all.
#[test]
fn an_error_says_what_to_write() {
    let told = |name: &str, value: &str| {
        let vars = [("FLASK_SECRET_KEY".to_owned(), SECRET), (format!("FLASK_{name}"), value)];
        Config::from_vars("FLASK", vars).unwrap_err().to_string()
    };
    for (name, value, expected) in [
        ("SESSION_COOKIE_SECURE", "True", "write true in lower case"),
        ("SESSION_COOKIE_SECURE", "1", "write true in lower case"),
        ("SESSION_COOKIE_HTTPONLY", "False", "write false in lower case"),
        ("SESSION_REFRESH_EACH_REQUEST", "no", "write false in lower case"),
        ("SESSION_COOKIE_PARTITIONED", "perhaps", "write true or false"),
        ("PERMANENT_SESSION_LIFETIME", "1h", "write only digits"),
        ("SESSION_COOKIE_DOMAIN", "None", "write null"),
        ("SESSION_COOKIE_DOMAIN", "https://example.com", "such as example.com, without https://"),
        ("SESSION_COOKIE_NAME", "1", "write it in quotes"),
        ("SECRET_KEY_FALLBACKS", "old", "must be a list, such as"),
    ] {
        let error = told(name, value);
        assert!(error.contains(name) && error.contains(expected), "{name}={value}: {error}");
    }
    let error = told("SECRET_KEY", &format!("{SECRET}\n"));
    assert!(error.contains("line break") && error.contains("DEWAR_ALLOW_WEAK_SECRET"), "{error}");
}

#[test]
fn combinations_that_browsers_refuse_name_the_setting() {
    let host = ("SESSION_COOKIE_NAME", Value::from("__Host-s"));
    let secure = ("SESSION_COOKIE_SECURE", Value::from(true));
    let table = [
        (vec![("SESSION_COOKIE_SAMESITE", "None".into())], "SESSION_COOKIE_SECURE"),
        (vec![host.clone()], "SESSION_COOKIE_SECURE"),
        (
            vec![host.clone(), secure.clone(), ("SESSION_COOKIE_DOMAIN", "a.example".into())],
            "SESSION_COOKIE_DOMAIN",
        ),
        (vec![host.clone(), secure.clone(), ("SESSION_COOKIE_PATH", "/p".into())], "SESSION_COOKIE_PATH"),
        (vec![("SESSION_COOKIE_NAME", "a b".into())], "SESSION_COOKIE_NAME"),
    ];
    for (settings, named) in table {
        match with(settings.clone()) {
            Err(ConfigError::Cookie { setting, .. }) => assert_eq!(setting, named, "{settings:?}"),
            other => panic!("{settings:?}: {other:?}"),
        }
    }
    assert!(with([host, secure]).is_ok());
    let partitioned =
        [("SESSION_COOKIE_SAMESITE", "None".into()), ("SESSION_COOKIE_PARTITIONED", true.into())];
    assert!(with(partitioned).is_ok(), "Partitioned implies Secure");
}

#[test]
fn a_key_too_short_to_seal_with_is_found_at_the_start() {
    let sealed = ("DEWAR_COOKIE_FORMAT", Value::from("sealed"));
    assert!(with([sealed.clone()]).is_ok());
    let error = with([sealed, ("SECRET_KEY_FALLBACKS", list(["short"]))]).unwrap_err();
    assert!(matches!(error, ConfigError::Combination(_)), "{error:?}");
    assert!(error.to_string().contains("fallback key 1 has 5 bytes"), "{error}");
}

#[test]
fn a_misspelt_setting_is_told_apart_from_somebody_elses() {
    let unknown = |name: &'static str| match with([(name, 1.into())]) {
        Err(ConfigError::UnknownSetting { name: told, nearest }) => {
            assert_eq!(told, name);
            nearest
        }
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(unknown("SECRET_KEY_FALLBACK"), Some("SECRET_KEY_FALLBACKS"));
    assert_eq!(unknown("SESSION_COOKIE_SAME_SITE"), Some("SESSION_COOKIE_SAMESITE"));
    assert_eq!(unknown("PERMANENT_SESSION_LIFE_TIME"), Some("PERMANENT_SESSION_LIFETIME"));
    assert_eq!(unknown("SESSION_COOKIE__NAME"), Some("SESSION_COOKIE_NAME"));
    assert_eq!(unknown("DEWAR_FORMAT_OF_COOKIES"), None);
    for other in ["DEBUG", "SQLALCHEMY_DATABASE_URI", "MAX_COOKIE_SIZE", "SERVER_NAME", "secret_key"] {
        assert!(with([(other, 1.into())]).is_ok(), "{other}");
    }
}

#[test]
fn no_error_tells_the_secret() {
    let secret = "hunter2-hunter2";
    let settings = [
        vec![("SECRET_KEY", Value::from(secret))],
        vec![("SECRET_KEY", list([secret]))],
        vec![("SECRET_KEY_FALLBACKS", secret.into())],
        vec![("SECRET_KEY_FALLBACKS", Value::List(vec![list([secret])]))],
        vec![("SECRET_KEY_FALLBACKS", list([secret])), ("DEWAR_COOKIE_FORMAT", "sealed".into())],
    ];
    for settings in settings {
        let error = with(settings).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
    let config = with([("SECRET_KEY_FALLBACKS", list([secret]))]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2") && !format!("{config:?}").contains(SECRET));
}

#[test]
fn the_policy_error_is_the_source() {
    use std::error::Error;

    let error = with([("SESSION_COOKIE_SAMESITE", "None".into())]).unwrap_err();
    let source = error.source().and_then(|source| source.downcast_ref::<PolicyError>());
    assert_eq!(source, Some(&PolicyError::SameSiteNoneNeedsSecure));
}
