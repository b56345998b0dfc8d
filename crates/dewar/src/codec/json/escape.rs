//! Writes strings, with an escape for each character that needs one.

use super::scan::{plain_ascii_prefix, plain_prefix};
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
