//! Conversion from a [`Value`] to your own type.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::access::{AnyKey, EntryAccess, ItemAccess};
use super::fidelity::with_numbers_as_keys;
use super::key::{Key, UnitVariant};
use super::named::Named;
use super::{ConvertError, names};
use crate::value::{BigInt, Map, Opaque, Plain, Text, Value};

/// Converts a value to your own type; the inverse of [`to_value`](super::to_value).
///
/// `Markup`, a `datetime` (ISO) and a UUID (with dashes) also convert to text, a tuple to a `Vec`, a list to a tuple, bytes to a `Vec<u8>`,
/// and a text key to a number.
///
/// # Errors
///
/// If the value has a different type, a number is out of range, or text with lone surrogates is requested as a `String`.
///
/// ```
/// use dewar::value::{Value, from_value};
///
/// let pair: (String, u8) = from_value(Value::List(vec!["a".into(), 1.into()])).unwrap();
/// assert_eq!(pair, ("a".to_owned(), 1));
/// ```
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, ConvertError> {
    read_value(&value)
}

/// Like [`from_value`], without taking the value.
pub(crate) fn read_value<T: DeserializeOwned>(value: &Value) -> Result<T, ConvertError> {
    from_value_ref(value).or_else(|error| from_value_ref(&with_numbers_as_keys(value)).map_err(|_| error))
}

/// Like [`from_value`], by reference; a `&str` or `&[u8]` in the result borrows from the value. A number that was stored as a text key
/// cannot be read within an internally tagged or untagged enum, or a flattened field.
///
/// # Errors
///
/// As [`from_value`].
pub fn from_value_ref<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, ConvertError> {
    T::deserialize(value)
}

impl<'de> IntoDeserializer<'de, ConvertError> for &'de Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &'de Value {
    type Error = ConvertError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        match self {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(value) => visitor.visit_i64(*value),
            Value::BigInt(value) => visit_big_int(value, visitor),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Str(text) | Value::Markup(text) => visit_text(text, visitor),
            Value::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Value::List(items) | Value::Tuple(items) => visit_items(items.iter(), visitor),
            Value::Map(map) => visit_entries(texts(map), visitor),
            Value::Pairs(pairs) => visit_entries(any(pairs), visitor),
            Value::DateTime(date) => visitor.visit_string(date.to_iso()),
            Value::Uuid(uuid) => visitor.visit_string(Value::uuid_text(uuid)),
            Value::Opaque(opaque) => visit_opaque(opaque, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        match self {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        match self {
            Value::Bytes(bytes) => visit_items(bytes.iter().copied(), visitor),
            Value::Opaque(opaque) => match opaque.plain() {
                Some(Plain::Bytes(bytes)) => visit_items(bytes.iter().copied(), visitor),
                _ => visit_opaque(opaque, visitor),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, ConvertError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        match (name, Named::from_value(self)) {
            (names::VALUE, Some(named)) => visitor.visit_enum(named),
            (names::VALUE, None) => self.deserialize_any(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        match self {
            Value::Str(text) => Key(text).deserialize_any(UnitVariant(visitor)),
            Value::Map(map) if map.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(EntryAccess::new(texts(map))))
            }
            _ => Err(ConvertError::invalid_type(
                unexpected(self),
                &"a variant's name, or a map from it to its content",
            )),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple_struct map struct identifier
    }
}

fn visit_big_int<'de, V: Visitor<'de>>(value: &BigInt, visitor: V) -> Result<V::Value, ConvertError> {
    let digits = value.as_str();
    if let Some(value) = value.to_u64() {
        visitor.visit_u64(value)
    } else if let Ok(value) = digits.parse() {
        visitor.visit_i128(value)
    } else if let Ok(value) = digits.parse() {
        visitor.visit_u128(value)
    } else {
        Err(ConvertError::invalid_type(Unexpected::Other("integer beyond 128 bits"), &visitor))
    }
}

/// Reads an opaque value as the closest plain value; if there is none, the error names the type.
fn visit_opaque<'de, V: Visitor<'de>>(opaque: &'de Opaque, visitor: V) -> Result<V::Value, ConvertError> {
    match opaque.plain() {
        Some(Plain::Items(items)) => visit_items(items.iter(), visitor),
        Some(Plain::Entries(entries)) => visit_entries(any(entries), visitor),
        Some(Plain::Bytes(bytes)) => visitor.visit_borrowed_bytes(bytes),
        Some(Plain::Same(value)) => value.deserialize_any(visitor),
        Some(Plain::Text(text)) => visitor.visit_string(text),
        Some(Plain::DateTime(date)) => visitor.visit_string(date.to_iso()),
        Some(Plain::Uuid(uuid)) => visitor.visit_string(Value::uuid_text(uuid)),
        None => Err(ConvertError::invalid_type(Unexpected::Other(opaque.description()), &visitor)),
    }
}

pub(super) fn visit_text<'de, V: Visitor<'de>>(
    text: &'de Text,
    visitor: V,
) -> Result<V::Value, ConvertError> {
    match text.as_str() {
        Some(text) => visitor.visit_borrowed_str(text),
        None => Err(ConvertError::invalid_type(Unexpected::Other("text with a lone surrogate"), &visitor)),
    }
}

fn visit_items<'de, V, I>(items: I, visitor: V) -> Result<V::Value, ConvertError>
where
    V: Visitor<'de>,
    I: Iterator<Item: IntoDeserializer<'de, ConvertError>>,
{
    let mut items = ItemAccess::new(items);
    let sequence = visitor.visit_seq(&mut items)?;
    items.end()?;
    Ok(sequence)
}

fn visit_entries<'de, V, I>(entries: I, visitor: V) -> Result<V::Value, ConvertError>
where
    V: Visitor<'de>,
    I: Iterator<Item = (AnyKey<'de>, &'de Value)>,
{
    let mut entries = EntryAccess::new(entries);
    let map = visitor.visit_map(&mut entries)?;
    entries.end()?;
    Ok(map)
}

fn texts(map: &Map) -> impl Iterator<Item = (AnyKey<'_>, &Value)> {
    map.iter().map(|(key, value)| (AnyKey::Text(key), value))
}

fn any(pairs: &[(Value, Value)]) -> impl Iterator<Item = (AnyKey<'_>, &Value)> {
    pairs.iter().map(|(key, value)| (AnyKey::Value(key), value))
}

fn unexpected(value: &Value) -> Unexpected<'_> {
    match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(value) => Unexpected::Bool(*value),
        Value::Int(_) | Value::BigInt(_) => Unexpected::Other("integer"),
        Value::Float(value) => Unexpected::Float(*value),
        Value::Bytes(bytes) => Unexpected::Bytes(bytes),
        Value::List(_) | Value::Tuple(_) => Unexpected::Seq,
        Value::Map(_) | Value::Pairs(_) => Unexpected::Map,
        Value::Str(_) | Value::Markup(_) | Value::DateTime(_) | Value::Uuid(_) => Unexpected::Other("string"),
        Value::Opaque(opaque) => Unexpected::Other(opaque.description()),
    }
}
