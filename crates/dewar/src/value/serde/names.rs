//! The names by which [`Value`](crate::value::Value) knows its own in serde's data model, and what is said under them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::value::{Text, Value};

pub(super) const PREFIX: &str = "$dewar::";

/// Asked for by `Value`: give me the value as it is.
pub(super) const VALUE: &str = "$dewar::Value";

pub(super) const TEXT: &str = "$dewar::Text";
pub(super) const TUPLE: &str = "$dewar::Tuple";
pub(super) const MARKUP: &str = "$dewar::Markup";
pub(super) const UUID: &str = "$dewar::Uuid";
pub(super) const DATE_TIME: &str = "$dewar::DateTime";
pub(super) const BIG_INT: &str = "$dewar::BigInt";
pub(super) const PAIRS: &str = "$dewar::Pairs";

/// A text as a string; one with lone surrogates as UTF-16BE bytes, or without them where a person may read it.
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

/// A UUID as text with dashes, or as sixteen bytes where no person reads it.
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

/// What comes back under a name: a string or bytes.
pub(super) enum Content {
    Text(Text),
    Bytes(Vec<u8>),
}

impl Content {
    pub(super) fn into_text(self) -> Option<Text> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(bytes) => Text::from_utf16be(&bytes),
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.to_str_lossy().into_owned().into_bytes(),
            Self::Bytes(bytes) => bytes,
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
