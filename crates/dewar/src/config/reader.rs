//! Reads settings by name, and checks their types.

use std::ops::RangeInclusive;

use super::error::ConfigError;
use super::known::FORMATS;
use super::previous;
use super::setting;
use crate::value::{Map, Text, Value};

/// A view of the settings. Every error names the setting.
pub(super) struct Reader<'s> {
    settings: &'s Map,
}

impl<'s> Reader<'s> {
    pub(super) fn new(settings: &'s Map) -> Self {
        Self { settings }
    }

    /// The settings that are not listed in [`setting`].
    pub(super) fn others(&self) -> Map {
        let is_other = |name: &Text| {
            name.as_str().is_some_and(|name| !setting::is_known(name) && !name.starts_with(previous::PREFIX))
        };
        self.settings
            .iter()
            .filter(|(name, _)| is_other(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    pub(super) fn settings(&self) -> &'s Map {
        self.settings
    }

    pub(super) fn value(&self, setting: &'static str) -> Option<&'s Value> {
        self.settings.get(setting)
    }

    pub(super) fn text(&self, setting: &'static str) -> Result<Option<&'s str>, ConfigError> {
        self.value(setting)
            .map(|value| value.as_str().ok_or_else(|| wrong_type(setting, "text", value)))
            .transpose()
    }

    /// `Some(None)` if the setting is null.
    pub(super) fn text_or_null(&self, setting: &'static str) -> Result<Option<Option<&'s str>>, ConfigError> {
        match self.value(setting) {
            Some(Value::Null) => Ok(Some(None)),
            _ => Ok(self.text(setting)?.map(Some)),
        }
    }

    /// True or false. (In Flask, the text `"false"` is true, and `1` makes `Secure=1`.)
    pub(super) fn flag(&self, setting: &'static str) -> Result<Option<bool>, ConfigError> {
        match self.value(setting) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(wrong_type(setting, "true or false", other)),
        }
    }

    /// A whole number in this range; `None` if the setting is missing or null.
    pub(super) fn number(
        &self,
        setting: &'static str,
        range: RangeInclusive<u32>,
    ) -> Result<Option<u32>, ConfigError> {
        match self.value(setting) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Int(number)) => {
                match u32::try_from(*number).ok().filter(|number| range.contains(number)) {
                    Some(number) => Ok(Some(number)),
                    None => Err(ConfigError::OutOfRange { setting, min: *range.start(), max: *range.end() }),
                }
            }
            Some(other) => Err(wrong_type(setting, "a whole number", other)),
        }
    }

    /// Whether the setting is set and not null.
    pub(super) fn is_set(&self, setting: &'static str) -> bool {
        self.value(setting).is_some_and(|value| *value != Value::Null)
    }

    /// `None` if the setting is missing or empty: Flask then has no sessions.
    pub(super) fn secret(&self, setting: &'static str) -> Result<Option<&'s [u8]>, ConfigError> {
        match self.value(setting) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match key(value) {
                Some(secret) => Ok(Some(secret).filter(|secret| !secret.is_empty())),
                None => Err(wrong_type(setting, "text", value)),
            },
        }
    }

    /// The older keys, oldest first.
    pub(super) fn fallbacks(&self) -> Result<Vec<&'s [u8]>, ConfigError> {
        let (Value::List(keys) | Value::Tuple(keys)) = (match self.value(setting::SECRET_KEY_FALLBACKS) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(value) => value,
        }) else {
            return Err(ConfigError::FallbacksNotList);
        };
        let fallback =
            |(index, value): (usize, &'s Value)| key(value).ok_or(ConfigError::FallbackNotText { index });
        keys.iter().enumerate().map(fallback).collect()
    }

    pub(super) fn choice(&self, setting: &'static str) -> Result<Option<&'static str>, ConfigError> {
        self.value(setting).map(|value| format_name(setting, value)).transpose()
    }
}

pub(super) fn wrong_type(setting: &'static str, expected: &'static str, value: &Value) -> ConfigError {
    ConfigError::WrongType { setting, expected, found: value.kind(), write: meant(value) }
}

/// The meaning of a value that is written as in Python, or in another common way. In the environment each such value is a text.
fn meant(value: &Value) -> Option<&'static str> {
    match (value, value.as_str().map(str::to_ascii_lowercase).as_deref()) {
        (Value::Int(1), _) | (_, Some("true" | "yes" | "on" | "1" | "y" | "t")) => Some("true"),
        (Value::Int(0), _) | (_, Some("false" | "no" | "off" | "0" | "n" | "f")) => Some("false"),
        _ => None,
    }
}

fn key(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Bytes(key) => Some(key),
        _ => value.as_str().map(str::as_bytes),
    }
}

fn format_name(setting: &'static str, value: &Value) -> Result<&'static str, ConfigError> {
    let name = value.as_str().ok_or_else(|| wrong_type(setting, "text", value))?;
    let known = FORMATS.iter().copied().find(|known| *known == name);
    known.ok_or_else(|| ConfigError::UnknownFormat { setting, format: name.to_owned() })
}
