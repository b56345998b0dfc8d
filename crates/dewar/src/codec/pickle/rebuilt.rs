//! How a datetime, a UUID and `Markup` are written: as what Python is to call to have them again.

use super::shared::Shared;
use super::writer::Writer;
use super::{datetime, integer, opcode};
use crate::codec::EncodeError;
use crate::value::{DateTime, Text};

const DAY: i32 = 86_400;

impl Writer {
    /// `datetime(state)` or `datetime(state, zone)`.
    pub(super) fn datetime(&mut self, date: DateTime) -> Result<(), EncodeError> {
        let state = datetime::write(date).ok_or(EncodeError::DateOutOfRange)?;
        self.begin()?;
        self.class_of_datetime(Shared::DateTime, "datetime")?;
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
    fn own_zone(&mut self, offset: i32) -> Result<(), EncodeError> {
        self.begin()?;
        self.class_of_datetime(Shared::TimeZone, "timezone")?;
        self.begin()?;
        self.begin()?;
        self.class_of_datetime(Shared::TimeDelta, "timedelta")?;
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

    /// A new `UUID` that is told its number.
    pub(super) fn uuid(&mut self, uuid: [u8; 16]) -> Result<(), EncodeError> {
        self.begin()?;
        self.class(Shared::Uuid, "UUID", |writer| writer.own_text(&"uuid".into()))?;
        self.atom(opcode::EMPTY_TUPLE)?;
        self.op(opcode::NEWOBJ);
        self.memoize();
        self.atom(opcode::EMPTY_DICT)?;
        self.memoize();
        self.once(Shared::IntName, |writer| writer.own_text(&"int".into()))?;
        self.number_of_uuid(uuid)?;
        self.op(opcode::SETITEM);
        self.op(opcode::BUILD);
        Ok(())
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
        self.class(Shared::Markup, "Markup", |writer| writer.own_text(&"markupsafe".into()))?;
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

    fn class_of_datetime(&mut self, class: Shared, name: &str) -> Result<(), EncodeError> {
        self.class(class, name, |writer| {
            writer.once(Shared::DateTimeModule, |writer| writer.own_text(&"datetime".into()))
        })
    }

    fn class(
        &mut self,
        class: Shared,
        name: &str,
        module: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.once(class, |writer| {
            writer.begin()?;
            module(writer)?;
            writer.own_text(&name.into())?;
            writer.op(opcode::STACK_GLOBAL);
            writer.memoize();
            Ok(())
        })
    }

    /// Calls what is below the arguments that have just been put together.
    fn call(&mut self) {
        self.memoize();
        self.op(opcode::REDUCE);
        self.memoize();
    }
}
