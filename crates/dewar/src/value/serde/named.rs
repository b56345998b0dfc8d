//! Values that cannot be represented in serde's data model, passed to a [`Value`] under our own names.

use serde::de::value::{
    BorrowedBytesDeserializer, BorrowedStrDeserializer, MapDeserializer, SeqDeserializer, StringDeserializer,
};
use serde::de::{DeserializeSeed, EnumAccess, Error, IntoDeserializer, Unexpected, VariantAccess, Visitor};

use super::key::Key;
use super::{ConvertError, names};
use crate::value::{Map, Plain, Text, Value};

/// A value that cannot be represented in serde's data model, passed to a [`Value`] under one of our names.
pub(super) enum Named<'de> {
    Text(&'static str, &'de Text),
    Spelled(&'static str, String),
    Uuid(&'de [u8; 16]),
    Tuple(&'de [Value]),
    Pairs(&'de [(Value, Value)]),
    Struct(&'de Map),
}

impl<'de> Named<'de> {
    pub(super) fn from_value(value: &'de Value) -> Option<Self> {
        Some(match value {
            Value::Str(text) if text.as_str().is_none() => Self::Text(names::TEXT, text),
            Value::Markup(text) => Self::Text(names::MARKUP, text),
            Value::DateTime(date) => Self::Spelled(names::DATE_TIME, date.to_iso()),
            Value::BigInt(value) => Self::Spelled(names::BIG_INT, value.to_string()),
            Value::Uuid(uuid) => Self::Uuid(uuid),
            Value::Tuple(items) => Self::Tuple(items),
            Value::Pairs(pairs) => Self::Pairs(pairs),
            Value::Map(map) if map.is_struct() => Self::Struct(map),
            Value::Opaque(opaque) => return Self::from_plain(opaque.plain()?),
            _ => return None,
        })
    }

    fn from_plain(plain: Plain<'de>) -> Option<Self> {
        Some(match plain {
            Plain::Entries(entries) => Self::Pairs(entries),
            Plain::DateTime(date) => Self::Spelled(names::DATE_TIME, date.to_iso()),
            Plain::Uuid(uuid) => Self::Uuid(uuid),
            Plain::Same(value) => return Self::from_value(value),
            Plain::Items(_) | Plain::Bytes(_) | Plain::Text(_) => return None,
        })
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Text(name, _) | Self::Spelled(name, _) => name,
            Self::Uuid(_) => names::UUID,
            Self::Tuple(_) => names::TUPLE,
            Self::Pairs(_) => names::PAIRS,
            Self::Struct(_) => names::STRUCT,
        }
    }
}

impl<'de> EnumAccess<'de> for Named<'de> {
    type Error = ConvertError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), ConvertError> {
        let name = seed.deserialize(BorrowedStrDeserializer::<ConvertError>::new(self.name()))?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Named<'de> {
    type Error = ConvertError;

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, ConvertError> {
        match self {
            Self::Text(_, text) => match text.as_str() {
                Some(text) => seed.deserialize(BorrowedStrDeserializer::new(text)),
                None => seed.deserialize(text.to_utf16be().as_slice().into_deserializer()),
            },
            Self::Spelled(_, text) => seed.deserialize(StringDeserializer::new(text)),
            Self::Uuid(uuid) => seed.deserialize(BorrowedBytesDeserializer::new(uuid)),
            Self::Tuple(items) => seed.deserialize(SeqDeserializer::new(items.iter())),
            Self::Pairs(pairs) => {
                seed.deserialize(MapDeserializer::new(pairs.iter().map(|(key, value)| (key, value))))
            }
            Self::Struct(map) => {
                seed.deserialize(MapDeserializer::new(map.iter().map(|(key, value)| (Key(key), value))))
            }
        }
    }

    fn unit_variant(self) -> Result<(), ConvertError> {
        Err(ConvertError::custom("a value has content"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, ConvertError> {
        Err(ConvertError::invalid_type(Unexpected::NewtypeVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        Err(ConvertError::invalid_type(Unexpected::NewtypeVariant, &visitor))
    }
}
