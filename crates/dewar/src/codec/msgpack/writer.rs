//! The MessagePack writer. It writes every value in its smallest form.

use std::marker::PhantomData;
use std::mem;

use super::{Dialect, timestamp};
use crate::codec::limits::Budget;
use crate::codec::{EncodeError, Limits};
use crate::value::{DateTime, Map, Value};

/// Appends one value to what `out` contains.
pub(super) fn append<D: Dialect>(
    out: &mut Vec<u8>,
    limits: Limits,
    content: impl FnOnce(&mut Writer<D>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let (start, taken) = (out.len(), mem::take(out));
    let mut writer = Writer { out: taken, start, budget: Budget::new(limits), dialect: PhantomData };
    let written = content(&mut writer).and_then(|()| writer.fits());
    *out = writer.out;
    written
}

pub(super) struct Writer<D> {
    pub(super) out: Vec<u8>,
    /// Where the value starts.
    start: usize,
    pub(super) budget: Budget,
    dialect: PhantomData<D>,
}

impl<D: Dialect> Writer<D> {
    pub(super) fn value(&mut self, value: &Value) -> Result<(), EncodeError> {
        match value {
            Value::List(items) => return self.array(items),
            Value::Tuple(items) => return D::write_tuple(self, items),
            Value::Map(map) => return self.map(map),
            Value::Pairs(pairs) => return D::write_pairs(self, pairs),
            Value::Opaque(opaque) => return D::write_opaque(self, opaque),
            _ => self.budget.item()?,
        }
        match value {
            Value::Bool(value) => self.out.push(0xc2 | u8::from(*value)),
            Value::Int(value) => self.integer(*value),
            Value::BigInt(value) => D::write_big_int(self, value)?,
            Value::Float(value) => self.head_with(0xcb, &value.to_be_bytes()),
            Value::Str(text) => D::write_text(self, text)?,
            Value::Bytes(bytes) => self.bytes(bytes)?,
            Value::DateTime(date) => D::write_date(self, *date)?,
            Value::Uuid(uuid) => D::write_uuid(self, uuid)?,
            Value::Markup(text) => D::write_markup(self, text)?,
            _ => self.out.push(0xc0),
        }
        Ok(())
    }

    pub(super) fn map(&mut self, map: &Map) -> Result<(), EncodeError> {
        if let Some(pairs) = map.pairs() {
            return D::write_pairs(self, pairs);
        }
        if D::MARKS_STRUCTS && map.is_struct() {
            self.open_struct(map.len())?;
        } else {
            self.open_map(map.len())?;
        }
        for (key, value) in map.iter() {
            self.budget.item()?;
            D::write_text(self, key)?;
            self.value(value)?;
        }
        self.close();
        Ok(())
    }

    pub(super) fn array(&mut self, items: &[Value]) -> Result<(), EncodeError> {
        self.open_array(items.len())?;
        items.iter().try_for_each(|item| self.value(item))?;
        self.close();
        Ok(())
    }

    pub(super) fn open_array(&mut self, len: usize) -> Result<(), EncodeError> {
        self.open(len, 0x90, 0xdc)
    }

    pub(super) fn open_map(&mut self, len: usize) -> Result<(), EncodeError> {
        self.open(len, 0x80, 0xde)
    }

    /// Writes the header of a map, in the next larger form than it needs.
    fn open_struct(&mut self, len: usize) -> Result<(), EncodeError> {
        self.enter()?;
        match u16::try_from(len) {
            Ok(len) if len < 16 => self.head_with(0xde, &len.to_be_bytes()),
            _ => self.head_with(0xdf, &self.length(len)?.to_be_bytes()),
        }
        Ok(())
    }

    /// Writes the header of an array or a map: `few` for up to 15 items, otherwise `wide` and two bytes, or `wide + 1` and four bytes.
    fn open(&mut self, len: usize, few: u8, wide: u8) -> Result<(), EncodeError> {
        self.enter()?;
        match (len, u16::try_from(len)) {
            (0..16, _) => self.out.push(few | len as u8),
            (_, Ok(len)) => self.head_with(wide, &len.to_be_bytes()),
            _ => self.head_with(wide + 1, &self.length(len)?.to_be_bytes()),
        }
        Ok(())
    }

    fn enter(&mut self) -> Result<(), EncodeError> {
        self.budget.item()?;
        self.budget.enter()?;
        self.fits()
    }

    /// Whether what is written so far is within the limits.
    fn fits(&self) -> Result<(), EncodeError> {
        Ok(self.budget.bytes(self.out.len() - self.start)?)
    }

    pub(super) fn close(&mut self) {
        self.budget.leave();
    }

    fn integer(&mut self, value: i64) {
        match value {
            -32..128 => self.out.push(value as u8),
            128..0x100 => self.head_with(0xcc, &(value as u8).to_be_bytes()),
            0x100..0x1_0000 => self.head_with(0xcd, &(value as u16).to_be_bytes()),
            0x1_0000..0x1_0000_0000 => self.head_with(0xce, &(value as u32).to_be_bytes()),
            0x1_0000_0000.. => self.head_with(0xcf, &value.to_be_bytes()),
            -0x80..-32 => self.head_with(0xd0, &(value as i8).to_be_bytes()),
            -0x8000..-0x80 => self.head_with(0xd1, &(value as i16).to_be_bytes()),
            -0x8000_0000..-0x8000 => self.head_with(0xd2, &(value as i32).to_be_bytes()),
            _ => self.head_with(0xd3, &value.to_be_bytes()),
        }
    }

    /// Writes a number of at least 2⁶³. Smaller numbers have shorter forms.
    pub(super) fn unsigned(&mut self, value: u64) {
        self.head_with(0xcf, &value.to_be_bytes());
    }

    /// Writes a time as a MessagePack timestamp.
    pub(super) fn timestamp(&mut self, date: DateTime) -> Result<(), EncodeError> {
        let (seconds, micros) = (date.utc_seconds(), date.micros());
        DateTime::aware(seconds, micros, 0).ok_or(EncodeError::DateOutOfRange)?;
        self.extension(timestamp::CODE, timestamp::write(seconds, micros).as_slice())
    }

    pub(super) fn str(&mut self, text: &str) -> Result<(), EncodeError> {
        if text.len() < 32 {
            self.out.push(0xa0 | text.len() as u8);
        } else {
            self.sized_head([0xd9, 0xda, 0xdb], text.len())?;
        }
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.sized_head([0xc4, 0xc5, 0xc6], bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    pub(super) fn extension(&mut self, code: i8, content: &[u8]) -> Result<(), EncodeError> {
        self.extension_head(code, content.len())?;
        self.out.extend_from_slice(content);
        Ok(())
    }

    pub(super) fn extension_head(&mut self, code: i8, len: usize) -> Result<(), EncodeError> {
        match len {
            1 | 2 | 4 | 8 | 16 => self.out.push(0xd4 + len.ilog2() as u8),
            _ => self.sized_head([0xc7, 0xc8, 0xc9], len)?,
        }
        self.out.extend_from_slice(&code.to_be_bytes());
        Ok(())
    }

    /// Writes a length in one, two or four bytes, with the header for that width.
    fn sized_head(&mut self, [one, two, four]: [u8; 3], len: usize) -> Result<(), EncodeError> {
        if let Ok(len) = u8::try_from(len) {
            self.head_with(one, &[len]);
        } else if let Ok(len) = u16::try_from(len) {
            self.head_with(two, &len.to_be_bytes());
        } else {
            self.head_with(four, &self.length(len)?.to_be_bytes());
        }
        Ok(())
    }

    fn head_with(&mut self, head: u8, bytes: &[u8]) {
        self.out.push(head);
        self.out.extend_from_slice(bytes);
    }

    /// A length in four bytes. The limit of the format is 4 GiB.
    fn length(&self, len: usize) -> Result<u32, EncodeError> {
        self.budget.bytes(len)?;
        u32::try_from(len).map_err(|_| EncodeError::TooLarge { limit: u32::MAX as usize })
    }
}
