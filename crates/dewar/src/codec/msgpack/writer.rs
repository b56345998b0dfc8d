//! A value to MessagePack, everything in its smallest form.

use super::{Dialect, extension, own, timestamp};
use crate::codec::limits::Budget;
use crate::codec::{EncodeError, Limits};
use crate::value::{BigInt, DateTime, Map, Object, Opaque, Plain, Text, Value};

pub(super) struct Writer {
    out: Vec<u8>,
    dialect: Dialect,
    pub(super) budget: Budget,
}

impl Writer {
    pub(super) fn new(dialect: Dialect, limits: Limits) -> Self {
        Self { out: Vec::with_capacity(256), dialect, budget: Budget::new(limits) }
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, EncodeError> {
        self.budget.bytes(self.out.len())?;
        Ok(self.out)
    }

    pub(super) fn value(&mut self, value: &Value) -> Result<(), EncodeError> {
        match value {
            Value::List(items) => return self.array(items.len(), None, items),
            Value::Tuple(items) => return self.tuple(items),
            Value::Map(map) => return self.map(map),
            Value::Pairs(pairs) => return self.pairs(pairs),
            Value::Opaque(opaque) => return self.opaque(opaque),
            _ => self.budget.item()?,
        }
        match value {
            Value::Bool(value) => self.out.push(0xc2 | u8::from(*value)),
            Value::Int(value) => self.integer(*value),
            Value::BigInt(value) => self.big_int(value)?,
            Value::Float(value) => self.head_with(0xcb, &value.to_be_bytes()),
            Value::Str(text) => self.text(text)?,
            Value::Bytes(bytes) => self.bytes(bytes)?,
            Value::DateTime(date) => self.date(*date)?,
            Value::Uuid(uuid) => self.uuid(uuid)?,
            Value::Markup(text) => self.markup(text)?,
            _ => self.out.push(0xc0),
        }
        Ok(())
    }

    pub(super) fn map(&mut self, map: &Map) -> Result<(), EncodeError> {
        if let Some(pairs) = map.pairs() {
            return self.pairs(pairs);
        }
        self.open(map.len(), 0x80, 0xde)?;
        for (key, value) in map.iter() {
            self.budget.item()?;
            self.text(key)?;
            self.value(value)?;
        }
        self.budget.leave();
        Ok(())
    }

    /// The own dialect keeps it whole; msgspec writes the closest value, where it knows one.
    fn opaque(&mut self, opaque: &Opaque) -> Result<(), EncodeError> {
        if self.dialect == Dialect::Native {
            return self.kept(opaque.object());
        }
        if let Object::Extension { code, content } = opaque.object() {
            self.budget.item()?;
            return self.extension(*code, content);
        }
        match opaque.written() {
            Some(Plain::Items(items)) => self.array(items.len(), None, items),
            Some(Plain::Entries(entries)) => self.pairs(entries),
            Some(Plain::Same(value)) => self.value(value),
            Some(Plain::Bytes(bytes)) => self.bytes(bytes),
            Some(Plain::Text(text)) => self.str(&text),
            Some(Plain::DateTime(date)) => self.date(date),
            Some(Plain::Uuid(uuid)) => self.uuid(uuid),
            None => Err(EncodeError::Unsupported { kind: opaque.kind() }),
        }
    }

    fn tuple(&mut self, items: &[Value]) -> Result<(), EncodeError> {
        match self.dialect {
            Dialect::Msgspec => self.array(items.len(), None, items),
            Dialect::Native => self.array(items.len() + 1, Some(extension::TUPLE), items),
        }
    }

    pub(super) fn pairs(&mut self, pairs: &[(Value, Value)]) -> Result<(), EncodeError> {
        match self.dialect {
            Dialect::Msgspec => self.open(pairs.len(), 0x80, 0xde)?,
            Dialect::Native => {
                self.open(pairs.len() * 2 + 1, 0x90, 0xdc)?;
                self.mark(extension::PAIRS)?;
            }
        }
        for (key, value) in pairs {
            self.key(key)?;
            self.value(value)?;
        }
        self.budget.leave();
        Ok(())
    }

    /// Python has no mutable keys.
    fn key(&mut self, key: &Value) -> Result<(), EncodeError> {
        match key {
            Value::List(_) | Value::Map(_) | Value::Pairs(_) if self.dialect == Dialect::Msgspec => {
                Err(EncodeError::UnsupportedKey { kind: key.kind() })
            }
            Value::Opaque(opaque) if self.dialect == Dialect::Msgspec && !opaque.is_hashable() => {
                Err(EncodeError::UnsupportedKey { kind: key.kind() })
            }
            _ => self.value(key),
        }
    }

    pub(super) fn array(&mut self, len: usize, mark: Option<i8>, items: &[Value]) -> Result<(), EncodeError> {
        self.open(len, 0x90, 0xdc)?;
        if let Some(mark) = mark {
            self.mark(mark)?;
        }
        items.iter().try_for_each(|item| self.value(item))?;
        self.budget.leave();
        Ok(())
    }

    pub(super) fn mark(&mut self, code: i8) -> Result<(), EncodeError> {
        self.budget.item()?;
        self.extension(code, &[])
    }

    /// The head of an array or a map: `few` up to 15, else `wide` and two bytes, or the next and four.
    pub(super) fn open(&mut self, len: usize, few: u8, wide: u8) -> Result<(), EncodeError> {
        self.budget.item()?;
        self.budget.enter()?;
        self.budget.bytes(self.out.len())?;
        match (len, u16::try_from(len)) {
            (0..16, _) => self.out.push(few | len as u8),
            (_, Ok(len)) => self.head_with(wide, &len.to_be_bytes()),
            _ => self.head_with(wide + 1, &self.length(len)?.to_be_bytes()),
        }
        Ok(())
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

    fn big_int(&mut self, value: &BigInt) -> Result<(), EncodeError> {
        match (value.to_u64(), self.dialect) {
            (Some(value), _) => {
                self.head_with(0xcf, &value.to_be_bytes());
                Ok(())
            }
            (None, Dialect::Native) => self.extension(extension::BIG_INT, value.as_str().as_bytes()),
            (None, Dialect::Msgspec) => Err(EncodeError::IntegerOutOfRange),
        }
    }

    fn text(&mut self, text: &Text) -> Result<(), EncodeError> {
        match (text.as_str(), self.dialect) {
            (Some(text), Dialect::Msgspec) => self.str(text),
            (Some(text), Dialect::Native) if own::is_hex(text) => {
                self.extension_head(extension::HEX, text.len() / 2)?;
                own::pack_hex(text, &mut self.out);
                Ok(())
            }
            (Some(text), Dialect::Native) => self.str(text),
            (None, Dialect::Native) => self.extension(extension::WIDE_TEXT, &text.to_utf16be()),
            (None, Dialect::Msgspec) => Err(EncodeError::LoneSurrogate),
        }
    }

    fn str(&mut self, text: &str) -> Result<(), EncodeError> {
        if text.len() < 32 {
            self.out.push(0xa0 | text.len() as u8);
        } else {
            self.sized_head([0xd9, 0xda, 0xdb], text.len())?;
        }
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.sized_head([0xc4, 0xc5, 0xc6], bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn date(&mut self, date: DateTime) -> Result<(), EncodeError> {
        let content = timestamp::write(date.utc_seconds(), date.micros());
        let content = content.as_slice();
        match (date.offset_seconds(), self.dialect) {
            (None, Dialect::Msgspec) => self.str(&date.to_iso()),
            (None, Dialect::Native) => self.extension(extension::NAIVE, content),
            (Some(offset), Dialect::Native) if offset != 0 => {
                self.extension(extension::OFFSET, &[&offset.to_be_bytes(), content].concat())
            }
            (Some(_), _) => {
                let in_utc = DateTime::aware(date.utc_seconds(), date.micros(), 0);
                in_utc.ok_or(EncodeError::DateOutOfRange)?;
                self.extension(extension::TIMESTAMP, content)
            }
        }
    }

    fn uuid(&mut self, uuid: &[u8; 16]) -> Result<(), EncodeError> {
        match self.dialect {
            Dialect::Msgspec => self.str(&Value::uuid_text(uuid)),
            Dialect::Native => self.extension(extension::UUID, uuid),
        }
    }

    fn markup(&mut self, text: &Text) -> Result<(), EncodeError> {
        match (text.as_str(), self.dialect) {
            (_, Dialect::Msgspec) => Err(EncodeError::Unsupported { kind: "Markup" }),
            (Some(text), Dialect::Native) => self.extension(extension::MARKUP, text.as_bytes()),
            (None, Dialect::Native) => self.extension(extension::WIDE_MARKUP, &text.to_utf16be()),
        }
    }

    fn extension(&mut self, code: i8, content: &[u8]) -> Result<(), EncodeError> {
        self.extension_head(code, content.len())?;
        self.out.extend_from_slice(content);
        Ok(())
    }

    fn extension_head(&mut self, code: i8, len: usize) -> Result<(), EncodeError> {
        match len {
            1 | 2 | 4 | 8 | 16 => self.out.push(0xd4 + len.ilog2() as u8),
            _ => self.sized_head([0xc7, 0xc8, 0xc9], len)?,
        }
        self.out.extend_from_slice(&code.to_be_bytes());
        Ok(())
    }

    /// One head a width of the length: one byte, two, four.
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

    /// The format's own limit, 4 GiB.
    fn length(&self, len: usize) -> Result<u32, EncodeError> {
        self.budget.bytes(len)?;
        u32::try_from(len).map_err(|_| EncodeError::TooLarge { limit: u32::MAX as usize })
    }
}
