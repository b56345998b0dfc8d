//! Settings from a TOML file, as Flask's `app.config.from_file("…", load=tomllib.load, text=False)` reads them.

use super::error::ConfigError;
use super::previous::date_or_time;
use super::settings::Config;
use crate::value::{Map, Value};

impl Config {
    /// Reads the text of a TOML file. The settings are the keys in capitals, outside any table.
    ///
    /// # Errors
    /// See [`from_map`](Self::from_map); also [`ConfigError::Toml`].
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let table: toml::Table = text.parse().map_err(|error| toml_error(&error, text))?;
        let settings: Map = table
            .into_iter()
            .filter(|(name, _)| is_upper(name))
            .map(|(name, item)| (name, value(item)))
            .collect();
        Self::from_map(&settings)
    }
}

/// The text of the TOML error would quote the line, which may contain the secret.
fn toml_error(error: &toml::de::Error, text: &str) -> ConfigError {
    let start = error.span().map_or(0, |span| span.start);
    let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
    ConfigError::Toml { line, message: error.message().to_owned() }
}

/// Python's `str.isupper()`.
fn is_upper(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

fn value(item: toml::Value) -> Value {
    match item {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => date_or_time(&date.to_string()).map_or(Value::Null, Value::DateTime),
        toml::Value::Array(items) => Value::List(items.into_iter().map(value).collect()),
        toml::Value::Table(table) => {
            Value::Map(table.into_iter().map(|(key, item)| (key, value(item))).collect())
        }
    }
}
