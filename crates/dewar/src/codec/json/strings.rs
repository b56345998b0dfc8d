//! Reads the contents of strings.

use super::scan::plain_prefix;
use crate::codec::DecodeError;
use crate::value::Text;

/// The contents of a string that starts at `at` and has no escapes; `None` if it has escapes or is malformed.
#[inline]
pub(super) fn plain(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let run = plain_prefix(rest.as_bytes());
    if rest.as_bytes().get(run) == Some(&b'"') { rest.get(..run) } else { None }
}

/// Reads a string that starts at `at`, and moves `at` behind the closing quote.
#[cold]
pub(super) fn escaped(text: &str, at: &mut usize) -> Result<Text, DecodeError> {
    let mut body = Body { text, at: *at };
    let text = body.escaped()?;
    *at = body.at;
    Ok(text)
}

struct Body<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Body<'a> {
    /// The text up to the next escape, quote or control character.
    fn run(&mut self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or("");
        // A special byte is ASCII, so this is a character boundary.
        let run = rest.get(..plain_prefix(rest.as_bytes())).unwrap_or("");
        self.at += run.len();
        run
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.text.as_bytes().get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn escaped(&mut self) -> Result<Text, DecodeError> {
        let start = self.at;
        let mut text = String::new();
        loop {
            text.push_str(self.run());
            if self.ends()? {
                return Ok(text.into());
            }
            match self.escape()? {
                Ok(char) => text.push(char),
                Err(_lone) => {
                    self.at = start;
                    return self.wide();
                }
            }
        }
    }

    /// Like `escaped`, for a string with lone surrogates.
    fn wide(&mut self) -> Result<Text, DecodeError> {
        let mut units: Vec<u16> = Vec::new();
        loop {
            units.extend(self.run().encode_utf16());
            if self.ends()? {
                return Ok(Text::from_utf16(&units));
            }
            match self.escape()? {
                Ok(char) => units.extend_from_slice(char.encode_utf16(&mut [0; 2])),
                Err(lone) => units.push(lone),
            }
        }
    }

    /// Called after a run: true at the end of the string, false after a backslash.
    fn ends(&mut self) -> Result<bool, DecodeError> {
        match self.next() {
            Some(b'"') => Ok(true),
            Some(b'\\') => Ok(false),
            Some(_) => Err(self.malformed("no bare control character in a string")),
            None => Err(DecodeError::Malformed { at: self.at, expected: "the end of a string" }),
        }
    }

    /// Called after a backslash: returns a character, or a lone surrogate as the inner error.
    fn escape(&mut self) -> Result<Result<char, u16>, DecodeError> {
        Ok(Ok(match self.next() {
            Some(plain @ (b'"' | b'\\' | b'/')) => plain.into(),
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => return self.unit().map(|unit| self.join(unit)),
            _ => return Err(self.malformed("an escape that JSON has")),
        }))
    }

    fn unit(&mut self) -> Result<u16, DecodeError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit << 4 | digit.ok_or_else(|| self.malformed("four hex digits"))?;
        }
        Ok(unit as u16) // four digits are 16 bits
    }

    /// Joins a high surrogate with the escape of a low one, if one follows.
    fn join(&mut self, unit: u16) -> Result<char, u16> {
        let alone = |unit| char::from_u32(u32::from(unit)).ok_or(unit);
        if !(0xd800..0xdc00).contains(&unit)
            || !self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u"))
        {
            return alone(unit);
        }
        let before = self.at;
        self.at += 2;
        if let Ok(low) = self.unit()
            && let Some(Ok(char)) = char::decode_utf16([unit, low]).next()
        {
            return Ok(char);
        }
        self.at = before;
        alone(unit)
    }

    /// An error at the byte that was just read.
    fn malformed(&self, expected: &'static str) -> DecodeError {
        DecodeError::Malformed { at: self.at.saturating_sub(1), expected }
    }
}
