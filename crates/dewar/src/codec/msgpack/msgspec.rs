//! MessagePack as msgspec 0.22 writes it: values that it cannot represent are written as the closest value.

use super::Dialect;
use super::reader::Reader;
use super::writer::Writer;
use crate::codec::{DecodeError, EncodeError};
use crate::value::{BigInt, DateTime, Object, Opaque, Plain, Text, Value};

pub(super) struct Msgspec;

impl Dialect for Msgspec {
    const MARKS_STRUCTS: bool = false;

    fn write_big_int(writer: &mut Writer<Self>, value: &BigInt) -> Result<(), EncodeError> {
        writer.unsigned(value.to_u64().ok_or(EncodeError::IntegerOutOfRange)?);
        Ok(())
    }

    fn write_text(writer: &mut Writer<Self>, text: &Text) -> Result<(), EncodeError> {
        match text.as_str() {
            Some(text) => writer.str(text),
            None => Err(EncodeError::LoneSurrogate),
        }
    }

    fn write_markup(_: &mut Writer<Self>, _: &Text) -> Result<(), EncodeError> {
        Err(EncodeError::Unsupported { kind: "Markup" })
    }

    fn write_date(writer: &mut Writer<Self>, date: DateTime) -> Result<(), EncodeError> {
        match date.offset_seconds() {
            None => writer.str(&date.to_iso()),
            Some(_) => writer.timestamp(date),
        }
    }

    fn write_uuid(writer: &mut Writer<Self>, uuid: &[u8; 16]) -> Result<(), EncodeError> {
        writer.str(&Value::uuid_text(uuid))
    }

    fn write_tuple(writer: &mut Writer<Self>, items: &[Value]) -> Result<(), EncodeError> {
        writer.array(items)
    }

    fn write_pairs(writer: &mut Writer<Self>, pairs: &[(Value, Value)]) -> Result<(), EncodeError> {
        writer.open_map(pairs.len())?;
        for (key, value) in pairs {
            if !is_hashable(key) {
                return Err(EncodeError::UnsupportedKey { kind: key.kind() });
            }
            writer.value(key)?;
            writer.value(value)?;
        }
        writer.close();
        Ok(())
    }

    fn write_opaque(writer: &mut Writer<Self>, opaque: &Opaque) -> Result<(), EncodeError> {
        if let Object::Extension { code, content } = opaque.object() {
            writer.budget.item()?;
            return writer.extension(*code, content);
        }
        match opaque.plain_for_msgspec() {
            Some(Plain::Items(items)) => writer.array(items),
            Some(Plain::Entries(entries)) => Self::write_pairs(writer, entries),
            Some(Plain::Same(value)) => writer.value(value),
            Some(Plain::Bytes(bytes)) => writer.bytes(bytes),
            Some(Plain::Text(text)) => writer.str(&text),
            Some(Plain::DateTime(date)) => Self::write_date(writer, date),
            Some(Plain::Uuid(uuid)) => Self::write_uuid(writer, uuid),
            None => Err(EncodeError::Unsupported { kind: opaque.kind() }),
        }
    }

    fn read_array(_: &mut Reader<'_, Self>, _: usize) -> Result<Option<Value>, DecodeError> {
        Ok(None)
    }

    /// A list as a key becomes a tuple, as in Python. A map cannot be a key.
    fn read_key(reader: &Reader<'_, Self>, key: Value) -> Result<Value, DecodeError> {
        match key {
            Value::List(items) => {
                let items = items.into_iter().map(|item| Self::read_key(reader, item));
                items.collect::<Result<_, _>>().map(Value::Tuple)
            }
            key if is_hashable(&key) => Ok(key),
            _ => Err(reader.malformed("a key that can be hashed")),
        }
    }

    /// msgspec passes an extension type to the program unchanged.
    fn read_extension(code: i8, content: &[u8]) -> Option<Value> {
        Some(Value::Opaque(Opaque::new(Object::Extension { code, content: content.to_vec() })))
    }
}

/// Whether Python accepts it as a key.
fn is_hashable(key: &Value) -> bool {
    match key {
        Value::List(_) | Value::Map(_) | Value::Pairs(_) => false,
        Value::Tuple(items) => items.iter().all(is_hashable),
        Value::Opaque(opaque) => opaque.is_hashable(),
        _ => true,
    }
}
