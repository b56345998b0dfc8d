//! Dewar's native dialect of MessagePack: extension types for everything that MessagePack does not have.

use super::reader::Reader;
use super::writer::Writer;
use super::{Dialect, opaque, timestamp};
use crate::codec::{DecodeError, EncodeError};
use crate::value::{BigInt, DateTime, Opaque, Text, Value};

// Stored cookies and records contain these numbers, so their meaning must never change.
const TUPLE: i8 = 1;
const PAIRS: i8 = 2;
const HEX: i8 = 3;
const WIDE_TEXT: i8 = 4;
const MARKUP: i8 = 5;
const WIDE_MARKUP: i8 = 6;
const UUID: i8 = 7;
const NAIVE: i8 = 8;
const OFFSET: i8 = 9;
const BIG_INT: i8 = 10;
pub(super) const OPAQUE: i8 = 11;

pub(super) struct Native;

impl Dialect for Native {
    const MARKS_STRUCTS: bool = true;

    fn write_big_int(writer: &mut Writer<Self>, value: &BigInt) -> Result<(), EncodeError> {
        match value.to_u64() {
            Some(value) => {
                writer.unsigned(value);
                Ok(())
            }
            None => writer.extension(BIG_INT, value.as_str().as_bytes()),
        }
    }

    fn write_text(writer: &mut Writer<Self>, text: &Text) -> Result<(), EncodeError> {
        match text.as_str() {
            Some(text) if is_hex(text) => {
                writer.extension_head(HEX, text.len() / 2)?;
                pack_hex(text, &mut writer.out);
                Ok(())
            }
            Some(text) => writer.str(text),
            None => writer.extension(WIDE_TEXT, &text.to_utf16be()),
        }
    }

    fn write_markup(writer: &mut Writer<Self>, text: &Text) -> Result<(), EncodeError> {
        match text.as_str() {
            Some(text) => writer.extension(MARKUP, text.as_bytes()),
            None => writer.extension(WIDE_MARKUP, &text.to_utf16be()),
        }
    }

    fn write_date(writer: &mut Writer<Self>, date: DateTime) -> Result<(), EncodeError> {
        let content = timestamp::write(date.utc_seconds(), date.micros());
        let content = content.as_slice();
        match date.offset_seconds() {
            None => writer.extension(NAIVE, content),
            Some(0) => writer.timestamp(date),
            Some(offset) => writer.extension(OFFSET, &[&offset.to_be_bytes(), content].concat()),
        }
    }

    fn write_uuid(writer: &mut Writer<Self>, uuid: &[u8; 16]) -> Result<(), EncodeError> {
        writer.extension(UUID, uuid)
    }

    fn write_tuple(writer: &mut Writer<Self>, items: &[Value]) -> Result<(), EncodeError> {
        writer.open_marked(TUPLE, items.len())?;
        items.iter().try_for_each(|item| writer.value(item))?;
        writer.close();
        Ok(())
    }

    fn write_pairs(writer: &mut Writer<Self>, pairs: &[(Value, Value)]) -> Result<(), EncodeError> {
        writer.open_marked(PAIRS, pairs.len() * 2)?;
        for (key, value) in pairs {
            writer.value(key)?;
            writer.value(value)?;
        }
        writer.close();
        Ok(())
    }

    fn write_opaque(writer: &mut Writer<Self>, opaque: &Opaque) -> Result<(), EncodeError> {
        writer.object(opaque.object())
    }

    fn read_array(reader: &mut Reader<'_, Self>, len: usize) -> Result<Option<Value>, DecodeError> {
        let value = match reader.mark(len, &[TUPLE, PAIRS, OPAQUE])? {
            None => return Ok(None),
            Some(TUPLE) => Value::Tuple(reader.items(len - 1)?),
            Some(PAIRS) => Value::Pairs(reader.pairs(len - 1)?),
            Some(code) => {
                let parts = reader.items(len - 1)?;
                opaque::read(parts).ok_or(DecodeError::BadExtension { code })?
            }
        };
        Ok(Some(value))
    }

    fn read_key(reader: &Reader<'_, Self>, _: Value) -> Result<Value, DecodeError> {
        Err(reader.malformed("a text key"))
    }

    fn read_extension(code: i8, content: &[u8]) -> Option<Value> {
        Some(match code {
            HEX => Value::Str(unpack_hex(content)),
            WIDE_TEXT => Value::Str(Text::from_utf16be(content)?),
            MARKUP => Value::Markup(str::from_utf8(content).ok()?.into()),
            WIDE_MARKUP => Value::Markup(Text::from_utf16be(content)?),
            UUID => Value::Uuid(content.try_into().ok()?),
            NAIVE => {
                let (seconds, micros) = timestamp::read(content)?;
                Value::DateTime(DateTime::naive(seconds, micros)?)
            }
            OFFSET => {
                let (offset, content) = content.split_first_chunk()?;
                let (seconds, micros) = timestamp::read(content)?;
                Value::DateTime(DateTime::aware(seconds, micros, i32::from_be_bytes(*offset))?)
            }
            BIG_INT => Value::BigInt(str::from_utf8(content).ok()?.parse().ok()?),
            _ => return None,
        })
    }
}

impl Writer<Native> {
    /// Writes the header of an array of `len` items, and a mark before the items.
    pub(super) fn open_marked(&mut self, mark: i8, len: usize) -> Result<(), EncodeError> {
        self.open_array(len + 1)?;
        self.budget.item()?;
        self.extension(mark, &[])
    }
}

/// Packing a shorter text saves nothing.
const SHORTEST_HEX: usize = 8;

/// Whether a text can be packed: an even number of lowercase hexadecimal digits.
fn is_hex(text: &str) -> bool {
    text.len() >= SHORTEST_HEX
        && text.len().is_multiple_of(2)
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Packs a text that [can be packed](is_hex).
fn pack_hex(text: &str, out: &mut Vec<u8>) {
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    // Bit 6 is set in letters only.
    let nibble = |digit: u8| (digit & 15) + (digit >> 6) * 9;
    out.extend(pairs.iter().map(|[high, low]| nibble(*high) << 4 | nibble(*low)));
}

fn unpack_hex(content: &[u8]) -> Text {
    const SHORT: usize = 64;
    let (mut short, mut long) = ([0; SHORT], Vec::new());
    let digits = match short.get_mut(..content.len() * 2) {
        Some(short) => short,
        None => {
            long.resize(content.len() * 2, 0);
            long.as_mut_slice()
        }
    };
    for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(content) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
    str::from_utf8(digits).unwrap_or("").into()
}

fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}
