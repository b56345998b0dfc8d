//! The errors of settings.

use std::fmt;

use super::known::{FORMATS, OWN_FORMAT};
use super::setting;
use crate::cookie::PolicyError;
use crate::manager::SettingsError;
use crate::signing::WeakSecret;

/// The error of wrong settings. Its text names the setting and says what to do, and never contains a secret. `Debug` shows the same text,
/// because a `main` that returns the error prints `Debug`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// `SECRET_KEY` is missing or empty. Flask fails only when the session is first written.
    NoSecretKey,
    /// `SECRET_KEY` could be guessed.
    WeakSecret(WeakSecret),
    /// `SECRET_KEY_FALLBACKS` is not a list. Flask treats a text as a list of keys of one letter each, so an attacker who tries all letters
    /// could sign.
    FallbacksNotList,
    /// One of `SECRET_KEY_FALLBACKS` is neither text nor bytes.
    FallbackNotText {
        /// The index, starting at 0.
        index: usize,
    },
    /// One of `SECRET_KEY_FALLBACKS` is empty.
    EmptyFallback {
        /// The index, starting at 0.
        index: usize,
    },
    /// A name that starts like a session setting, but is not one.
    UnknownSetting {
        /// The name.
        name: String,
        /// The setting that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A setting for sessions in a store, or for sessions shared with Flask-Session, without a setting that chooses such sessions.
    NoSessionType {
        /// The setting.
        setting: String,
    },
    /// A `SESSION_TYPE` that does not exist.
    UnknownSessionType {
        /// The value that was found.
        found: String,
        /// The possible values.
        known: Vec<&'static str>,
    },
    /// A setting of Flask-Session that Dewar does not support.
    Unsupported {
        /// The setting.
        setting: &'static str,
        /// The possible values; empty if the setting must be removed.
        instead: Vec<&'static str>,
    },
    /// Both `SESSION_TYPE` and `SESSION_STORE` say where sessions are stored.
    TwoStores,
    /// A `SESSION_SERIALIZATION_FORMAT` that is neither `msgpack` nor `json`.
    UnknownSerialization {
        /// The value that was found.
        found: String,
    },
    /// A value that is not the URL of a store. It is not repeated, since it may contain a password.
    InvalidStoreUrl {
        /// The setting.
        setting: &'static str,
        /// Examples of valid URLs.
        expected: &'static str,
    },
    /// A number outside the allowed range.
    OutOfRange {
        /// The setting.
        setting: &'static str,
        /// The smallest allowed value.
        min: u32,
        /// The largest allowed value.
        max: u32,
    },
    /// `SESSION_KEY_PREFIX` is longer than 256 bytes.
    PrefixTooLong,
    /// `SESSION_STORE` is set without `DEWAR_NAME`, the program's name.
    MissingName,
    /// [`Config::server_side`](super::Config::server_side) was called, but the settings name no store.
    NoStore,
    /// A value has the wrong type.
    WrongType {
        /// The setting.
        setting: &'static str,
        /// The type that it must have.
        expected: &'static str,
        /// Python's name for the type that it has.
        found: &'static str,
        /// What to write instead, if that can be guessed.
        write: Option<&'static str>,
    },
    /// The value of an environment variable is not Unicode.
    NotUnicode {
        /// The setting.
        setting: String,
    },
    /// A cookie format that is neither `flask` nor `sealed`.
    UnknownFormat {
        /// The setting.
        setting: &'static str,
        /// The value that was found.
        format: String,
    },
    /// The settings ask for one of Flask's formats, and the feature `flask` is off.
    WithoutFlask {
        /// The setting that asks for it; `None`: no setting names a format, which means Flask's.
        setting: Option<&'static str>,
    },
    /// `SESSION_COOKIE_DOMAIN` is `""`, for which Flask would write `Domain=`.
    EmptyDomain,
    /// `SESSION_COOKIE_DOMAIN` is the text `None`, for which Flask would write `Domain=None`. In the environment, Python's `None` is written `null`.
    NoneAsDomain,
    /// `PERMANENT_SESSION_LIFETIME` is negative, `DEWAR_ABSOLUTE_LIFETIME` is not positive, or one of them is more than 7,900 years.
    LifetimeOutOfRange {
        /// The setting.
        setting: &'static str,
    },
    /// `PERMANENT_SESSION_LIFETIME` is longer than the default absolute limit of one day.
    LifetimeBeyondAbsolute,
    /// `DEWAR_ABSOLUTE_LIFETIME` is set with one of Flask's formats, which do not store when a session started.
    AbsoluteLifetimeInFlaskFormat,
    /// Browsers would not store such a cookie, or would store it with another scope.
    Cookie {
        /// The setting to change.
        setting: &'static str,
        /// What is wrong.
        source: PolicyError,
    },
    /// `DEWAR_PREVIOUS_…` is set without `DEWAR_PREVIOUS_UNTIL`.
    MissingPreviousUntil,
    /// `DEWAR_PREVIOUS_UNTIL` is not a date.
    InvalidPreviousUntil,
    /// The settings of the previous manager are wrong.
    Previous(Box<ConfigError>),
    /// The settings contradict each other.
    Combination(SettingsError),
    /// The file is not TOML.
    Toml {
        /// The line number, starting at 1.
        line: usize,
        /// The message of the parser.
        message: String,
    },
}

