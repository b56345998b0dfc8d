//! The values that a session can hold.
//!
//! [`Value`] has a variant for each type that a Flask session stores and returns unchanged, with Python's distinctions: a tuple is not a
//! list, `Markup` is not `str`, integers are unbounded. [`Map`] keeps insertion order, like a Python dict. Your own types are converted
//! through serde: [`to_value`] and [`from_value`].

#[cfg(test)]
pub(crate) mod arbitrary;
mod big_int;
mod datetime;
mod identity;
mod mail_date;
mod map;
mod opaque;
mod serde;
mod text;
mod three_way;

pub use self::big_int::{BigInt, ParseBigIntError};
pub use self::datetime::DateTime;
pub(crate) use self::identity::Identity;
pub(crate) use self::map::Dict;
pub use self::map::{IntoIter, Map};
pub use self::opaque::Opaque;
pub(crate) use self::opaque::{Class, Instance, Object, Plain};
pub use self::serde::{ConvertError, from_value, from_value_ref, to_value};
pub(crate) use self::serde::{Fields, Names, Source, not_a_struct, read_value};
pub use self::text::Text;
pub(crate) use self::three_way::three_way;

/// A value in a session.
///
/// `==` compares values of one type as Python does: NaN is not equal to itself, 0.0 equals -0.0, and the order of a map's keys does not
/// matter. A session counts as changed by a stricter rule: if its encoded form would differ.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Python's `None`.
    #[default]
    Null,
    /// `True` or `False`.
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// An integer that does not fit 64 bits.
    BigInt(BigInt),
    /// A float, including NaN and the infinities.
    Float(f64),
    /// A `str`.
    Str(Text),
    /// A `bytes`.
    Bytes(Vec<u8>),
    /// A `list`.
    List(Vec<Value>),
    /// A `tuple`.
    Tuple(Vec<Value>),
    /// A `dict` whose keys are all `str`.
    Map(Map),
    /// A `dict` with keys of other types, in order. MessagePack stores `{1: "a"}` as it is; JSON turns the key into `"1"`.
    Pairs(Vec<(Value, Value)>),
    /// A `datetime`.
    DateTime(DateTime),
    /// A `uuid.UUID`.
    Uuid([u8; 16]),
    /// A `markupsafe.Markup`: text that is already HTML.
    Markup(Text),
    /// A value of another program that has no variant here, stored unchanged: a `date`, a `set`, a `Decimal`, …
    Opaque(Opaque),
}

impl Value {
    /// Returns the text, if this is a `Str` of well-formed Unicode.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => text.as_str(),
            _ => None,
        }
    }

    /// Returns the text of a `Str` or `Markup`.
    #[must_use]
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Self::Str(text) | Self::Markup(text) => Some(text),
            _ => None,
        }
    }

    /// Python's name of the type.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "None",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::BigInt(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Map(_) | Self::Pairs(_) => "dict",
            Self::DateTime(_) => "datetime",
            Self::Uuid(_) => "UUID",
            Self::Markup(_) => "Markup",
            Self::Opaque(opaque) => opaque.kind(),
        }
    }

    /// The text of a UUID: `12345678-1234-5678-1234-567812345678` (RFC 9562 §4).
    pub(crate) fn uuid_text(uuid: &[u8; 16]) -> String {
        let mut text = String::with_capacity(36);
        for (at, byte) in uuid.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            let digits = [byte >> 4, byte & 15].into_iter();
            text.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
        }
        text
    }

    /// Returns Python's `bool(value)`: false for `None`, `False`, zero and anything empty.
    #[must_use]
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Str(text) | Self::Markup(text) => !text.is_empty(),
            Self::Bytes(bytes) => !bytes.is_empty(),
            Self::List(items) | Self::Tuple(items) => !items.is_empty(),
            Self::Map(map) => !map.is_empty(),
            Self::Pairs(pairs) => !pairs.is_empty(),
            Self::BigInt(_) | Self::DateTime(_) | Self::Uuid(_) => true,
            Self::Opaque(opaque) => opaque.is_truthy(),
        }
    }
}

macro_rules! from {
    ($($source:ty => $variant:ident),* $(,)?) => {$(
        impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

/// `None` is null.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

from! {
    bool => Bool, i8 => Int, i16 => Int, i32 => Int, i64 => Int, u8 => Int, u16 => Int, u32 => Int, f64 => Float,
    &str => Str, String => Str, Text => Str, Vec<u8> => Bytes, Vec<Value> => List, Map => Map, DateTime => DateTime,
}
