//! How a datetime, a UUID and `Markup` are written: as what Python is to call to have them again.

use super::shared::Shared;
use super::writer::Writer;
use super::{datetime, integer, opcode};
use crate::codec::EncodeError;
use crate::value::{Class, DateTime, Text};

const DAY: i32 = 86_400;

impl Writer {
    /// `datetime(state)` or `datetime(state, zone)`.
    pub(super) fn datetime(&mut self, date: DateTime) -> Result<(), EncodeError> {
        let state = datetime::write(date).ok_or(EncodeError::DateOutOfRange)?;
        self.begin()?;
        self.class(Class::DateTime)?;
        self.begin()?;
        self.own_bytes(&state)?;
        match date.offset_seconds() {
            None => self.op(opcode::TUPLE1),
            Some(offset) => {
                self.zone(offset)?;
                self.op(opcode::TUPLE2);
            }
        }
        self.call();
        Ok(())
    }

    /// There is one UTC, but any number of other zones.
    fn zone(&mut self, offset: i32) -> Result<(), EncodeError> {
        match offset {
            0 => self.once(Shared::Utc, |writer| writer.own_zone(0)),
            _ => self.own_zone(offset),
        }
    }

    /// `timezone(timedelta(days, seconds, 0))`.
    pub(super) fn own_zone(&mut self, offset: i32) -> Result<(), EncodeError> {
        self.begin()?;
        self.class(Class::TimeZone)?;
        self.begin()?;
        self.begin()?;
        self.class(Class::TimeDelta)?;
        self.begin()?;
        for part in [offset.div_euclid(DAY), offset.rem_euclid(DAY), 0] {
            self.int(part.into())?;
        }
        self.op(opcode::TUPLE3);
        self.call();
        self.op(opcode::TUPLE1);
        self.call();
        Ok(())
    }

    /// A new `UUID` that is told its number, and how safely it was made if that is known.
    pub(super) fn uuid(&mut self, uuid: [u8; 16], safety: Option<i64>) -> Result<(), EncodeError> {
        self.begin()?;
        self.class(Class::Uuid)?;
        self.atom(opcode::EMPTY_TUPLE)?;
        self.op(opcode::NEWOBJ);
        self.memoize();
        self.atom(opcode::EMPTY_DICT)?;
        self.memoize();
        if safety.is_some() {
            self.op(opcode::MARK);
        }
        self.field("int")?;
        self.number_of_uuid(uuid)?;
        match safety {
            None => self.op(opcode::SETITEM),
            Some(safety) => {
                self.field("is_safe")?;
                self.int(safety)?;
                self.op(opcode::SETITEMS);
            }
        }
        self.op(opcode::BUILD);
        Ok(())
    }

    fn field(&mut self, name: &'static str) -> Result<(), EncodeError> {
        self.once(Shared::Field(name), |writer| writer.own_text(&name.into()))
    }

    fn number_of_uuid(&mut self, uuid: [u8; 16]) -> Result<(), EncodeError> {
        let number = u128::from_be_bytes(uuid);
        if let Ok(number) = i64::try_from(number) {
            return self.int(number);
        }
        self.begin()?;
        self.long(&integer::unsigned_le_bytes(number));
        Ok(())
    }

    pub(super) fn markup(&mut self, text: &Text) -> Result<(), EncodeError> {
        self.begin()?;
        self.class(Class::Markup)?;
        self.begin()?;
        // The copy that Python makes of it is another object, unless it is empty.
        if text.is_empty() {
            self.text(text)?
        } else {
            self.own_text(text)?
        }
        self.op(opcode::TUPLE1);
        self.memoize();
        self.op(opcode::NEWOBJ);
        self.memoize();
        Ok(())
    }

    pub(super) fn class(&mut self, class: Class) -> Result<(), EncodeError> {
        self.global(Shared::Class(class), class.module(), class.name())
    }

    /// The module's name, the name in it, and what they stand for.
    pub(super) fn global(
        &mut self,
        shared: Shared,
        module: &'static str,
        name: &'static str,
    ) -> Result<(), EncodeError> {
        self.once(shared, |writer| {
            writer.begin()?;
            writer.once(Shared::Module(module), |writer| writer.own_text(&module.into()))?;
            writer.own_text(&name.into())?;
            writer.op(opcode::STACK_GLOBAL);
            writer.memoize();
            Ok(())
        })
    }

    /// Calls what is below the arguments that have just been put together.
    pub(super) fn call(&mut self) {
        self.memoize();
        self.op(opcode::REDUCE);
        self.memoize();
    }
}