impl From<SettingsError> for ConfigError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Secret(weak) => Self::WeakSecret(weak),
            SettingsError::Cookie(source) => Self::Cookie { setting: setting_of(&source), source },
            other => Self::Combination(other),
        }
    }
}

fn setting_of(error: &PolicyError) -> &'static str {
    match error.field() {
        "domain" => setting::SESSION_COOKIE_DOMAIN,
        "path" => setting::SESSION_COOKIE_PATH,
        "secure" => setting::SESSION_COOKIE_SECURE,
        "http_only" => setting::SESSION_COOKIE_HTTPONLY,
        "same_site" => setting::SESSION_COOKIE_SAMESITE,
        _ => setting::SESSION_COOKIE_NAME,
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSecretKey => f.write_str("SECRET_KEY is not set: make one with `openssl rand -base64 32` or `dewar secret new`"),
            Self::WeakSecret(weak) => {
                write!(f, "SECRET_KEY: {weak}; to use it nevertheless, set DEWAR_ALLOW_WEAK_SECRET to true")
            }
            Self::FallbacksNotList => f.write_str(
                "SECRET_KEY_FALLBACKS must be a list, such as [\"the-old-key\"]: Flask treats a text as one key per letter, \
                 and anyone could sign",
            ),
            Self::FallbackNotText { index } => write!(f, "SECRET_KEY_FALLBACKS: item {index} is not text: write it in quotes"),
            Self::EmptyFallback { index } => write!(f, "SECRET_KEY_FALLBACKS: item {index} is empty: remove it"),
            Self::UnknownSetting { name, nearest } => {
                write!(f, "{name:?} is not a setting: ")?;
                match nearest {
                    Some(nearest) => write!(f, "did you mean {nearest}?"),
                    None => f.write_str("remove it"),
                }
            }
            Self::NoSessionType { setting } => write!(
                f,
                "{setting} has no effect on these sessions: set SESSION_TYPE to share sessions in a store with Flask-Session, set SESSION_STORE \
                 to store Dewar's own records, or remove {setting}"
            ),
            Self::UnknownSessionType { found, known } => {
                write!(f, "SESSION_TYPE is {found:?}: it must be {}", one_of(known))
            }
            Self::Unsupported { setting, instead } if instead.is_empty() => {
                write!(f, "{setting} is not supported: remove it")
            }
            Self::Unsupported { setting, instead } => {
                write!(f, "{setting}: this type of Flask-Session is not supported; use {}", one_of(instead))
            }
            Self::TwoStores => f.write_str(
                "SESSION_TYPE and SESSION_STORE both name a store: keep only SESSION_TYPE to share sessions with Flask-Session, or only \
                 SESSION_STORE for Dewar's own records",
            ),
            Self::UnknownSerialization { found } => {
                write!(f, "SESSION_SERIALIZATION_FORMAT is {found:?}: it must be msgpack or json")
            }
            Self::InvalidStoreUrl { setting, expected } => write!(f, "{setting} must be a URL such as {expected}"),
            Self::OutOfRange { setting, min, max } => write!(f, "{setting} must be between {min} and {max}"),
            Self::MissingName => f.write_str(
                "DEWAR_NAME is not set: with SESSION_STORE a program needs a name, which separates it from other programs in the same store. \
                 Use 1 to 32 characters of a-z, 0-9 and -, such as shop",
            ),
            Self::PrefixTooLong => f.write_str("SESSION_KEY_PREFIX must be at most 256 bytes long"),
            Self::NoStore => f.write_str("the settings name no store: set SESSION_STORE or SESSION_TYPE"),
            Self::WrongType { setting, expected, found, write } => wrong_type(f, setting, (expected, found), *write),
            Self::NotUnicode { setting } => write!(f, "{setting} is not Unicode: write it in UTF-8"),
            Self::UnknownFormat { setting, format } => {
                write!(f, "{setting} is {format:?}: it must be {}", FORMATS.join(" or "))
            }
            Self::WithoutFlask { setting: Some(setting) } => write!(
                f,
                "{setting} asks for one of Flask's formats: turn the feature `flask` of dewar on, or use SESSION_STORE or \
                 DEWAR_COOKIE_FORMAT={OWN_FORMAT} in its place"
            ),
            Self::WithoutFlask { setting: None } => write!(
                f,
                "without SESSION_STORE and DEWAR_COOKIE_FORMAT the settings mean Flask's cookies: set DEWAR_COOKIE_FORMAT to {OWN_FORMAT}, or turn the \
                 feature `flask` of dewar on",
            ),
            Self::NoneAsDomain => f.write_str("SESSION_COOKIE_DOMAIN is the text None: write null, or remove the setting"),
            Self::EmptyDomain => f.write_str("SESSION_COOKIE_DOMAIN is empty: name a host, or remove the setting"),
            Self::LifetimeOutOfRange { setting: setting::DEWAR_ABSOLUTE_LIFETIME } => {
                f.write_str("DEWAR_ABSOLUTE_LIFETIME must be more than 0 seconds and at most 7,900 years, or null for no limit")
            }
            Self::LifetimeOutOfRange { setting } => write!(f, "{setting} must be between 0 seconds and 7,900 years"),
            Self::LifetimeBeyondAbsolute => f.write_str(
                "PERMANENT_SESSION_LIFETIME is longer than the default absolute limit of one day: set DEWAR_ABSOLUTE_LIFETIME to the maximum age \
                 of a session in seconds (null: no limit), or PERMANENT_SESSION_LIFETIME to at most 86400",
            ),
            Self::AbsoluteLifetimeInFlaskFormat => f.write_str(
                "DEWAR_ABSOLUTE_LIFETIME: Flask's formats do not store when a session started. Set SESSION_STORE or another DEWAR_COOKIE_FORMAT, or \
                 remove it",
            ),
            Self::Cookie { setting, source } => write!(f, "{setting}: {source}"),
            Self::MissingPreviousUntil => f.write_str(
                "DEWAR_PREVIOUS_…: set DEWAR_PREVIOUS_UNTIL to the date when the program stops taking over old sessions, such as 2027-01-01",
            ),
            Self::InvalidPreviousUntil => f.write_str("DEWAR_PREVIOUS_UNTIL must be a date such as 2027-01-01"),
            Self::Previous(error) => write!(f, "DEWAR_PREVIOUS_…: {error}"),
            Self::Combination(error) => write!(f, "SECRET_KEY, DEWAR_COOKIE_FORMAT: {error}"),
            Self::Toml { line, message } => write!(f, "line {line} of the settings is not TOML: {message}"),
        }
    }
}

/// "a, b or c".
fn one_of(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn wrong_type(
    f: &mut fmt::Formatter<'_>,
    setting: &str,
    (expected, found): (&str, &str),
    write: Option<&str>,
) -> fmt::Result {
    write!(f, "{setting} must be {expected}, not {found}")?;
    match (expected, found, write) {
        ("text", "int" | "float" | "bool", _) => {
            f.write_str(": write it in quotes (in the environment with two pairs of quotes: '\"123\"')")
        }
        ("true or false", _, Some(write)) => {
            write!(f, ": write {write} in lower case, without quotes")
        }
        ("true or false", _, None) => f.write_str(": write true or false in lower case, without quotes"),
        (_, "str", _) if expected.contains("number") => f.write_str(": write only digits, without quotes"),
        _ => Ok(()),
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::WeakSecret(error) => Some(error),
            Self::Cookie { source, .. } => Some(source),
            Self::Previous(error) => Some(error),
            Self::Combination(error) => Some(error),
            _ => None,
        }
    }
}
