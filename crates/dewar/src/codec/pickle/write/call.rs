//! Writes datetimes, UUIDs and `Markup`, as the calls with which Python creates them again.

use super::memo::Singleton;
use super::writer::Writer;
use crate::calendar::CivilDateTime;
use crate::codec::EncodeError;
use crate::codec::pickle::{integer, opcode};
use crate::value::{Class, DateTime, Text};

const DAY: i32 = 86_400;

impl Writer {
    /// `datetime(state)` or `datetime(state, zone)`.
    pub(super) fn datetime(&mut self, date: DateTime) -> Result<(), EncodeError> {
        let state = datetime_state(date).ok_or(EncodeError::DateOutOfRange)?;
        self.begin()?;
        self.class(Class::DateTime)?;
        self.begin()?;
        self.new_bytes(&state)?;
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

    /// Writes a zone. UTC exists once; other zones are new objects each time.
    fn zone(&mut self, offset: i32) -> Result<(), EncodeError> {
        match offset {
            0 => self.once(Singleton::Utc, |writer| writer.new_zone(0)),
            _ => self.new_zone(offset),
        }
    }

    /// `timezone(timedelta(days, seconds, 0))`.
    pub(super) fn new_zone(&mut self, offset: i32) -> Result<(), EncodeError> {
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

    /// Writes a new `UUID` and its state: its number, and `is_safe` if it is known.
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
        self.once(Singleton::Field(name), |writer| writer.new_text(&name.into()))
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
        // Python creates a copy of the text, which is a new object unless it is empty.
        if text.is_empty() {
            self.text(text)?
        } else {
            self.new_text(text)?
        }
        self.op(opcode::TUPLE1);
        self.memoize();
        self.op(opcode::NEWOBJ);
        self.memoize();
        Ok(())
    }

    pub(super) fn class(&mut self, class: Class) -> Result<(), EncodeError> {
        self.global(Singleton::Class(class), class.module(), class.name())
    }

    /// Writes a class or function by its module and name.
    pub(super) fn global(
        &mut self,
        singleton: Singleton,
        module: &'static str,
        name: &'static str,
    ) -> Result<(), EncodeError> {
        self.once(singleton, |writer| {
            writer.begin()?;
            writer.once(Singleton::Module(module), |writer| writer.new_text(&module.into()))?;
            writer.new_text(&name.into())?;
            writer.op(opcode::STACK_GLOBAL);
            writer.memoize();
            Ok(())
        })
    }

    /// Calls the object on the stack below the tuple of arguments.
    pub(super) fn call(&mut self) {
        self.memoize();
        self.op(opcode::REDUCE);
        self.memoize();
    }
}

/// The ten bytes of a pickled `datetime`: year, month, day, hour, minute, second, microseconds.
fn datetime_state(date: DateTime) -> Option<[u8; 10]> {
    let wall = date.utc_seconds() + i64::from(date.offset_seconds().unwrap_or(0));
    let CivilDateTime { year, month, day, hour, minute, second } = CivilDateTime::from_seconds(wall)?;
    let [.., high, low] = year.to_be_bytes();
    let [_, m2, m1, m0] = date.micros().to_be_bytes();
    Some([high, low, month, day, hour, minute, second, m2, m1, m0])
}
