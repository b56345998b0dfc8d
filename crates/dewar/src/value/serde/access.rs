//! Access to the items and entries of a value in order; an error says at which one it occurred.

use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, SeqAccess};

use super::ConvertError;
use super::key::Key;
use crate::value::{Text, Value};

/// The items of a sequence.
pub(super) struct ItemAccess<I> {
    items: I,
    read: usize,
}

impl<'de, I> ItemAccess<I>
where
    I: Iterator<Item: IntoDeserializer<'de, ConvertError>>,
{
    pub(super) fn new(items: I) -> Self {
        Self { items, read: 0 }
    }

    /// Fails if items are left.
    pub(super) fn end(self) -> Result<(), ConvertError> {
        no_more(self.read, self.items.count())
    }
}

impl<'de, I> SeqAccess<'de> for ItemAccess<I>
where
    I: Iterator<Item: IntoDeserializer<'de, ConvertError>>,
{
    type Error = ConvertError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ConvertError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let place = self.read;
        self.read += 1;
        seed.deserialize(item.into_deserializer()).map(Some).map_err(|error| error.at_item(place))
    }

    fn size_hint(&self) -> Option<usize> {
        exact(&self.items)
    }
}

/// A key of a map.
#[derive(Clone, Copy)]
pub(super) enum AnyKey<'de> {
    Text(&'de Text),
    Value(&'de Value),
}

/// The entries of a map.
pub(super) struct EntryAccess<'de, I> {
    entries: I,
    read: usize,
    present: Option<(AnyKey<'de>, &'de Value)>,
}

impl<'de, I: Iterator<Item = (AnyKey<'de>, &'de Value)>> EntryAccess<'de, I> {
    pub(super) fn new(entries: I) -> Self {
        Self { entries, read: 0, present: None }
    }

    /// Fails if entries are left.
    pub(super) fn end(self) -> Result<(), ConvertError> {
        no_more(self.read, self.entries.count())
    }
}

impl<'de, I: Iterator<Item = (AnyKey<'de>, &'de Value)>> MapAccess<'de> for EntryAccess<'de, I> {
    type Error = ConvertError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ConvertError> {
        self.present = self.entries.next();
        let Some((key, _)) = self.present else { return Ok(None) };
        self.read += 1;
        match key {
            AnyKey::Text(key) => seed.deserialize(Key(key)),
            AnyKey::Value(key) => seed.deserialize(key),
        }
        .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ConvertError> {
        let Some((key, value)) = self.present.take() else {
            return Err(ConvertError::custom("a value was requested before its key"));
        };
        seed.deserialize(value).map_err(|error| match key {
            AnyKey::Text(key) => error.at_key(key),
            AnyKey::Value(key) => error.at_any_key(key),
        })
    }

    fn size_hint(&self) -> Option<usize> {
        exact(&self.entries)
    }
}

fn no_more(read: usize, left: usize) -> Result<(), ConvertError> {
    match left {
        0 => Ok(()),
        left => Err(ConvertError::custom(format_args!("invalid length {}, expected {read}", read + left))),
    }
}

fn exact(items: &impl Iterator) -> Option<usize> {
    match items.size_hint() {
        (least, Some(most)) if least == most => Some(most),
        _ => None,
    }
}
