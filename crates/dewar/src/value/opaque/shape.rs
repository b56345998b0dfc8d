//! The objects that are accepted: only those that Python itself writes, since other calls could do anything.

use super::{Class, Instance, Object, datetime};
use crate::calendar::CivilDateTime;
use crate::value::Value;

impl Instance {
    /// Whether Python writes such an object.
    pub(crate) fn is_valid(&self) -> bool {
        let takes_items = self.class == Class::Deque;
        let takes_entries = matches!(self.class, Class::DefaultDict | Class::OrderedDict);
        self.has_its_arguments()
            && (takes_items || self.items.is_empty())
            && (takes_entries || self.entries.is_empty())
    }

    fn has_its_arguments(&self) -> bool {
        match (self.class, self.arguments.as_slice()) {
            (Class::Complex, [re, im]) => is_float(re) && is_float(im),
            (Class::Counter | Class::DefaultDict | Class::Deque | Class::OrderedDict, []) => true,
            (Class::Counter, [counts]) => matches!(counts, Value::Map(_) | Value::Pairs(_)),
            (Class::DefaultDict, [factory]) => *factory == Value::Null || is_class(factory),
            (Class::Deque, [Value::Tuple(none), limit]) => none.is_empty() && is_int(limit),
            (Class::Date, [Value::Bytes(state)]) => is_date(state),
            (Class::Time, [Value::Bytes(state)]) => is_time(state),
            (Class::Time, [Value::Bytes(state), zone]) => is_time(state) && is_zone(zone),
            (Class::DateTime, [Value::Bytes(state)]) => datetime(state, None).is_some(),
            (Class::DateTime, [Value::Bytes(state), zone]) => {
                datetime(state, None).is_some() && is_zone(zone)
            }
            (Class::Decimal | Class::Fraction | Class::Ipv4Network | Class::Ipv6Network, [text]) => {
                is_text(text)
            }
            (Class::Fraction, [above, below]) => is_int(above) && is_int(below),
            (Class::Ipv4Address | Class::Ipv6Address, [address]) => is_int(address) || is_text(address),
            (Class::Range, numbers @ [_, _, _]) => numbers.iter().all(is_int),
            (Class::TimeDelta, [Value::Int(days), Value::Int(seconds), Value::Int(micros)]) => {
                days.unsigned_abs() < 1_000_000_000
                    && (0..86_400).contains(seconds)
                    && (0..1_000_000).contains(micros)
            }
            (Class::TimeZone, [offset]) => is_instance(offset, &[Class::TimeDelta]),
            (Class::TimeZone, [offset, name]) => is_instance(offset, &[Class::TimeDelta]) && is_text(name),
            (Class::ZoneInfo, [key, Value::Int(0 | 1) | Value::Bool(_)]) => is_text(key),
            _ => false,
        }
    }
}

fn is_zone(value: &Value) -> bool {
    is_instance(value, &[Class::TimeZone, Class::ZoneInfo])
}

fn is_instance(value: &Value, classes: &[Class]) -> bool {
    matches!(value, Value::Opaque(opaque)
        if matches!(opaque.object(), Object::Instance(made) if classes.contains(&made.class)))
}

fn is_class(value: &Value) -> bool {
    matches!(value, Value::Opaque(opaque) if matches!(opaque.object(), Object::Class(_)))
}

fn is_float(value: &Value) -> bool {
    matches!(value, Value::Float(_))
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::Str(_))
}

fn is_int(value: &Value) -> bool {
    match value {
        Value::Int(_) | Value::BigInt(_) => true,
        Value::Opaque(opaque) => matches!(opaque.object(), Object::Int(_)),
        _ => false,
    }
}

fn is_date(state: &[u8]) -> bool {
    let &[high, low, month, day] = state else { return false };
    let civil = CivilDateTime {
        year: u16::from_be_bytes([high, low]).into(),
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
    };
    civil.to_seconds().is_some_and(|seconds| CivilDateTime::from_seconds(seconds).is_some())
}

fn is_time(state: &[u8]) -> bool {
    let &[hour, minute, second, m2, m1, m0] = state else { return false };
    hour & 0x7f < 24 && minute < 60 && second < 60 && u32::from_be_bytes([0, m2, m1, m0]) < 1_000_000
}
