//! Conversion from your own type to a [`Value`].

use serde::ser::{Error, Serialize, Serializer};

use super::ConvertError;
use super::containers::{Entries, Items, with_variant};
use super::names::{self, Content};
use crate::value::{BigInt, Dict, Map, Text, Value};

/// Converts any serde type to a [`Value`]: structs and maps to maps, tuples to tuples, other sequences to lists, enums as serde tags them,
/// integers of any size, bytes to bytes.
///
/// A map whose keys are not all text becomes [`Value::Pairs`]. A map that was made from a struct, an enum variant or a type without a
/// length (`#[serde(flatten)]`) is marked as a single value: fields that two requests set are [never mixed](crate::session).
///
/// # Errors
///
/// If the type's own `Serialize` fails.
///
/// ```
/// use dewar::value::{Value, to_value};
///
/// assert_eq!(to_value(&("a", 1)).unwrap(), Value::Tuple(vec!["a".into(), 1.into()]));
/// ```
pub fn to_value<T: Serialize + ?Sized>(source: &T) -> Result<Value, ConvertError> {
    source.serialize(ToValue { inner: false })
}

#[derive(Clone, Copy)]
struct ToValue {
    /// Whether this is the content of one of our names: its format is binary, and no dict becomes a map.
    inner: bool,
}

/// The value of this content under one of our names, or `None` if another program uses the name.
fn named(name: &str, content: Value) -> Option<Value> {
    match content {
        Value::Pairs(pairs) if name == names::PAIRS => Some(Value::Pairs(pairs)),
        Value::Pairs(pairs) if name == names::STRUCT => {
            let mut dict = Dict::new();
            pairs.into_iter().for_each(|(key, value)| dict.insert(key, value));
            Some(dict.into_value().into_struct())
        }
        Value::Str(text) => Content::Text(text).into_value(name),
        Value::Bytes(bytes) => Content::Bytes(bytes).into_value(name),
        _ => None,
    }
}

/// An integer of any width.
fn integer(number: impl TryInto<i64> + ToString + Copy) -> Result<Value, ConvertError> {
    number
        .try_into()
        .map(Value::Int)
        .or_else(|_| number.to_string().parse::<BigInt>().map(Value::BigInt).map_err(ConvertError::custom))
}

impl Serializer for ToValue {
    type Ok = Value;
    type Error = ConvertError;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Entries;

    fn is_human_readable(&self) -> bool {
        !self.inner
    }

    fn serialize_bool(self, value: bool) -> Result<Value, ConvertError> {
        Ok(value.into())
    }

    fn serialize_i8(self, value: i8) -> Result<Value, ConvertError> {
        Ok(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Value, ConvertError> {
        Ok(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Value, ConvertError> {
        Ok(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Value, ConvertError> {
        Ok(value.into())
    }

    fn serialize_i128(self, value: i128) -> Result<Value, ConvertError> {
        integer(value)
    }

    fn serialize_u8(self, value: u8) -> Result<Value, ConvertError> {
        Ok(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Value, ConvertError> {
        Ok(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Value, ConvertError> {
        Ok(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Value, ConvertError> {
        integer(value)
    }

    fn serialize_u128(self, value: u128) -> Result<Value, ConvertError> {
        integer(value)
    }

    fn serialize_f32(self, value: f32) -> Result<Value, ConvertError> {
        Ok(Value::Float(value.into()))
    }

    fn serialize_f64(self, value: f64) -> Result<Value, ConvertError> {
        Ok(Value::Float(value))
    }

    fn serialize_char(self, value: char) -> Result<Value, ConvertError> {
        Ok(Value::Str(Text::from(&*value.encode_utf8(&mut [0; 4]))))
    }

    fn serialize_str(self, value: &str) -> Result<Value, ConvertError> {
        Ok(value.into())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value, ConvertError> {
        Ok(Value::Bytes(value.to_vec()))
    }

    fn serialize_none(self) -> Result<Value, ConvertError> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, ConvertError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, ConvertError> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Value, ConvertError> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value, ConvertError> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Value, ConvertError> {
        if !name.starts_with(names::PREFIX) {
            return value.serialize(self);
        }
        let content = value.serialize(ToValue { inner: true })?;
        named(name, content)
            .ok_or_else(|| ConvertError::custom(format_args!("`{name}` has unexpected content")))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, ConvertError> {
        Ok(with_variant(Some(variant), to_value(value)?))
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Items, ConvertError> {
        Ok(Items { items: Vec::new(), sequence: Value::List, variant: None })
    }

    fn serialize_tuple(self, _len: usize) -> Result<Items, ConvertError> {
        Ok(Items { items: Vec::new(), sequence: Value::Tuple, variant: None })
    }

    fn serialize_tuple_struct(self, _name: &'static str, len: usize) -> Result<Items, ConvertError> {
        self.serialize_tuple(len)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Items, ConvertError> {
        Ok(Items { variant: Some(variant), ..self.serialize_tuple(len)? })
    }

    /// A struct with `#[serde(flatten)]` is passed without a length, which most maps have.
    fn serialize_map(self, len: Option<usize>) -> Result<Entries, ConvertError> {
        let dict = if self.inner { Dict::Pairs(Vec::new()) } else { Dict::new() };
        Ok(Entries { dict, key: Value::Null, variant: None, is_struct: len.is_none() })
    }

    fn serialize_struct(self, _name: &'static str, len: usize) -> Result<Entries, ConvertError> {
        let dict = Dict::Map(Map::with_room(len));
        Ok(Entries { dict, ..self.serialize_map(None)? })
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Entries, ConvertError> {
        Ok(Entries { variant: Some(variant), ..self.serialize_struct(variant, len)? })
    }
}
