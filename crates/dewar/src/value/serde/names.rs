//! The names under which [`Value`] passes values that cannot be represented in serde's data model, and the content of each.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::value::{DateTime, Text, Value};

pub(super) const PREFIX: &str = "$dewar::";

/// With this name `Value` requests a value without conversion.
pub(super) const VALUE: &str = "$dewar::Value";

pub(super) const TEXT: &str = "$dewar::Text";
pub(super) const TUPLE: &str = "$dewar::Tuple";
pub(super) const MARKUP: &str = "$dewar::Markup";
pub(super) const UUID: &str = "$dewar::Uuid";
pub(super) const DATE_TIME: &str = "$dewar::DateTime";
pub(super) const BIG_INT: &str = "$dewar::BigInt";
pub(super) const PAIRS: &str = "$dewar::Pairs";
pub(super) const STRUCT: &str = "$dewar::Struct";

/// Text as a string. With lone surrogates: as UTF-16BE bytes, or with the surrogates replaced in a human-readable format.
pub(super) struct TextContent<'a>(pub(super) &'a Text);

impl Serialize for TextContent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_str() {
            Some(text) => serializer.serialize_str(text),
            None if serializer.is_human_readable() => serializer.serialize_str(&self.0.to_str_lossy()),
            None => serializer.serialize_bytes(&self.0.to_utf16be()),
        }
    }
}

/// A UUID as text with dashes, or as sixteen bytes in a binary format.
pub(super) struct UuidContent<'a>(pub(super) &'a [u8; 16]);

impl Serialize for UuidContent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&Value::uuid_text(self.0))
        } else {
            serializer.serialize_bytes(self.0)
        }
    }
}

/// The content under a name: a string or bytes.
pub(super) enum Content {
    Text(Text),
    Bytes(Vec<u8>),
}

impl Content {
    /// The value of this content under a name, or `None` if another program uses the name.
    pub(super) fn into_value(self, name: &str) -> Option<Value> {
        Some(match name {
            TEXT => Value::Str(self.into_text()?),
            MARKUP => Value::Markup(self.into_text()?),
            UUID => Value::Uuid(self.into_bytes()?.try_into().ok()?),
            DATE_TIME => Value::DateTime(DateTime::from_iso(self.into_text()?.as_str()?)?),
            BIG_INT => Value::BigInt(self.into_text()?.as_str()?.parse().ok()?),
            _ => return None,
        })
    }

    fn into_text(self) -> Option<Text> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(bytes) => Text::from_utf16be(&bytes),
        }
    }

    fn into_bytes(self) -> Option<Vec<u8>> {
        match self {
            Self::Text(_) => None,
            Self::Bytes(bytes) => Some(bytes),
        }
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl Visitor<'_> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or bytes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Content, E> {
        Ok(Content::Text(text.into()))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Content, E> {
        Ok(Content::Bytes(bytes.to_vec()))
    }
}
