//! Settings from environment variables, as Flask's `app.config.from_prefixed_env()` reads them.

use std::ffi::{OsStr, OsString};

use super::error::ConfigError;
use super::known;
use super::settings::Config;
use crate::codec::loads;
use crate::value::{Map, Value};

/// The prefix of Flask's variables.
const FLASK: &str = "FLASK";

impl Config {
    /// Reads the environment variables that start with `FLASK_`: `FLASK_SECRET_KEY` is the setting `SECRET_KEY`.
    ///
    /// # Errors
    /// See [`from_vars`](Self::from_vars).
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_vars(FLASK, std::env::vars_os())
    }

    /// Reads the variables that start with the prefix and `_`, and ignores all others. As in Flask 2.1 and later, a value is parsed as JSON with
    /// the rules of Python's `json.loads`; a value that is not JSON is text.
    ///
    /// # Errors
    /// See [`from_map`](Self::from_map); also [`ConfigError::NotUnicode`].
    pub fn from_vars<N, V>(prefix: &str, vars: impl IntoIterator<Item = (N, V)>) -> Result<Self, ConfigError>
    where
        N: AsRef<OsStr>,
        V: Into<OsString>,
    {
        let mut settings = Map::new();
        for (variable, value) in vars {
            let Some(name) = variable.as_ref().to_str().and_then(|variable| setting(variable, prefix)) else {
                continue;
            };
            match value.into().into_string() {
                Ok(value) => _ = settings.insert(name, json_or_text(value)),
                Err(_) if known::is_ours(name) => {
                    return Err(ConfigError::NotUnicode { setting: name.to_owned() });
                }
                Err(_) => {}
            }
        }
        Self::from_map(&settings)
    }
}

/// The setting that a variable names; `None` without the prefix.
fn setting<'v>(variable: &'v str, prefix: &str) -> Option<&'v str> {
    variable.strip_prefix(prefix)?.strip_prefix('_')
}

fn json_or_text(value: String) -> Value {
    loads(value.as_bytes()).unwrap_or_else(|_| value.into())
}
