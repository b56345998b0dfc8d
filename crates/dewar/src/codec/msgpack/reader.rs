//! MessagePack to a value, in every form the format has.

use super::{Dialect, extension, kept, own, timestamp};
use crate::codec::limits::Budget;
use crate::codec::{DecodeError, Limits};
use crate::value::{DateTime, Dict, Map, Object, Opaque, Text, Value};

/// Reads one value and nothing after it.
pub(super) fn read(bytes: &[u8], dialect: Dialect, limits: Limits) -> Result<Value, DecodeError> {
    let budget = Budget::new(limits);
    budget.bytes(bytes.len())?;
    let mut reader = Reader { bytes, at: 0, dialect, budget };
    let value = reader.value()?;
    match reader.remaining() {
        0 => Ok(value),
        _ => Err(DecodeError::TrailingBytes { at: reader.at }),
    }
}

/// Memory is taken for so many items at once; for more as they come.
const FEW: usize = 16;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    dialect: Dialect,
    budget: Budget,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Result<Value, DecodeError> {
        self.budget.item()?;
        let head = self.byte()?;
        Ok(match head {
            0x00..=0x7f => Value::Int(head.into()),
            0x80..=0x8f => return self.map(usize::from(head & 0x0f)),
            0x90..=0x9f => return self.array(usize::from(head & 0x0f)),
            0xa0..=0xbf => Value::Str(self.text(usize::from(head & 0x1f))?),
            0xc0 => Value::Null,
            0xc2 => Value::Bool(false),
            0xc3 => Value::Bool(true),
            0xc4..=0xc6 => {
                let len = self.length(head - 0xc4)?;
                Value::Bytes(self.take(len)?.to_vec())
            }
            0xc7..=0xc9 => {
                let len = self.length(head - 0xc7)?;
                return self.extension(len);
            }
            0xca => Value::Float(f32::from_be_bytes(self.chunk()?).into()),
            0xcb => Value::Float(f64::from_be_bytes(self.chunk()?)),
            0xcc => Value::Int(self.byte()?.into()),
            0xcd => Value::Int(u16::from_be_bytes(self.chunk()?).into()),
            0xce => Value::Int(u32::from_be_bytes(self.chunk()?).into()),
            0xcf => self.unsigned()?,
            0xd0 => Value::Int(i8::from_be_bytes(self.chunk()?).into()),
            0xd1 => Value::Int(i16::from_be_bytes(self.chunk()?).into()),
            0xd2 => Value::Int(i32::from_be_bytes(self.chunk()?).into()),
            0xd3 => Value::Int(i64::from_be_bytes(self.chunk()?)),
            0xd4..=0xd8 => return self.extension(1 << (head - 0xd4)),
            0xd9..=0xdb => {
                let len = self.length(head - 0xd9)?;
                Value::Str(self.text(len)?)
            }
            0xdc | 0xdd => {
                let len = self.length(head - 0xdc + 1)?;
                return self.array(len);
            }
            0xde | 0xdf => {
                let len = self.length(head - 0xde + 1)?;
                return self.map(len);
            }
            0xe0..=0xff => Value::Int(head.cast_signed().into()),
            0xc1 => return Err(self.malformed("a type of MessagePack")),
        })
    }

    fn array(&mut self, len: usize) -> Result<Value, DecodeError> {
        self.open(len)?;
        let value = match self.mark(len)? {
            Some(extension::TUPLE) => Value::Tuple(self.items(len - 1)?),
            Some(extension::PAIRS) => self.marked_pairs(len - 1)?,
            Some(extension::KEPT) => self.kept(len - 1)?,
            _ => Value::List(self.items(len)?),
        };
        self.budget.leave();
        Ok(value)
    }

    fn items(&mut self, len: usize) -> Result<Vec<Value>, DecodeError> {
        let mut items = Vec::with_capacity(len.min(FEW));
        for _ in 0..len {
            items.push(self.value()?);
        }
        Ok(items)
    }

    /// Takes the mark of the own dialect at the beginning of an array, if there is one.
    fn mark(&mut self, len: usize) -> Result<Option<i8>, DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(&[0xc7, 0, code]) = rest.first_chunk() else { return Ok(None) };
        let code = code.cast_signed();
        let is_mark = matches!(code, extension::TUPLE | extension::PAIRS | extension::KEPT);
        if self.dialect != Dialect::Native || len == 0 || !is_mark {
            return Ok(None);
        }
        self.budget.item()?;
        self.at += 3;
        Ok(Some(code))
    }

    fn kept(&mut self, len: usize) -> Result<Value, DecodeError> {
        let parts = self.items(len)?;
        kept::read(parts).ok_or(DecodeError::BadExtension { code: extension::KEPT })
    }

    fn marked_pairs(&mut self, len: usize) -> Result<Value, DecodeError> {
        if !len.is_multiple_of(2) {
            return Err(self.malformed("a value for each key"));
        }
        let mut pairs = Vec::with_capacity(FEW.min(len / 2));
        for _ in 0..len / 2 {
            pairs.push((self.value()?, self.value()?));
        }
        Ok(Value::Pairs(pairs))
    }

    fn map(&mut self, len: usize) -> Result<Value, DecodeError> {
        self.open(len.saturating_mul(2))?;
        let mut map = Map::with_room(len);
        for done in 0..len {
            let key = match self.value()? {
                Value::Str(key) => key,
                key => return self.rest_of_map(map, key, len - done),
            };
            map.insert(key, self.value()?);
        }
        self.budget.leave();
        Ok(Value::Map(map))
    }

    /// A map in which a key is not text.
    fn rest_of_map(&mut self, map: Map, key: Value, len: usize) -> Result<Value, DecodeError> {
        let mut dict = Dict::Map(map);
        let mut key = key;
        for left in (0..len).rev() {
            let value = self.value()?;
            dict.insert(self.hashable(key)?, value);
            key = if left > 0 { self.value()? } else { Value::Null };
        }
        self.budget.leave();
        Ok(dict.into_value())
    }

    /// A key as Python can have it: lists are tuples there, maps cannot be; in the own dialect all are text.
    fn hashable(&self, key: Value) -> Result<Value, DecodeError> {
        match key {
            Value::Str(_) => Ok(key),
            _ if self.dialect == Dialect::Native => Err(self.malformed("a text key")),
            Value::List(items) => {
                Ok(Value::Tuple(items.into_iter().map(|item| self.hashable(item)).collect::<Result<_, _>>()?))
            }
            Value::Map(_) | Value::Pairs(_) => Err(self.malformed("a key that can be hashed")),
            Value::Opaque(opaque) if !opaque.is_hashable() => Err(self.malformed("a key that can be hashed")),
            _ => Ok(key),
        }
    }

    fn extension(&mut self, len: usize) -> Result<Value, DecodeError> {
        let code = i8::from_be_bytes(self.chunk()?);
        let content = self.take(len)?;
        let value = match self.dialect {
            _ if code == extension::TIMESTAMP => timestamp::read(content)
                .and_then(|(seconds, micros)| DateTime::aware(seconds, micros, 0))
                .map(Value::DateTime),
            Dialect::Native => own::read(code, content),
            Dialect::Msgspec => Some(another(code, content)),
        };
        value.ok_or(DecodeError::BadExtension { code })
    }

    fn unsigned(&mut self) -> Result<Value, DecodeError> {
        let value = u64::from_be_bytes(self.chunk()?);
        let big = || value.to_string().parse().map(Value::BigInt);
        i64::try_from(value).map(Value::Int).or_else(|_| big()).map_err(|_| self.malformed("an integer"))
    }

    fn text(&mut self, len: usize) -> Result<Text, DecodeError> {
        let start = self.at;
        let text = str::from_utf8(self.take(len)?)
            .map_err(|error| DecodeError::NotUtf8 { at: start + error.valid_up_to() })?;
        Ok(text.into())
    }

    /// Enters a container of so many values, each of which takes a byte at least.
    fn open(&mut self, len: usize) -> Result<(), DecodeError> {
        self.budget.enter()?;
        self.budget.has_items(len)?;
        if len > self.remaining() {
            return Err(self.malformed("more bytes"));
        }
        Ok(())
    }

    /// A length of 1, 2 or 4 bytes.
    fn length(&mut self, width: u8) -> Result<usize, DecodeError> {
        Ok(match width {
            0 => self.byte()?.into(),
            1 => u16::from_be_bytes(self.chunk()?).into(),
            _ => u32::from_be_bytes(self.chunk()?) as usize,
        })
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        self.chunk().map(|[byte]| byte)
    }

    fn chunk<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let chunk = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk());
        let chunk = *chunk.ok_or_else(|| self.malformed("more bytes"))?;
        self.at += N;
        Ok(chunk)
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.at.checked_add(len);
        let taken =
            end.and_then(|end| self.bytes.get(self.at..end)).ok_or_else(|| self.malformed("more bytes"))?;
        self.at += len;
        Ok(taken)
    }

    fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn malformed(&self, expected: &'static str) -> DecodeError {
        DecodeError::Malformed { at: self.at, expected }
    }
}

/// An extension type that msgspec gives to its program as it is.
fn another(code: i8, content: &[u8]) -> Value {
    Value::Opaque(Opaque::new(Object::Extension { code, content: content.to_vec() }))
}
