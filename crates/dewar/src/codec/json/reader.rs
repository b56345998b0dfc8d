//! The JSON reader.

use std::marker::PhantomData;

use super::strings;
use crate::codec::limits::Budget;
use crate::codec::{DecodeError, Limits};
use crate::value::{Map, Text, Value};

/// The differences between the dialects in reading.
pub(super) trait Grammar {
    /// Whether `NaN` and `Infinity` are numbers, and `1e400` is infinity.
    const NOT_FINITE: bool;

    /// The value of an object with one entry.
    fn single(key: Text, value: Value) -> Result<Value, DecodeError> {
        Ok(Value::Map(Map::from([(key, value)])))
    }
}

/// Reads one value and nothing after it.
pub(super) fn read<G: Grammar>(bytes: &[u8], limits: Limits) -> Result<Value, DecodeError> {
    let budget = Budget::new(limits);
    budget.bytes(bytes.len())?;
    let text = str::from_utf8(bytes).map_err(|error| DecodeError::NotUtf8 { at: error.valid_up_to() })?;
    let mut reader = Reader { text, at: 0, budget, grammar: PhantomData::<G> };
    let value = reader.value()?;
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(DecodeError::TrailingBytes { at: reader.at }),
    }
}

/// Memory is reserved for this many entries, and grows when there are more.
const FEW: usize = 8;

struct Reader<'a, G> {
    text: &'a str,
    at: usize,
    budget: Budget,
    grammar: PhantomData<G>,
}

impl<'a, G: Grammar> Reader<'a, G> {
    fn value(&mut self) -> Result<Value, DecodeError> {
        self.budget.item()?;
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'N') if G::NOT_FINITE => self.word("NaN", Value::Float(f64::NAN)),
            Some(b'I') if G::NOT_FINITE => self.word("Infinity", Value::Float(f64::INFINITY)),
            _ => Err(self.malformed("a value")),
        }
    }

    fn object(&mut self) -> Result<Value, DecodeError> {
        self.open()?;
        if self.closed_at_once(b'}') {
            return Ok(Value::Map(Map::new()));
        }
        let key = self.key()?;
        let value = self.value()?;
        if self.closed(b'}', "`,` or `}`")? {
            return G::single(key, value);
        }
        let mut map = Map::with_room(FEW);
        map.insert(key, value);
        loop {
            let key = self.key()?;
            map.insert(key, self.value()?);
            if self.closed(b'}', "`,` or `}`")? {
                break;
            }
        }
        // One entry is left if all keys were the same.
        match map.len() {
            1 => map.into_iter().next().map_or(Ok(Value::Null), |(key, value)| G::single(key, value)),
            _ => Ok(Value::Map(map)),
        }
    }

    #[inline]
    fn key(&mut self) -> Result<Text, DecodeError> {
        if self.peek() != Some(b'"') {
            return Err(self.malformed("a key in double quotes"));
        }
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return Err(self.malformed("`:`"));
        }
        self.at += 1;
        Ok(key)
    }

    fn array(&mut self) -> Result<Value, DecodeError> {
        self.open()?;
        let mut items = Vec::new();
        if self.closed_at_once(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            if self.closed(b']', "`,` or `]`")? {
                return Ok(Value::List(items));
            }
        }
    }

    #[inline]
    fn string<T: From<&'a str> + From<Text>>(&mut self) -> Result<T, DecodeError> {
        self.at += 1;
        match strings::plain(self.text, self.at) {
            Some(plain) => {
                self.at += plain.len() + 1;
                Ok(plain.into())
            }
            None => strings::escaped(self.text, &mut self.at).map(Into::into),
        }
    }

    fn open(&mut self) -> Result<(), DecodeError> {
        self.budget.enter()?;
        self.at += 1;
        Ok(())
    }

    fn closed_at_once(&mut self, close: u8) -> bool {
        let closed = self.peek() == Some(close);
        if closed {
            self.at += 1;
            self.budget.leave();
        }
        closed
    }

    /// Called after an item: whether it was the last one.
    fn closed(&mut self, close: u8, expected: &'static str) -> Result<bool, DecodeError> {
        if self.closed_at_once(close) {
            return Ok(true);
        }
        if self.peek() != Some(b',') {
            return Err(self.malformed(expected));
        }
        self.at += 1;
        Ok(false)
    }

    fn word(&mut self, word: &'static str, value: Value) -> Result<Value, DecodeError> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.malformed(word));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, DecodeError> {
        let start = self.at;
        self.at += usize::from(self.byte() == Some(b'-'));
        if G::NOT_FINITE && self.byte() == Some(b'I') {
            return self.word("Infinity", Value::Float(f64::NEG_INFINITY));
        }
        // No digits may follow a leading zero.
        match self.byte() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        let whole = self.at;
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        let value = if whole == self.at { integer(text) } else { float::<G>(text) };
        value.ok_or(DecodeError::NumberOutOfRange { at: start })
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<(), DecodeError> {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.malformed("a digit"));
        }
        self.at += count;
        Ok(())
    }

    /// The next byte that is not whitespace.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                byte => return byte,
            }
        }
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn malformed(&self, expected: &'static str) -> DecodeError {
        DecodeError::Malformed { at: self.at, expected }
    }
}

fn integer(text: &str) -> Option<Value> {
    text.parse().map(Value::Int).ok().or_else(|| text.parse().map(Value::BigInt).ok())
}

fn float<G: Grammar>(text: &str) -> Option<Value> {
    let value: f64 = text.parse().ok()?;
    (G::NOT_FINITE || value.is_finite()).then_some(Value::Float(value))
}
