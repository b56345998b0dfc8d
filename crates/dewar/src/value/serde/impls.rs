//! Implementations of serde's traits for [`Value`] and its parts.

use std::fmt;

use serde::de::{Deserialize, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeTuple, Serializer};

use super::names::{self, Content, TextContent, UuidContent};
use crate::value::{BigInt, DateTime, Dict, Map, Opaque, Plain, Text, Value};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::BigInt(value) => value.serialize(serializer),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Str(text) => text.serialize(serializer),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::List(items) => serializer.collect_seq(items),
            Self::Tuple(items) => {
                let mut tuple = serializer.serialize_tuple(items.len())?;
                items.iter().try_for_each(|item| tuple.serialize_element(item))?;
                tuple.end()
            }
            Self::Map(map) => map.serialize(serializer),
            Self::Pairs(pairs) => serializer.serialize_newtype_struct(names::PAIRS, &Pairs(pairs)),
            Self::DateTime(date) => date.serialize(serializer),
            Self::Uuid(uuid) => serializer.serialize_newtype_struct(names::UUID, &UuidContent(uuid)),
            Self::Markup(text) => serializer.serialize_newtype_struct(names::MARKUP, &TextContent(text)),
            Self::Opaque(opaque) => serialize_plain(opaque, serializer),
        }
    }
}

/// Serializes the closest value, because serde has no equivalent of Python's other types.
fn serialize_plain<S: Serializer>(opaque: &Opaque, serializer: S) -> Result<S::Ok, S::Error> {
    match opaque.plain() {
        Some(Plain::Items(items)) => serializer.collect_seq(items),
        Some(Plain::Entries(entries)) => serializer.serialize_newtype_struct(names::PAIRS, &Pairs(entries)),
        Some(Plain::Bytes(bytes)) => serializer.serialize_bytes(bytes),
        Some(Plain::Same(value)) => value.serialize(serializer),
        Some(Plain::Text(text)) => serializer.serialize_str(&text),
        Some(Plain::DateTime(date)) => date.serialize(serializer),
        Some(Plain::Uuid(uuid)) => serializer.serialize_newtype_struct(names::UUID, &UuidContent(uuid)),
        None => Err(S::Error::custom(format_args!("a Python {} cannot be converted", opaque.kind()))),
    }
}

struct Pairs<'a>(&'a [(Value, Value)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.is_struct() {
            true => serializer.serialize_newtype_struct(names::STRUCT, &Fields(self)),
            false => serializer.collect_map(self.iter()),
        }
    }
}

struct Fields<'a>(&'a Map);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_str() {
            Some(text) => serializer.serialize_str(text),
            None => serializer.serialize_newtype_struct(names::TEXT, &TextContent(self)),
        }
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(names::DATE_TIME, &self.to_iso())
    }
}

impl Serialize for BigInt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.to_u64(), self.as_str().parse()) {
            (Some(value), _) => serializer.serialize_u64(value),
            (None, Ok(value)) => serializer.serialize_i128(value),
            _ => serializer.serialize_newtype_struct(names::BIG_INT, self.as_str()),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(names::VALUE, ValueVisitor)
    }
}

macro_rules! deserialize {
    ($($target:ty, $expected:literal, $($shape:pat => $made:expr),+;)*) => {$(
        impl<'de> Deserialize<'de> for $target {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let made = match Value::deserialize(deserializer)? {
                    $($shape => $made,)+
                    _ => None,
                };
                made.ok_or_else(|| D::Error::custom(concat!("invalid type: expected ", $expected)))
            }
        }
    )*};
}

deserialize! {
    Map, "a map with text keys", Value::Map(map) => Some(map);
    Text, "text", Value::Str(text) | Value::Markup(text) => Some(text);
    DateTime, "a datetime or its ISO text",
        Value::DateTime(date) => Some(date), Value::Str(text) => text.as_str().and_then(Self::from_iso);
    BigInt, "an integer beyond 64 bits", Value::BigInt(value) => Some(value);
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that a session can hold")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, content: D) -> Result<Value, D::Error> {
        Value::deserialize(content)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, content: D) -> Result<Value, D::Error> {
        content.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.visit_u128(value.into())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        i64::try_from(value).map(Value::Int).or_else(|_| big_int(&value.to_string()))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        i64::try_from(value).map(Value::Int).or_else(|_| big_int(&value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Bytes(bytes.to_vec()))
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Value, E> {
        Ok(Value::Bytes(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut dict = Dict::new();
        while let Some((key, value)) = access.next_entry()? {
            dict.insert(key, value);
        }
        Ok(dict.into_value())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        let (name, content): (&str, _) = access.variant()?;
        match name {
            names::TUPLE => content.newtype_variant().map(Value::Tuple),
            names::PAIRS => content.newtype_variant().map(Value::Pairs),
            names::STRUCT => content.newtype_variant().map(Value::into_struct),
            _ => {
                let content: Content = content.newtype_variant()?;
                content.into_value(name).ok_or_else(|| A::Error::custom("not a session value"))
            }
        }
    }
}

fn big_int<E: Error>(digits: &str) -> Result<Value, E> {
    digits.parse().map(Value::BigInt).map_err(E::custom)
}
