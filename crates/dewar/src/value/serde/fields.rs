//! Reads a struct from the entries of a session, one field each; missing fields come from the struct's defaults.

use std::cell::{Cell, RefCell};

use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::access::{AnyKey, EntryAccess};
use super::fidelity::with_numbers_as_keys;
use super::{ConvertError, Field};
use crate::value::{Map, Text, Value};

/// The names of a struct's fields, including aliases. `None` for a map and for a struct with a flattened field: such a type reads all keys.
pub(crate) type Names = Option<&'static [&'static str]>;

/// The struct that was read.
pub(crate) struct Fields<T> {
    pub(crate) value: T,
    /// Keys for fields that the session also has under another name. The name that the struct writes takes precedence.
    pub(crate) superseded: Vec<Text>,
}

/// The data that a struct is read from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) data: &'a Map,
    /// The fields of the struct's default value.
    pub(crate) defaults: &'a Map,
    /// Keys that are hidden from a type that reads all keys.
    pub(crate) hidden: &'a [&'a str],
}

impl Source<'_> {
    /// Reads a struct and returns the names of its fields, even if they cannot be read.
    pub(crate) fn read<T: DeserializeOwned>(self) -> (Names, Result<Fields<T>, ConvertError>) {
        let names = Cell::new(None);
        let read = self.read_once(&names).or_else(|error| {
            let spelled = |(key, value): (&Text, &Value)| (key.clone(), with_numbers_as_keys(value));
            let data = self.data.iter().map(spelled).collect();
            Source { data: &data, ..self }.read_once(&names).map_err(|_| self.find_key::<T>(error))
        });
        (names.get(), read)
    }

    /// Reads the struct, leaving out one entry for each field that occurs twice.
    fn read_once<T: DeserializeOwned>(self, names: &Cell<Names>) -> Result<Fields<T>, ConvertError> {
        let entries = Entries { source: self, names, left_out: RefCell::default(), latest: Cell::new(None) };
        loop {
            match T::deserialize(&entries) {
                Ok(value) => return Ok(Fields { value, superseded: entries.left_out.into_inner().data }),
                Err(error) if matches!(error.field(), Some(Field::Duplicate(_))) => {
                    match entries.latest.take() {
                        Some(latest) => entries.leave_out(latest),
                        None => return Err(error),
                    }
                }
                Err(error) => return Err(explained(error.outermost_as_key())),
            }
        }
    }

    /// Finds the key that is wrong if serde does not report it: a flattened field is read without its key.
    fn find_key<T: DeserializeOwned>(self, error: ConvertError) -> ConvertError {
        if error.key().is_some() {
            return error;
        }
        let is_read_without = |key: &&Text| {
            let mut data = self.data.clone();
            data.remove_text(key);
            Source { data: &data, ..self }.read_once::<T>(&Cell::new(None)).is_ok()
        };
        match self.data.keys().find(is_read_without) {
            Some(key) => error.in_key(key),
            None => error,
        }
    }
}

fn explained(error: ConvertError) -> ConvertError {
    match error.field() {
        Some(Field::Missing(name)) => error.in_key(name).advising(
            "the session does not have this field, and the default value of the struct does not serialize it; add `#[serde(default)]` to the field",
        ),
        _ => error,
    }
}

/// An entry that is read into a struct.
#[derive(Clone, Copy)]
enum Entry<'a> {
    Data(&'a Text),
    Default(&'a Text),
}

#[derive(Default)]
struct LeftOut {
    data: Vec<Text>,
    defaults: Vec<Text>,
}

struct Entries<'a> {
    source: Source<'a>,
    names: &'a Cell<Names>,
    left_out: RefCell<LeftOut>,
    /// The last entry that was passed to serde.
    latest: Cell<Option<Entry<'a>>>,
}

impl<'a> Entries<'a> {
    fn leave_out(&self, entry: Entry<'_>) {
        let mut left_out = self.left_out.borrow_mut();
        match entry {
            Entry::Data(key) => left_out.data.push(key.clone()),
            Entry::Default(key) => left_out.defaults.push(key.clone()),
        }
    }

    /// Passes first the session's entries under the names that the struct writes, then those under other names, then the defaults. Later
    /// ones have a lower priority.
    fn visit<V: Visitor<'a>>(&self, names: Names, visitor: V) -> Result<V::Value, ConvertError> {
        self.names.set(names);
        let Source { data, defaults, hidden } = self.source;
        let is_wanted = |key: &Text| match names {
            Some(names) => names.iter().any(|name| key == name),
            None => !hidden.iter().any(|name| key == name),
        };
        let wanted = || data.iter().filter(|(key, _)| is_wanted(key));
        let own = wanted().filter(|(key, _)| defaults.contains_text(key));
        let others = wanted().filter(|(key, _)| !defaults.contains_text(key));
        let lacking = defaults.iter().filter(|(key, _)| !data.contains_text(key));
        let of_data = own.chain(others).map(|(key, value)| (Entry::Data(key), key, value));
        let of_defaults = lacking.map(|(key, value)| (Entry::Default(key), key, value));
        let entries = of_data.chain(of_defaults).filter(|(entry, ..)| !self.is_left_out(*entry));
        let given = entries.map(|(entry, key, value)| {
            self.latest.set(Some(entry));
            (AnyKey::Text(key), value)
        });
        visitor.visit_map(EntryAccess::new(given))
    }

    fn is_left_out(&self, entry: Entry<'_>) -> bool {
        let left_out = self.left_out.borrow();
        match entry {
            Entry::Data(key) => left_out.data.contains(key),
            Entry::Default(key) => left_out.defaults.contains(key),
        }
    }
}

impl<'de> Deserializer<'de> for &Entries<'de> {
    type Error = ConvertError;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        self.visit(Some(fields), visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConvertError> {
        self.visit(None, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ConvertError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _variants: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, ConvertError> {
        Err(not_a_struct(&format!("the enum `{name}`")))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _len: usize,
        _visitor: V,
    ) -> Result<V::Value, ConvertError> {
        Err(not_a_struct(&format!("the tuple struct `{name}`")))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, ConvertError> {
        Err(not_a_struct("this type"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple identifier
        ignored_any
    }
}

/// Every field becomes a session key, so the type must have named fields.
pub(crate) fn not_a_struct(what: &str) -> ConvertError {
    ConvertError::new(format_args!(
        "{what} cannot be a typed session, which must be a struct with named fields; make it a field of such a struct"
    ))
}
