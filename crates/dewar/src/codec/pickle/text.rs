//! The text encodings of pickle: UTF-8 with surrogates, and the escapes of protocol 0.

use crate::value::{Text, Value};

/// Reads UTF-8 in which a lone surrogate takes three bytes, as with Python's `surrogatepass`.
pub(super) fn from_utf8(bytes: &[u8]) -> Option<Text> {
    match str::from_utf8(bytes) {
        Ok(text) => Some(text.into()),
        Err(_) => from_wtf8(bytes),
    }
}

fn from_wtf8(mut bytes: &[u8]) -> Option<Text> {
    let mut units = Vec::new();
    while let Some(chunk) = bytes.utf8_chunks().next() {
        units.extend(chunk.valid().encode_utf16());
        bytes = bytes.get(chunk.valid().len()..)?;
        match *bytes {
            [] => {}
            [0xed, high @ 0xa0..=0xbf, low @ 0x80..=0xbf, ..] => {
                units.push(0xd000 | u16::from(high & 0x3f) << 6 | u16::from(low & 0x3f));
                bytes = bytes.get(3..)?;
            }
            _ => return None,
        }
    }
    Some(Text::from_utf16(&units))
}

/// Writes what [`from_utf8`] reads.
pub(super) fn to_utf8(text: &Text) -> Vec<u8> {
    if let Some(text) = text.as_str() {
        return text.as_bytes().to_vec();
    }
    let mut bytes = Vec::new();
    for point in text.code_points() {
        match char::from_u32(point) {
            Some(char) => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            None => bytes.extend([0xed, 0x80 | (point >> 6 & 0x3f) as u8, 0x80 | (point & 0x3f) as u8]),
        }
    }
    bytes
}

/// The least number of bytes that a text takes.
pub(super) fn byte_len(text: &Text) -> usize {
    text.as_str().map_or_else(|| text.code_points().count(), str::len)
}

/// Reads a `V` line: Latin-1, in which `\u` with four hexadecimal digits or `\U` with eight is one character.
pub(super) fn from_raw_unicode_escape(mut line: &[u8]) -> Option<Text> {
    let mut units = Vec::new();
    while let Some((&byte, rest)) = line.split_first() {
        line = rest;
        let digits = match (byte, rest.first()) {
            (b'\\', Some(b'u')) => 4,
            (b'\\', Some(b'U')) => 8,
            (b'\\', Some(&next)) => {
                units.extend([u16::from(byte), next.into()]);
                line = rest.get(1..)?;
                continue;
            }
            _ => {
                units.push(byte.into());
                continue;
            }
        };
        let point = hex(rest.get(1..=digits)?)?;
        line = rest.get(1 + digits..)?;
        push(&mut units, point)?;
    }
    Some(Text::from_utf16(&units))
}

fn push(units: &mut Vec<u16>, point: u32) -> Option<()> {
    match (u16::try_from(point), char::from_u32(point)) {
        (Ok(unit), _) => units.push(unit),
        (_, Some(char)) => units.extend_from_slice(char.encode_utf16(&mut [0; 2])),
        _ => return None,
    }
    Some(())
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, &digit| Some(sum << 4 | char::from(digit).to_digit(16)?))
}

/// Reads a `str` of Python 2: text if it is UTF-8, otherwise bytes.
pub(super) fn from_python_2(bytes: &[u8]) -> Value {
    match str::from_utf8(bytes) {
        Ok(text) => Value::Str(text.into()),
        Err(_) => Value::Bytes(bytes.to_vec()),
    }
}

/// Reads an `S` line: what Python 2's `repr` writes, in single or double quotes.
pub(super) fn from_repr(line: &[u8]) -> Option<Vec<u8>> {
    let (&quote, rest) = line.trim_ascii().split_first()?;
    let (&end, mut rest) = rest.split_last()?;
    if quote != end || !matches!(quote, b'\'' | b'"') {
        return None;
    }
    let mut bytes = Vec::with_capacity(rest.len());
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        bytes.push(if byte == b'\\' { escaped(&mut rest)? } else { byte });
    }
    Some(bytes)
}

/// The byte that an escape represents.
fn escaped(rest: &mut &[u8]) -> Option<u8> {
    let (&letter, after) = rest.split_first()?;
    *rest = after;
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'x' => {
            let (digits, after) = after.split_at_checked(2)?;
            *rest = after;
            hex(digits)? as u8
        }
        _ => return None,
    })
}

/// The bytes of a Latin-1 text, which is how Python 3 writes bytes up to protocol 2.
pub(super) fn to_latin1(text: &Text) -> Option<Vec<u8>> {
    text.code_points().map(|point| u8::try_from(point).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_pass() {
        let lone = Text::from_utf16(&[0x61, 0xd83d, 0x20, 0xde00, 0xdfff]);
        assert_eq!(to_utf8(&lone), b"a\xed\xa0\xbd \xed\xb8\x80\xed\xbf\xbf");
        assert_eq!(from_utf8(&to_utf8(&lone)), Some(lone));
        for bad in [&b"\xff"[..], b"a\xed\xa0", b"\xed\xa0\x80\xc0\x80", b"\xf4\x90\x80\x80"] {
            assert_eq!(from_utf8(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn raw_unicode_escapes() {
        let read = from_raw_unicode_escape;
        for (line, text) in [
            (&b"caf\xe9"[..], "caf\u{e9}"),
            (b"\\u20ac\\U0001f600", "\u{20ac}\u{1f600}"),
            (b"\\ud83d\\ude00", "\u{1f600}"),
            (b"\\u005cu0041", "\\u0041"),
            (b"\\\\u0041", "\\\\u0041"),
            (b"\\n\\", "\\n\\"),
        ] {
            assert_eq!(read(line), Some(text.into()), "{line:?}");
        }
        assert_eq!(read(b"\\ud83d"), Some(Text::from_utf16(&[0xd83d])));
        for bad in [&b"\\u"[..], b"\\u12", b"\\U00110000", b"\\u00g0", b"\\u+123"] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_repr_from_python_2_writes() {
        assert_eq!(from_repr(b"'a\\'\\\\\\n\\r\\t\\x00\\xff\"'").unwrap(), b"a'\\\n\r\t\x00\xff\"");
        assert_eq!(from_repr(b"\"it's\"").unwrap(), b"it's");
        for bad in [&b""[..], b"'", b"a", b"'a", b"'a\"", b"'\\'", b"'\\q'", b"'\\x0'", b"'\\xzz'"] {
            assert_eq!(from_repr(bad), None, "{bad:?}");
        }
    }
}
