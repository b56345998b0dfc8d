//! Writes opaque values as Python would write them.

use super::memo::Singleton;
use super::writer::{BATCH, Writer};
use crate::codec::EncodeError;
use crate::codec::pickle::opcode;
use crate::value::{Class, Instance, Object, Opaque, Value};

impl Writer {
    pub(super) fn opaque(&mut self, opaque: &Opaque) -> Result<(), EncodeError> {
        match opaque.object() {
            Object::Int(bytes) => {
                self.begin()?;
                self.long(bytes);
                Ok(())
            }
            Object::ByteArray(bytes) => self.byte_array(bytes),
            Object::Set(items) => self.set(items),
            Object::FrozenSet(items) => self.frozen_set(items),
            Object::Uuid { uuid, safety } => self.uuid(*uuid, Some(*safety)),
            Object::Class(class) => self.class(*class),
            Object::Instance(made) => self.instance(made),
            Object::Extension { .. } => Err(EncodeError::Unsupported { kind: opaque.kind() }),
        }
    }

    fn byte_array(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.begin()?;
        self.out
            .write_long(&[&[opcode::BYTEARRAY8][..], &(bytes.len() as u64).to_le_bytes()].concat(), bytes);
        self.memoize();
        Ok(())
    }

    fn set(&mut self, items: &[Value]) -> Result<(), EncodeError> {
        self.open(opcode::EMPTY_SET)?;
        for batch in items.chunks(BATCH) {
            self.op(opcode::MARK);
            batch.iter().try_for_each(|item| self.value(item))?;
            self.op(opcode::ADDITEMS);
        }
        if !items.is_empty() && items.len().is_multiple_of(BATCH) {
            // CPython starts another batch before it notices that nothing is left.
            self.out.write(&[opcode::MARK, opcode::ADDITEMS]);
        }
        self.budget.leave();
        Ok(())
    }

    fn frozen_set(&mut self, items: &[Value]) -> Result<(), EncodeError> {
        self.begin()?;
        self.budget.enter()?;
        self.op(opcode::MARK);
        items.iter().try_for_each(|item| self.value(item))?;
        self.op(opcode::FROZENSET);
        self.memoize();
        self.budget.leave();
        Ok(())
    }

    /// Writes the call that creates an instance, then what is added to it.
    fn instance(&mut self, made: &Instance) -> Result<(), EncodeError> {
        if let Some(zone) = utc(made) {
            return self.once(Singleton::Utc, |writer| writer.new_zone(zone));
        }
        self.begin()?;
        if made.class.is_container() {
            self.budget.enter()?;
        }
        match made.class {
            Class::ZoneInfo => self.unpickler_of_zones()?,
            class => self.class(class)?,
        }
        self.arguments(&made.arguments)?;
        self.batches(&made.items, [opcode::APPEND, opcode::APPENDS], Self::value)?;
        self.batches(&made.entries, [opcode::SETITEM, opcode::SETITEMS], |writer, (key, value)| {
            writer.value(key)?;
            writer.value(value)
        })?;
        if made.class.is_container() {
            self.budget.leave();
        }
        Ok(())
    }

    fn arguments(&mut self, arguments: &[Value]) -> Result<(), EncodeError> {
        self.begin()?;
        for argument in arguments {
            match argument {
                // The state of a date is always a new object.
                Value::Bytes(state) => self.new_bytes(state)?,
                argument => self.value(argument)?,
            }
        }
        match arguments.len() {
            0 => {
                self.op(opcode::EMPTY_TUPLE);
                self.op(opcode::REDUCE);
                self.memoize();
                return Ok(());
            }
            1 => self.op(opcode::TUPLE1),
            2 => self.op(opcode::TUPLE2),
            _ => self.op(opcode::TUPLE3),
        }
        self.call();
        Ok(())
    }

    /// `getattr(ZoneInfo, "_unpickle")`.
    fn unpickler_of_zones(&mut self) -> Result<(), EncodeError> {
        self.begin()?;
        self.global(Singleton::GetAttr, "builtins", "getattr")?;
        self.begin()?;
        self.class(Class::ZoneInfo)?;
        self.new_text(&"_unpickle".into())?;
        self.op(opcode::TUPLE2);
        self.call();
        Ok(())
    }

    /// Writes items in batches, as CPython does with an iterator: a single item in the last batch is written without a mark.
    fn batches<T>(
        &mut self,
        items: &[T],
        [one, many]: [u8; 2],
        write: impl Fn(&mut Self, &T) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        for batch in items.chunks(BATCH) {
            if let [item] = batch {
                write(self, item)?;
                self.op(one);
                continue;
            }
            self.op(opcode::MARK);
            batch.iter().try_for_each(|item| write(self, item))?;
            self.op(many);
        }
        Ok(())
    }
}

/// The offset of `timezone.utc`, which exists only once in Python.
fn utc(made: &Instance) -> Option<i32> {
    let [Value::Opaque(delta)] = made.arguments.as_slice() else { return None };
    let Object::Instance(delta) = delta.object() else { return None };
    let is_zero = delta.arguments.iter().all(|part| *part == Value::Int(0));
    (made.class == Class::TimeZone && delta.class == Class::TimeDelta && is_zero).then_some(0)
}
