//! Variables and files.

use std::time::Duration;

use super::SECRET;
use crate::config::{Config, ConfigError};
use crate::cookie::CookiePolicy;
use crate::manager::CookieFormat;

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
    let flag = ConfigError::WrongType {
        setting: "SESSION_COOKIE_SECURE",
        expected: "true or false",
        found: "str",
        write: Some("true"),
    };
    assert_eq!(bad("FLASK_SESSION_COOKIE_SECURE", "True"), flag, "Flask takes \"False\" for true");
    assert_eq!(bad("FLASK_SECRET_KEY_FALLBACKS", "old"), ConfigError::FallbacksNotList);
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

#[cfg(feature = "toml")]
mod toml {
    use super::*;
    use crate::cookie::SameSite;

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
