//! A [`Value`] to a type of yours.

use serde::de::value::{
    BorrowedBytesDeserializer, BorrowedStrDeserializer, MapAccessDeserializer, MapDeserializer,
    SeqDeserializer, StringDeserializer,
};
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::fidelity::with_numbers_as_keys;
use super::{ConvertError, names};
use crate::value::{BigInt, Opaque, Plain, Text, Value};

/// Makes a type of yours of a value; the other way of [`to_value`](super::to_value).
///
/// Text is what `Markup` gives, a `datetime` (ISO) and a UUID (with dashes); a tuple also fills a `Vec`, a list a tuple,
/// bytes a `Vec<u8>`, and a text key the number it spells.
///
/// # Errors
///
/// If the value is of another shape, a number does not fit, or a text with lone surrogates should become a `String`.
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

/// [`from_value`] for who keeps the value.
pub(crate) fn read_value<T: DeserializeOwned>(value: &Value) -> Result<T, ConvertError> {
    from_value_ref(value).or_else(|error| from_value_ref(&with_numbers_as_keys(value)).map_err(|_| error))
}

/// As [`from_value`], but looks at the value only; a `&str` or `&[u8]` of the result borrows from it. A number that became a text key is
/// not found again within an enum with a tag of its own, or with none, and a flattened field.
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
            Value::Map(map) => visit_entries(map.iter().map(|(key, value)| (Key(key), value)), visitor),
            Value::Pairs(pairs) => visit_entries(pairs.iter().map(|(key, value)| (key, value)), visitor),
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
        match (name, Named::of(self)) {
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
                let entries = map.iter().map(|(key, value)| (Key(key), value));
                visitor.visit_enum(MapAccessDeserializer::new(MapDeserializer::new(entries)))
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

/// Reads it as the closest value; one that has none says what it is.
fn visit_opaque<'de, V: Visitor<'de>>(opaque: &'de Opaque, visitor: V) -> Result<V::Value, ConvertError> {
    match opaque.plain() {
        Some(Plain::Items(items)) => visit_items(items.iter(), visitor),
        Some(Plain::Entries(entries)) => {
            visit_entries(entries.iter().map(|(key, value)| (key, value)), visitor)
        }
        Some(Plain::Bytes(bytes)) => visitor.visit_borrowed_bytes(bytes),
        Some(Plain::Same(value)) => value.deserialize_any(visitor),
        Some(Plain::Text(text)) => visitor.visit_string(text),
        Some(Plain::DateTime(date)) => visitor.visit_string(date.to_iso()),
        Some(Plain::Uuid(uuid)) => visitor.visit_string(Value::uuid_text(uuid)),
        None => Err(ConvertError::invalid_type(Unexpected::Other(opaque.description()), &visitor)),
    }
}

fn visit_text<'de, V: Visitor<'de>>(text: &'de Text, visitor: V) -> Result<V::Value, ConvertError> {
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
    let mut items = SeqDeserializer::new(items);
    let sequence = visitor.visit_seq(&mut items)?;
    items.end()?;
    Ok(sequence)
}

fn visit_entries<'de, V, I, K>(entries: I, visitor: V) -> Result<V::Value, ConvertError>
where
    V: Visitor<'de>,
    I: Iterator<Item = (K, &'de Value)>,
    K: IntoDeserializer<'de, ConvertError>,
{
    let mut entries = MapDeserializer::new(entries);
    let map = visitor.visit_map(&mut entries)?;
    entries.end()?;
    Ok(map)
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

/// A text key of a map, which may also spell a number or a truth value.
struct Key<'de>(&'de Text);

impl<'de> IntoDeserializer<'de, ConvertError> for Key<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! spelled {
    ($($ask:ident $visit:ident),* $(,)?) => {$(
        fn $ask<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
            match self.0.as_str().and_then(|text| text.parse().ok()) {
                Some(value) => visitor.$visit(value),
                None => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = ConvertError;

    spelled! {
        deserialize_bool visit_bool, deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32,
        deserialize_i64 visit_i64, deserialize_i128 visit_i128, deserialize_u8 visit_u8, deserialize_u16 visit_u16,
        deserialize_u32 visit_u32, deserialize_u64 visit_u64, deserialize_u128 visit_u128, deserialize_f32 visit_f32,
        deserialize_f64 visit_f64,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        visit_text(self.0, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        match name {
            names::VALUE => visitor.visit_enum(Named::Text(names::TEXT, self.0)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        self.deserialize_any(UnitVariant(visitor))
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// Shows a text to an enum's visitor as the name of a variant without content.
struct UnitVariant<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for UnitVariant<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.expecting(f)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<V::Value, E> {
        self.0.visit_enum(BorrowedStrDeserializer::new(text))
    }
}

/// A value that serde's data model has no word for, on its way to a `Value` that knows our names.
enum Named<'de> {
    Text(&'static str, &'de Text),
    Spelled(&'static str, String),
    Uuid(&'de [u8; 16]),
    Tuple(&'de [Value]),
    Pairs(&'de [(Value, Value)]),
}

impl<'de> Named<'de> {
    fn of(value: &'de Value) -> Option<Self> {
        Some(match value {
            Value::Str(text) if text.as_str().is_none() => Self::Text(names::TEXT, text),
            Value::Markup(text) => Self::Text(names::MARKUP, text),
            Value::DateTime(date) => Self::Spelled(names::DATE_TIME, date.to_iso()),
            Value::BigInt(value) => Self::Spelled(names::BIG_INT, value.to_string()),
            Value::Uuid(uuid) => Self::Uuid(uuid),
            Value::Tuple(items) => Self::Tuple(items),
            Value::Pairs(pairs) => Self::Pairs(pairs),
            Value::Opaque(opaque) => return Self::of_plain(opaque.plain()?),
            _ => return None,
        })
    }

    fn of_plain(plain: Plain<'de>) -> Option<Self> {
        Some(match plain {
            Plain::Entries(entries) => Self::Pairs(entries),
            Plain::DateTime(date) => Self::Spelled(names::DATE_TIME, date.to_iso()),
            Plain::Uuid(uuid) => Self::Uuid(uuid),
            Plain::Same(value) => return Self::of(value),
            Plain::Items(_) | Plain::Bytes(_) | Plain::Text(_) => return None,
        })
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Text(name, _) | Self::Spelled(name, _) => name,
            Self::Uuid(_) => names::UUID,
            Self::Tuple(_) => names::TUPLE,
            Self::Pairs(_) => names::PAIRS,
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
