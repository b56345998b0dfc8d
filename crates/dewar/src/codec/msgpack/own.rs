//! What Dewar's own dialect adds: the content of its extension types.

use super::{extension, timestamp};
use crate::value::{DateTime, Text, Value};

/// Shorter texts gain nothing.
const SHORTEST_HEX: usize = 8;

/// Whether a text is worth packing: lowercase hex digits, an even number of them.
pub(super) fn is_hex(text: &str) -> bool {
    text.len() >= SHORTEST_HEX
        && text.len().is_multiple_of(2)
        && text.bytes().all(|byte| nibble(byte).is_some())
}

pub(super) fn pack_hex(text: &str, out: &mut Vec<u8>) {
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    out.extend(pairs.iter().map(|[high, low]| nibble(*high).unwrap_or(0) << 4 | nibble(*low).unwrap_or(0)));
}

/// The value of an extension type; `None` if there is no such type, or its content is of another.
pub(super) fn read(code: i8, content: &[u8]) -> Option<Value> {
    Some(match code {
        extension::HEX => Value::Str(unpack_hex(content)),
        extension::WIDE_TEXT => Value::Str(Text::from_utf16be(content)?),
        extension::MARKUP => Value::Markup(str::from_utf8(content).ok()?.into()),
        extension::WIDE_MARKUP => Value::Markup(Text::from_utf16be(content)?),
        extension::UUID => Value::Uuid(content.try_into().ok()?),
        extension::NAIVE => {
            let (seconds, micros) = timestamp::read(content)?;
            Value::DateTime(DateTime::naive(seconds, micros)?)
        }
        extension::OFFSET => {
            let (offset, content) = content.split_first_chunk()?;
            let (seconds, micros) = timestamp::read(content)?;
            Value::DateTime(DateTime::aware(seconds, micros, i32::from_be_bytes(*offset))?)
        }
        extension::BIG_INT => Value::BigInt(str::from_utf8(content).ok()?.parse().ok()?),
        _ => return None,
    })
}

fn unpack_hex(content: &[u8]) -> Text {
    const SHORT: usize = 64;
    let digits = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    let mut short = [0; SHORT];
    if let Some(short) = short.get_mut(..content.len() * 2) {
        short.iter_mut().zip(content.iter().flat_map(digits)).for_each(|(to, from)| *to = from);
        return str::from_utf8(short).unwrap_or("").into();
    }
    content.iter().flat_map(digits).map(char::from).collect::<String>().into()
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}
