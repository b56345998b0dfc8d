//! The MessagePack reader. It reads every form of a value, not only the smallest.

use std::marker::PhantomData;

use super::{Dialect, timestamp};
use crate::codec::limits::Budget;
use crate::codec::{DecodeError, Limits};
use crate::value::{DateTime, Dict, Map, Text, Value};

/// Reads one value and nothing after it.
pub(super) fn read<D: Dialect>(bytes: &[u8], limits: Limits) -> Result<Value, DecodeError> {
    let budget = Budget::new(limits);
    budget.bytes(bytes.len())?;
    let mut reader = Reader { bytes, at: 0, budget, dialect: PhantomData::<D> };
    let value = reader.value()?;
    match reader.remaining() {
        0 => Ok(value),
        _ => Err(DecodeError::TrailingBytes { at: reader.at }),
    }
}

/// Memory is reserved for this many items, and grows when there are more.
const FEW: usize = 16;

pub(super) struct Reader<'a, D> {
    bytes: &'a [u8],
    at: usize,
    budget: Budget,
    dialect: PhantomData<D>,
}

impl<'a, D: Dialect> Reader<'a, D> {
    fn value(&mut self) -> Result<Value, DecodeError> {
        self.budget.item()?;
        let head = self.byte()?;
        Ok(match head {
            0x80..=0x8f => return self.map(usize::from(head & 0x0f)),
            0x90..=0x9f => return self.array(usize::from(head & 0x0f)),
            0xa0..=0xbf => Value::Str(self.text(usize::from(head & 0x1f))?),
            0xc0 => Value::Null,
            0xc2 | 0xc3 => Value::Bool(head == 0xc3),
            0xc4..=0xc6 => {
                let len = self.length(head - 0xc4)?;
                Value::Bytes(self.take(len)?.to_vec())
            }
            0xc7..=0xc9 => {
                let len = self.length(head - 0xc7)?;
                return self.extension(len);
            }
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
                let is_wider_than_needed = len < if head == 0xde { 16 } else { 1 << 16 };
                let map = self.map(len)?;
                return Ok(if D::MARKS_STRUCTS && is_wider_than_needed { map.into_struct() } else { map });
            }
            _ => return self.number(head),
        })
    }

    #[inline]
    fn number(&mut self, head: u8) -> Result<Value, DecodeError> {
        Ok(match head {
            0x00..=0x7f => Value::Int(head.into()),
            0xe0..=0xff => Value::Int(head.cast_signed().into()),
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
            _ => return Err(self.malformed("a type of MessagePack")),
        })
    }

    fn array(&mut self, len: usize) -> Result<Value, DecodeError> {
        self.open(len)?;
        let value = match D::read_array(self, len)? {
            Some(value) => value,
            None => Value::List(self.items(len)?),
        };
        self.budget.leave();
        Ok(value)
    }

    pub(super) fn items(&mut self, len: usize) -> Result<Vec<Value>, DecodeError> {
        let mut items = Vec::with_capacity(len.min(FEW));
        for _ in 0..len {
            items.push(self.value()?);
        }
        Ok(items)
    }

    /// Reads the mark at the start of an array of `len` items, if it is one of `marks`. A mark is an extension type without content.
    pub(super) fn mark(&mut self, len: usize, marks: &[i8]) -> Result<Option<i8>, DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(&[0xc7, 0, code]) = rest.first_chunk() else { return Ok(None) };
        let code = code.cast_signed();
        if len == 0 || !marks.contains(&code) {
            return Ok(None);
        }
        self.budget.item()?;
        self.at += 3;
        Ok(Some(code))
    }

    /// Reads alternating keys and values, `len` of both.
    pub(super) fn pairs(&mut self, len: usize) -> Result<Vec<(Value, Value)>, DecodeError> {
        if !len.is_multiple_of(2) {
            return Err(self.malformed("a value for each key"));
        }
        let mut pairs = Vec::with_capacity(FEW.min(len / 2));
        for _ in 0..len / 2 {
            pairs.push((self.value()?, self.value()?));
        }
        Ok(pairs)
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

    /// Reads the last `len` entries of a map. The key of the first of them is not text, and has been read.
    fn rest_of_map(&mut self, map: Map, key: Value, len: usize) -> Result<Value, DecodeError> {
        let mut dict = Dict::Map(map);
        let mut key = key;
        for left in (0..len).rev() {
            let value = self.value()?;
            dict.insert(self.key(key)?, value);
            key = if left > 0 { self.value()? } else { Value::Null };
        }
        self.budget.leave();
        Ok(dict.into_value())
    }

    fn key(&self, key: Value) -> Result<Value, DecodeError> {
        if let Value::Str(_) = key { Ok(key) } else { D::read_key(self, key) }
    }

    fn extension(&mut self, len: usize) -> Result<Value, DecodeError> {
        let code = i8::from_be_bytes(self.chunk()?);
        let content = self.take(len)?;
        let value = match code {
            timestamp::CODE => timestamp::read(content)
                .and_then(|(seconds, micros)| DateTime::aware(seconds, micros, 0))
                .map(Value::DateTime),
            _ => D::read_extension(code, content),
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

    /// Enters a container of `len` values. Each of them takes at least one byte.
    fn open(&mut self, len: usize) -> Result<(), DecodeError> {
        self.budget.enter()?;
        self.budget.has_items(len)?;
        if len > self.remaining() {
            return Err(self.malformed("more bytes"));
        }
        Ok(())
    }

    /// Reads a length of 1, 2 or 4 bytes.
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

    pub(super) fn malformed(&self, expected: &'static str) -> DecodeError {
        DecodeError::Malformed { at: self.at, expected }
    }
}
