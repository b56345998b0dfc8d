use std::time::Duration;

use super::{Config, ConfigError};
use crate::cookie::{CookiePolicy, PolicyError, SameSite};
use crate::lifetime::{Lifetime, Refresh};
use crate::manager::{CookieFormat, FlaskOptions, SessionManager};
use crate::signing::{FlaskSerializer, WeakSecret};
use crate::value::{Map, Value};

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
    assert_eq!(config.also_read, []);
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
    let config =
        with([("DEWAR_COOKIE_FORMAT", "sealed".into()), ("DEWAR_ALSO_READ", list(["flask"]))]).unwrap();
    assert_eq!(config.format, CookieFormat::Sealed);
    assert_eq!(config.also_read, [CookieFormat::Flask(FlaskOptions::default())]);
    assert_eq!(config.client_side().cookie.name, "session");
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
            vec!["".into(), true.into(), 1.into(), "a b".into(), "a;Secure".into(), "a\r\nb".into()],
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
        ("DEWAR_ALSO_READ", vec!["flask".into(), list(["sealed", "x"]), Value::List(vec![1.into()])]),
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
fn server_side_sessions_are_refused_plainly() {
    for name in [
        "SESSION_TYPE",
        "SESSION_REDIS",
        "SESSION_USE_SIGNER",
        "SESSION_FILE_DIR",
        "SESSION_SQLALCHEMY_TABLE",
    ] {
        let error = with([(name, "x".into())]).unwrap_err();
        assert_eq!(error, ConfigError::ServerSideSessions { name: name.into() });
        assert!(error.to_string().contains("server-side sessions are not part of this release"));
    }
}

#[test]
fn variables_are_json_or_text_and_others_are_left_alone() {
    let vars = [
        ("FLASK_SECRET_KEY", SECRET),
        ("FLASK_SECRET_KEY_FALLBACKS", r#"["old-\u00e9", "older"]"#),
        ("FLASK_SESSION_COOKIE_SECURE", "true"),
        ("FLASK_SESSION_COOKIE_NAME", "\"quoted\""),
        ("FLASK_SESSION_COOKIE_PATH", "/text"),
        ("FLASK_SESSION_COOKIE_DOMAIN", "null"),
        ("FLASK_PERMANENT_SESSION_LIFETIME", " 3600 "),
        ("FLASK_DEBUG", "1"),
        ("FLASK_RUN_PORT", "[broken"),
        ("SESSION_COOKIE_NAME", "no prefix"),
        ("OTHER_SECRET_KEY", "x"),
        ("FLASKSECRET_KEY", "x"),
        ("flask_SECRET_KEY", "x"),
    ];
    let config = Config::from_vars("FLASK", vars).unwrap();
    assert_eq!(config.keys.iter().nth(1), Some("older".as_bytes()));
    assert_eq!(config.keys.iter().nth(2), Some("old-é".as_bytes()));
    assert_eq!(config.lifetime.idle, Some(Duration::from_secs(3600)));
    let expected = CookiePolicy {
        name: "quoted".into(),
        path: Some("/text".into()),
        secure: true,
        ..CookiePolicy::flask()
    };
    assert_eq!(config.cookie, expected);
}

#[test]
fn variables_of_another_prefix_and_bad_ones() {
    let config =
        Config::from_vars("SHOP", [("SHOP_SECRET_KEY", SECRET), ("SHOP_DEWAR_COOKIE_FORMAT", "sealed")]);
    assert_eq!(config.unwrap().format, CookieFormat::Sealed);
    let bad = |name: &'static str, value: &'static str| {
        Config::from_vars("FLASK", [("FLASK_SECRET_KEY", SECRET), (name, value)]).unwrap_err()
    };
    let flag =
        ConfigError::WrongType { setting: "SESSION_COOKIE_SECURE", expected: "true or false", found: "str" };
    assert_eq!(bad("FLASK_SESSION_COOKIE_SECURE", "True"), flag, "Flask takes \"False\" for true");
    assert_eq!(bad("FLASK_SECRET_KEY_FALLBACKS", "old"), ConfigError::ScalarFallbacks);
    assert!(matches!(bad("FLASK_SESSION_COOKIE_NAMES", "x"), ConfigError::UnknownSetting { .. }));
    assert!(bad("FLASK_SECRET_KEY", "12345678901234567890").to_string().contains("write it in quotes"));
}

#[cfg(unix)]
#[test]
fn what_is_not_unicode_is_an_error_only_where_it_is_ours() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let junk = || OsString::from_vec(vec![0xff, 0xfe]);
    let secret = || (OsString::from("FLASK_SECRET_KEY"), OsString::from(SECRET));
    let not_ours = [secret(), (junk(), junk()), ("FLASK_APP".into(), junk()), ("PATH".into(), junk())];
    assert!(Config::from_vars("FLASK", not_ours).is_ok());
    let ours = [secret(), ("FLASK_SESSION_COOKIE_NAME".into(), junk())];
    let expected = ConfigError::NotUnicode { setting: "SESSION_COOKIE_NAME".into() };
    assert_eq!(Config::from_vars("FLASK", ours).unwrap_err(), expected);
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

#[cfg(feature = "toml")]
mod toml {
    use super::*;

    #[test]
    fn keys_in_capitals_outside_any_table_are_the_settings() {
        let config = Config::from_toml(
            "SECRET_KEY = '5f0c19e2a7d84b3690fe21c7b58d4a63'\nSECRET_KEY_FALLBACKS = ['older']\nsession_type = 'redis'\n\
             PERMANENT_SESSION_LIFETIME = 90.5\nSESSION_COOKIE_SAMESITE = 'Lax'\nSTARTED = 2024-01-01\n[other]\nSESSION_TYPE = 1\n",
        );
        let config = config.unwrap();
        assert_eq!(config.keys.iter().len(), 2);
        assert_eq!(config.lifetime.idle, Some(Duration::from_millis(90_500)));
        assert_eq!(config.cookie.same_site, Some(SameSite::Lax));
    }

    #[test]
    fn a_broken_file_names_the_line_and_not_what_stands_there() {
        for broken in [
            "\n\nSECRET_KEY = \"hunter2\n",
            "\n\nSECRET_KEY = hunter2\n",
            "A = 1\nA = 1\nSECRET_KEY = hunter2",
        ] {
            let error = Config::from_toml(broken).unwrap_err();
            assert!(matches!(error, ConfigError::Toml { line: 2 | 3, .. }), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
        assert!(Config::from_toml("SECRET_KEY = 2024-01-01T00:00:00Z").is_err());
        assert_eq!(Config::from_toml("").unwrap_err(), ConfigError::NoSecretKey);
    }
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

#[test]
fn the_policy_error_is_the_source() {
    use std::error::Error;

    let error = with([("SESSION_COOKIE_SAMESITE", "None".into())]).unwrap_err();
    let source = error.source().and_then(|source| source.downcast_ref::<PolicyError>());
    assert_eq!(source, Some(&PolicyError::SameSiteNoneNeedsSecure));
}
