//! Writes strings, and finds the characters that need an escape.

use crate::codec::EncodeError;
use crate::value::Text;

/// Writes a text in quotes. With `ascii`, everything outside `' '` to `'~'` is escaped.
///
/// A lone surrogate can only be written as an escape.
pub(super) fn write_text(text: &Text, ascii: bool, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    match text.as_str() {
        Some(text) => write_str(text, ascii, out),
        None if ascii => write_wide(text, out),
        None => return Err(EncodeError::LoneSurrogate),
    }
    Ok(())
}

/// Writes a string in quotes.
fn write_str(text: &str, ascii: bool, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    loop {
        let plain = if ascii { plain_ascii_prefix(rest.as_bytes()) } else { plain_prefix(rest.as_bytes()) };
        let (run, special) = rest.split_at(plain);
        out.extend_from_slice(run.as_bytes());
        let mut chars = special.chars();
        let Some(char) = chars.next() else { break };
        write_escape(char, out);
        rest = chars.as_str();
    }
    out.push(b'"');
}

fn write_wide(text: &Text, out: &mut Vec<u8>) {
    out.push(b'"');
    for code_point in text.code_points() {
        match char::from_u32(code_point) {
            Some(plain @ (' ' | '!' | '#'..='[' | ']'..='~')) => out.push(plain as u8),
            Some(char) => write_escape(char, out),
            None => write_unit(code_point as u16, out), // surrogates have 16 bits
        }
    }
    out.push(b'"');
}

fn write_escape(char: char, out: &mut Vec<u8>) {
    let short = match char {
        '"' => b'"',
        '\\' => b'\\',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        _ => {
            char.encode_utf16(&mut [0; 2]).iter().for_each(|unit| write_unit(*unit, out));
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

fn write_unit(unit: u16, out: &mut Vec<u8>) {
    let digit = |shift: u16| match (unit >> shift & 15) as u8 {
        digit @ 0..10 => b'0' + digit,
        digit => b'a' + digit - 10,
    };
    out.extend_from_slice(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The length of the longest prefix without `"`, `\` and bytes below 0x20.
#[inline]
pub(super) fn plain_prefix(bytes: &[u8]) -> usize {
    scan(bytes, |word| control(word) | equal(word, b'"') | equal(word, b'\\'))
}

/// The length of the longest prefix of `' '` to `'~'` without `"` and `\`.
fn plain_ascii_prefix(bytes: &[u8]) -> usize {
    scan(bytes, |word| {
        control(word) | equal(word, b'"') | equal(word, b'\\') | equal(word, 0x7f) | (word & HIGH)
    })
}

/// `special` sets the high bit of special bytes. Bits above the lowest bit that is set need not be correct.
#[inline]
fn scan(bytes: &[u8], special: impl Fn(u64) -> u64) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    // The padding of the last word is plain in both senses.
    let mut last = [b' '; 8];
    last.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
    let found = special(u64::from_le_bytes(last));
    let in_tail = if found == 0 { tail.len() } else { found.trailing_zeros() as usize / 8 };
    words.len() * 8 + in_tail
}

/// Bytes below 0x20 (after "Bit Twiddling Hacks", haszero and hasless).
fn control(word: u64) -> u64 {
    word.wrapping_sub(ONES * 0x20) & !word & HIGH
}

fn equal(word: u64, byte: u8) -> u64 {
    let zero_where_equal = word ^ (ONES * u64::from(byte));
    zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slow(bytes: &[u8], special: impl Fn(u8) -> bool) -> usize {
        bytes.iter().position(|&byte| special(byte)).unwrap_or(bytes.len())
    }

    proptest! {
        #[test]
        fn as_a_slow_search_finds(bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            "[ !#-\\[~\\]\u{7f}\"\\\\\u{1f}é]{0,40}".prop_map(String::into_bytes),
        ]) {
            let marks = |byte| byte < 0x20 || byte == b'"' || byte == b'\\';
            prop_assert_eq!(plain_prefix(&bytes), slow(&bytes, marks));
            prop_assert_eq!(plain_ascii_prefix(&bytes), slow(&bytes, |byte| marks(byte) || byte >= 0x7f));
        }
    }
}
