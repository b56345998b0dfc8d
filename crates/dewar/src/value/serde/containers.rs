//! Lists and maps while serde writes their content.

use serde::ser::{self, Serialize};

use super::{ConvertError, to_value};
use crate::value::{Dict, Map, Value};

/// A sequence that is being built.
pub(super) struct Items {
    pub(super) items: Vec<Value>,
    pub(super) sequence: fn(Vec<Value>) -> Value,
    pub(super) variant: Option<&'static str>,
}

impl Items {
    fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ConvertError> {
        self.items.push(to_value(item)?);
        Ok(())
    }

    fn finish(self) -> Value {
        with_variant(self.variant, (self.sequence)(self.items))
    }
}

/// A dict that is being built, and the key of the next value.
pub(super) struct Entries {
    pub(super) dict: Dict,
    pub(super) key: Value,
    pub(super) variant: Option<&'static str>,
    pub(super) is_struct: bool,
}

impl Entries {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), ConvertError> {
        self.dict.insert(name.into(), to_value(value)?);
        Ok(())
    }

    fn finish(self) -> Value {
        let value = self.dict.into_value();
        with_variant(self.variant, if self.is_struct { value.into_struct() } else { value })
    }
}

/// An enum's variant: a map of its name to its content.
pub(super) fn with_variant(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        Some(variant) => Value::Map(Map::from([(variant, value)]).into_struct()),
        None => value,
    }
}

impl ser::SerializeMap for Entries {
    type Ok = Value;
    type Error = ConvertError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ConvertError> {
        self.key = to_value(key)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ConvertError> {
        self.dict.insert(std::mem::take(&mut self.key), to_value(value)?);
        Ok(())
    }

    fn end(self) -> Result<Value, ConvertError> {
        Ok(self.finish())
    }
}

macro_rules! sequence {
    ($($kind:ident $add:ident),*) => {$(
        impl ser::$kind for Items {
            type Ok = Value;
            type Error = ConvertError;

            fn $add<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), ConvertError> {
                self.push(item)
            }

            fn end(self) -> Result<Value, ConvertError> {
                Ok(self.finish())
            }
        }
    )*};
}

sequence! {
    SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

macro_rules! fields {
    ($($kind:ident),*) => {$(
        impl ser::$kind for Entries {
            type Ok = Value;
            type Error = ConvertError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), ConvertError> {
                self.field(name, value)
            }

            fn end(self) -> Result<Value, ConvertError> {
                Ok(self.finish())
            }
        }
    )*};
}

fields! { SerializeStruct, SerializeStructVariant }
