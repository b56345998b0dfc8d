//! Writes values; dicts, lists and sets in batches, as CPython does.

use super::frames::Frames;
use super::memo::{Memo, Singleton};
use crate::codec::limits::Budget;
use crate::codec::pickle::read::is_hashable;
use crate::codec::pickle::{integer, opcode, text};
use crate::codec::{EncodeError, Limits};
use crate::value::{BigInt, Map, Text, Value};

/// How many items are added to a container at once.
pub(super) const BATCH: usize = 1000;

pub(in crate::codec::pickle) struct Writer {
    pub(super) out: Frames,
    pub(super) budget: Budget,
    memo: Memo,
}

/// Writes one value.
pub(in crate::codec::pickle) fn write(
    limits: Limits,
    content: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
) -> Result<Vec<u8>, EncodeError> {
    let out = Frames::new(&[opcode::PROTO, 5]);
    let mut writer = Writer { out, budget: Budget::new(limits), memo: Memo::default() };
    content(&mut writer)?;
    writer.op(opcode::STOP);
    let bytes = writer.out.finish();
    writer.budget.bytes(bytes.len())?;
    Ok(bytes)
}

impl Writer {
    pub(in crate::codec::pickle) fn value(&mut self, value: &Value) -> Result<(), EncodeError> {
        match value {
            Value::Null => self.atom(opcode::NONE),
            Value::Bool(true) => self.atom(opcode::NEWTRUE),
            Value::Bool(false) => self.atom(opcode::NEWFALSE),
            Value::Int(value) => self.int(*value),
            Value::BigInt(value) => self.big_int(value),
            Value::Float(value) => self.float(*value),
            Value::Str(text) => self.text(text),
            Value::Bytes(bytes) => self.bytes(bytes),
            Value::List(items) => self.list(items),
            Value::Tuple(items) => self.tuple(items),
            Value::Map(map) => self.map(map),
            Value::Pairs(pairs) => self.pairs(pairs),
            Value::DateTime(date) => self.datetime(*date),
            Value::Uuid(uuid) => self.uuid(*uuid, None),
            Value::Markup(text) => self.markup(text),
            Value::Opaque(opaque) => self.opaque(opaque),
        }
    }

    pub(in crate::codec::pickle) fn map(&mut self, map: &Map) -> Result<(), EncodeError> {
        if let Some(pairs) = map.pairs() {
            return self.pairs(pairs);
        }
        self.dict(map.iter(), |writer, (key, value)| {
            writer.text(key)?;
            writer.value(value)
        })
    }

    fn pairs(&mut self, pairs: &[(Value, Value)]) -> Result<(), EncodeError> {
        self.dict(pairs.iter(), |writer, (key, value)| {
            if !is_hashable(key) {
                return Err(EncodeError::UnsupportedKey { kind: key.kind() });
            }
            writer.value(key)?;
            writer.value(value)
        })
    }

    fn dict<T>(
        &mut self,
        entries: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.open(opcode::EMPTY_DICT)?;
        let len = entries.len();
        for (at, entry) in entries.enumerate() {
            if len > 1 && at.is_multiple_of(BATCH) {
                self.op(opcode::MARK);
            }
            write(self, entry)?;
            match len {
                1 => self.op(opcode::SETITEM),
                _ if (at + 1).is_multiple_of(BATCH) || at + 1 == len => self.op(opcode::SETITEMS),
                _ => {}
            }
        }
        if len > 0 && len.is_multiple_of(BATCH) {
            // CPython starts another batch before it notices that nothing is left.
            self.out.write(&[opcode::MARK, opcode::SETITEMS]);
        }
        self.budget.leave();
        Ok(())
    }

    fn list(&mut self, items: &[Value]) -> Result<(), EncodeError> {
        self.open(opcode::EMPTY_LIST)?;
        if let [item] = items {
            self.value(item)?;
            self.op(opcode::APPEND);
        } else {
            for batch in items.chunks(BATCH) {
                self.op(opcode::MARK);
                batch.iter().try_for_each(|item| self.value(item))?;
                self.op(opcode::APPENDS);
            }
        }
        self.budget.leave();
        Ok(())
    }

    fn tuple(&mut self, items: &[Value]) -> Result<(), EncodeError> {
        self.begin()?;
        self.budget.enter()?;
        let end = match items.len() {
            0 => opcode::EMPTY_TUPLE,
            1 => opcode::TUPLE1,
            2 => opcode::TUPLE2,
            3 => opcode::TUPLE3,
            _ => opcode::TUPLE,
        };
        if end == opcode::TUPLE {
            self.op(opcode::MARK);
        }
        items.iter().try_for_each(|item| self.value(item))?;
        self.op(end);
        if !items.is_empty() {
            self.memoize();
        }
        self.budget.leave();
        Ok(())
    }

