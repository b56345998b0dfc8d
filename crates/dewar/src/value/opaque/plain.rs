//! The closest plain value of an opaque one, as msgspec 0.22 writes it.

use super::{Class, Instance, Object, Opaque};
use crate::calendar::CivilDateTime;
use crate::value::{DateTime, Value};

/// A view of an opaque value as the closest plain one.
#[derive(Debug)]
pub(crate) enum Plain<'a> {
    Items(&'a [Value]),
    Entries(&'a [(Value, Value)]),
    Bytes(&'a [u8]),
    /// One of its parts.
    Same(&'a Value),
    Text(String),
    DateTime(DateTime),
    Uuid(&'a [u8; 16]),
}

impl Plain<'_> {
    pub(super) fn to_value(&self) -> Value {
        match *self {
            Self::Items(items) => Value::List(items.to_vec()),
            Self::Entries(entries) => {
                let mut dict = crate::value::Dict::new();
                entries.iter().cloned().for_each(|(key, value)| dict.insert(key, value));
                dict.into_value()
            }
            Self::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
            Self::Same(value) => value.clone(),
            Self::Text(ref text) => text.as_str().into(),
            Self::DateTime(date) => Value::DateTime(date),
            Self::Uuid(uuid) => Value::Uuid(*uuid),
        }
    }
}

impl Opaque {
    /// The closest value; `None` if there is none.
    pub(crate) fn plain(&self) -> Option<Plain<'_>> {
        match self.object() {
            Object::Int(_) | Object::Class(_) | Object::Extension { .. } => None,
            Object::ByteArray(bytes) => Some(Plain::Bytes(bytes)),
            Object::Set(items) | Object::FrozenSet(items) => Some(Plain::Items(items)),
            Object::Uuid { uuid, .. } => Some(Plain::Uuid(uuid)),
            Object::Instance(made) => made.plain(),
        }
    }
}

impl Instance {
    fn plain(&self) -> Option<Plain<'_>> {
        let (first, second) = (self.arguments.first(), self.arguments.get(1));
        match self.class {
            Class::Deque => Some(Plain::Items(&self.items)),
            Class::OrderedDict | Class::DefaultDict => Some(Plain::Entries(&self.entries)),
            Class::Counter if first.is_none() => Some(Plain::Entries(&[])),
            Class::Counter | Class::Decimal => first.map(Plain::Same),
            Class::Date => date(bytes(first?)?).map(Plain::Text),
            Class::Time => time(bytes(first?)?, zone(second)?).map(Plain::Text),
            Class::DateTime => datetime(bytes(first?)?, zone(second)?).map(Plain::DateTime),
            Class::TimeDelta => self.duration().map(Plain::Text),
            _ => None,
        }
    }

    /// The microseconds of a `timedelta(days, seconds, microseconds)`.
    fn micros(&self) -> Option<i128> {
        let &[Value::Int(days), Value::Int(seconds), Value::Int(micros)] = self.arguments.as_slice() else {
            return None;
        };
        Some((i128::from(days) * 86_400 + i128::from(seconds)) * 1_000_000 + i128::from(micros))
    }

    /// A `timedelta` in ISO 8601, in days and seconds.
    fn duration(&self) -> Option<String> {
        let micros = self.micros()?;
        let sign = if micros < 0 { "-" } else { "" };
        let (seconds, micros) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
        let (days, seconds) = (seconds / 86_400, seconds % 86_400);
        let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
        let time = format!("T{seconds}{}S", fraction.trim_end_matches('0'));
        Some(match (days, seconds, micros) {
            (0, 0, 0) => "P0D".to_owned(),
            (0, ..) => format!("{sign}P{time}"),
            (days, 0, 0) => format!("{sign}P{days}D"),
            (days, ..) => format!("{sign}P{days}D{time}"),
        })
    }

    /// The seconds ahead of UTC of a `timezone` in whole seconds.
    fn offset(&self) -> Option<i32> {
        let Some(Value::Opaque(delta)) = self.arguments.first().filter(|_| self.class == Class::TimeZone)
        else {
            return None;
        };
        let Object::Instance(delta) = delta.object() else { return None };
        let micros = delta.micros().filter(|micros| micros % 1_000_000 == 0)?;
        i32::try_from(micros / 1_000_000).ok()
    }
}

fn bytes(value: &Value) -> Option<&[u8]> {
    match value {
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// The offset of a zone; the outer `None` for one that only has a name.
fn zone(zone: Option<&Value>) -> Option<Option<i32>> {
    match zone {
        None => Some(None),
        Some(Value::Opaque(zone)) => match zone.object() {
            Object::Instance(zone) => zone.offset().map(Some),
            _ => None,
        },
        Some(_) => None,
    }
}

fn date(state: &[u8]) -> Option<String> {
    let &[high, low, month, day] = state else { return None };
    Some(format!("{:04}-{month:02}-{day:02}", u16::from_be_bytes([high, low])))
}

fn time(state: &[u8], offset: Option<i32>) -> Option<String> {
    let &[hour, minute, second, m2, m1, m0] = state else { return None };
    let mut text = format!("{:02}:{minute:02}:{second:02}", hour & !FOLD);
    match u32::from_be_bytes([0, m2, m1, m0]) {
        0 => {}
        micros => text.push_str(&format!(".{micros:06}")),
    }
    match offset.map(|seconds| (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60)) {
        None => {}
        Some((_, 0)) => text.push('Z'),
        Some((sign, minutes)) => text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)),
    }
    Some(text)
}

/// The bit for the second of two equal hours when clocks are set back.
const FOLD: u8 = 0x80;

/// The datetime of the ten bytes in which Python pickles it: year, month, day, hour, minute, second,
/// microseconds. Naive without an offset. The fold, in the month's highest bit, is dropped.
pub(super) fn datetime(state: &[u8], offset: Option<i32>) -> Option<DateTime> {
    let &[high, low, month, day, hour, minute, second, m2, m1, m0] = state else { return None };
    let year = i64::from(u16::from_be_bytes([high, low]));
    let micros = u32::from_be_bytes([0, m2, m1, m0]);
    let wall = CivilDateTime { year, month: month & !FOLD, day, hour, minute, second }.to_seconds()?;
    match offset {
        None => DateTime::naive(wall, micros),
        Some(offset) => DateTime::aware(wall - i64::from(offset), micros, offset),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(class: Class, arguments: Vec<Value>) -> Opaque {
        Opaque::new(Object::Instance(Instance { class, arguments, items: Vec::new(), entries: Vec::new() }))
    }

    fn text(opaque: &Opaque) -> String {
        opaque.to_value().unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn durations_as_msgspec_writes_them() {
        for (days, seconds, micros, expected) in [
            (0, 0, 0, "P0D"),
            (2, 0, 0, "P2D"),
            (-1, 0, 0, "-P1D"),
            (0, 90, 0, "PT90S"),
            (1, 2, 3, "P1DT2.000003S"),
            (1, 0, 500_000, "P1DT0.5S"),
            (-1, 3, 5, "-PT86396.999995S"),
            (-1, 86_399, 999_999, "-PT0.000001S"),
        ] {
            let delta = made(Class::TimeDelta, vec![days.into(), seconds.into(), micros.into()]);
            assert_eq!(text(&delta), expected);
        }
    }

    #[test]
    fn dates_and_times() {
        assert_eq!(text(&made(Class::Date, vec![Value::Bytes(vec![7, 208, 1, 9])])), "2000-01-09");
        let time = |zone: Option<Value>| {
            let state = Value::Bytes(vec![0x81, 2, 3, 0, 0, 4]);
            text(&made(Class::Time, [state].into_iter().chain(zone).collect()))
        };
        let zone = |seconds: i64| {
            let delta = made(
                Class::TimeDelta,
                vec![seconds.div_euclid(86_400).into(), seconds.rem_euclid(86_400).into(), 0.into()],
            );
            Some(Value::Opaque(made(Class::TimeZone, vec![Value::Opaque(delta)])))
        };
        assert_eq!(time(None), "01:02:03.000004");
        assert_eq!(time(zone(0)), "01:02:03.000004Z");
        assert_eq!(time(zone(-5400)), "01:02:03.000004-01:30");
    }

    #[test]
    fn truth_is_that_of_python() {
        let decimal = |text: &str| made(Class::Decimal, vec![text.into()]);
        for (opaque, is_truthy) in [
            (decimal("0"), false),
            (decimal("-0.00"), false),
            (decimal("0E+3"), false),
            (decimal("0.10"), true),
            (decimal("NaN"), true),
            (made(Class::Deque, vec![]), false),
            (made(Class::TimeDelta, vec![0.into(), 0.into(), 0.into()]), false),
            (made(Class::TimeDelta, vec![0.into(), 0.into(), 1.into()]), true),
            (made(Class::Complex, vec![Value::Float(0.0), Value::Float(-0.0)]), false),
            (made(Class::Counter, vec![]), false),
            (Opaque::new(Object::Set(vec![])), false),
            (Opaque::new(Object::Set(vec![Value::Null])), true),
            (made(Class::Date, vec![Value::Bytes(vec![7, 208, 1, 9])]), true),
        ] {
            assert_eq!(opaque.is_truthy(), is_truthy, "{opaque:?}");
        }
    }
}