    fn float(&mut self, value: f64) -> Result<(), EncodeError> {
        self.atom(opcode::BINFLOAT)?;
        self.out.write(&value.to_be_bytes());
        Ok(())
    }

    pub(super) fn int(&mut self, value: i64) -> Result<(), EncodeError> {
        self.begin()?;
        if let Ok(value) = u8::try_from(value) {
            self.out.write(&[opcode::BININT1, value]);
        } else if let Ok(value) = u16::try_from(value) {
            self.op(opcode::BININT2);
            self.out.write(&value.to_le_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            self.op(opcode::BININT);
            self.out.write(&value.to_le_bytes());
        } else {
            self.long(&integer::short_le_bytes(value));
        }
        Ok(())
    }

    fn big_int(&mut self, value: &BigInt) -> Result<(), EncodeError> {
        self.begin()?;
        self.long(&integer::to_le_bytes(value));
        Ok(())
    }

    pub(super) fn long(&mut self, bytes: &[u8]) {
        match u8::try_from(bytes.len()) {
            Ok(len) => self.out.write(&[opcode::LONG1, len]),
            Err(_) => {
                self.op(opcode::LONG4);
                self.out.write(&(bytes.len() as u32).to_le_bytes()); // 4,300 digits at most
            }
        }
        self.out.write(bytes);
    }

    pub(super) fn text(&mut self, text: &Text) -> Result<(), EncodeError> {
        match Singleton::from_text(text) {
            Some(singleton) => self.once(singleton, |writer| writer.new_text(text)),
            None => self.new_text(text),
        }
    }

    /// Writes a text as a new object, even if an equal one has been written.
    pub(super) fn new_text(&mut self, text: &Text) -> Result<(), EncodeError> {
        self.begin()?;
        let sizes = [opcode::SHORT_BINUNICODE, opcode::BINUNICODE, opcode::BINUNICODE8];
        match text.as_str() {
            Some(text) => self.sized(sizes, text.as_bytes()),
            None => self.sized(sizes, &text::to_utf8(text)),
        }
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        match Singleton::from_bytes(bytes) {
            Some(singleton) => self.once(singleton, |writer| writer.new_bytes(bytes)),
            None => self.new_bytes(bytes),
        }
    }

    /// Writes bytes as a new object, even if equal ones have been written.
    pub(super) fn new_bytes(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.begin()?;
        self.sized([opcode::SHORT_BINBYTES, opcode::BINBYTES, opcode::BINBYTES8], bytes);
        Ok(())
    }

    /// Writes bytes with their length in one, four or eight bytes, with the opcode for that width.
    pub(super) fn sized(&mut self, [one, four, eight]: [u8; 3], bytes: &[u8]) {
        if let Ok(len) = u8::try_from(bytes.len()) {
            self.out.write_long(&[one, len], bytes);
        } else if let Ok(len) = u32::try_from(bytes.len()) {
            self.out.write_long(&[&[four][..], &len.to_le_bytes()].concat(), bytes);
        } else {
            self.out.write_long(&[&[eight][..], &(bytes.len() as u64).to_le_bytes()].concat(), bytes);
        }
        self.memoize();
    }

    /// Writes an object, or a reference to it if it has already been written. `write` must end with [`memoize`](Self::memoize).
    pub(super) fn once(
        &mut self,
        singleton: Singleton,
        write: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let Some(number) = self.memo.number(singleton) else {
            write(self)?;
            self.memo.note(singleton);
            return Ok(());
        };
        self.begin()?;
        match u8::try_from(number) {
            Ok(number) => self.out.write(&[opcode::BINGET, number]),
            Err(_) => {
                self.op(opcode::LONG_BINGET);
                self.out.write(&number.to_le_bytes());
            }
        }
        Ok(())
    }

    /// Starts a container, which gets its number before its parts.
    pub(super) fn open(&mut self, empty: u8) -> Result<(), EncodeError> {
        self.atom(empty)?;
        self.memoize();
        Ok(self.budget.enter()?)
    }

    pub(super) fn atom(&mut self, opcode: u8) -> Result<(), EncodeError> {
        self.begin()?;
        self.op(opcode);
        Ok(())
    }

    /// Starts an object, and counts it as it will be counted when it is read.
    pub(super) fn begin(&mut self) -> Result<(), EncodeError> {
        self.budget.item()?;
        self.budget.bytes(self.out.len())?;
        self.out.boundary();
        Ok(())
    }

    pub(super) fn memoize(&mut self) {
        self.op(opcode::MEMOIZE);
        self.memo.add();
    }

    pub(super) fn op(&mut self, opcode: u8) {
        self.out.write(&[opcode]);
    }
}
