//! Values of every kind, for property tests.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{BigInt, Class, DateTime, Instance, Map, Object, Opaque, Text, Value};

/// Any value: a few levels deep, with every variant, NaN and lone surrogates.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 5, |inner| {
        let entries = vec((any_text(), inner.clone()), 0..5);
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::List),
            vec(inner.clone(), 0..5).prop_map(Value::Tuple),
            (entries, any::<bool>()).prop_map(|(entries, is_struct)| {
                let map: Map = entries.into_iter().collect();
                Value::Map(if is_struct { map.into_struct() } else { map })
            }),
            vec((inner.clone(), inner.clone()), 0..4).prop_map(Value::Pairs),
            filled(inner).prop_map(Value::Opaque),
        ]
    })
}

/// Any value that serde preserves: none that is opaque.
pub(crate) fn any_plain_value() -> impl Strategy<Value = Value> {
    any_value().prop_filter("opaque", |value| !holds(value, &|value| matches!(value, Value::Opaque(_))))
}

/// Whether a value matches, or contains a value that does.
pub(crate) fn holds(value: &Value, wanted: &dyn Fn(&Value) -> bool) -> bool {
    let any = |items: &[Value]| items.iter().any(|item| holds(item, wanted));
    let any_pair = |pairs: &[(Value, Value)]| {
        pairs.iter().any(|(key, value)| holds(key, wanted) || holds(value, wanted))
    };
    wanted(value)
        || match value {
            Value::List(items) | Value::Tuple(items) => any(items),
            Value::Map(map) => map.iter().any(|(_, value)| holds(value, wanted)),
            Value::Pairs(pairs) => any_pair(pairs),
            Value::Opaque(opaque) => match opaque.object() {
                Object::Instance(made) => any(&made.arguments) || any(&made.items) || any_pair(&made.entries),
                _ => false,
            },
            _ => false,
        }
}

/// Which maps in a value are structs, which is not part of the value.
pub(crate) fn structs(value: &Value) -> Vec<bool> {
    let marks = std::cell::RefCell::new(Vec::new());
    holds(value, &|value| {
        if let Value::Map(map) = value {
            marks.borrow_mut().push(map.is_struct());
        }
        false
    });
    marks.into_inner()
}

/// A whole session.
pub(crate) fn any_map() -> impl Strategy<Value = Map> {
    vec((any_text(), any_value()), 0..6).prop_map(|entries| entries.into_iter().collect())
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-200..200_i64).prop_map(Value::Int),
        any_big_int().prop_map(Value::BigInt),
        any::<f64>().prop_map(Value::Float),
        any_text().prop_map(Value::Str),
        vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        any_date().prop_map(Value::DateTime),
        any::<[u8; 16]>().prop_map(Value::Uuid),
        any_text().prop_map(Value::Markup),
        any_object().prop_map(|object| Value::Opaque(Opaque::new(object))),
    ]
}

/// Opaque values with few parts.
fn any_object() -> impl Strategy<Value = Object> {
    let keys =
        || vec(prop_oneof![(-200..200_i64).prop_map(Value::Int), "[a-z]{2,5}".prop_map(Value::from)], 0..5);
    let state = |state: &[u8]| Value::Bytes(state.to_vec());
    let made = |class, arguments| {
        Just(Object::Instance(Instance { class, arguments, items: Vec::new(), entries: Vec::new() }))
    };
    prop_oneof![
        Just(Object::Int([&[7; 1800][..], &[1]].concat())),
        vec(any::<u8>(), 0..9).prop_map(Object::ByteArray),
        keys().prop_map(Object::Set),
        keys().prop_map(Object::FrozenSet),
        (any::<[u8; 16]>(), -1..1_i64).prop_map(|(uuid, safety)| Object::Uuid { uuid, safety }),
        made(Class::DefaultDict, vec![Value::Opaque(Opaque::new(Object::Class(Class::List)))]),
        made(Class::Date, vec![state(b"\x07\xd0\x01\x01")]),
        made(Class::Time, vec![state(b"\x81\x02\x03\x00\x00\x04")]),
        made(Class::DateTime, vec![state(b"\x07\xe8\x81\x02\x03\x04\x05\x00\x00\x07")]),
        made(Class::TimeDelta, vec![1.into(), 2.into(), 3.into()]),
        made(Class::Complex, vec![Value::Float(1.0), Value::Float(-0.0)]),
        made(Class::Decimal, vec!["1.50".into()]),
        made(Class::ZoneInfo, vec!["Europe/Berlin".into(), 1.into()]),
    ]
}

/// Opaque values that contain any values.
fn filled(inner: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Opaque> {
    let made = |class, items, entries| {
        Opaque::new(Object::Instance(Instance { class, arguments: Vec::new(), items, entries }))
    };
    let entries = vec((any_text().prop_map(Value::Str), inner.clone()), 0..4);
    prop_oneof![
        vec(inner, 0..4).prop_map(move |items| made(Class::Deque, items, Vec::new())),
        entries.prop_map(move |entries| made(Class::OrderedDict, Vec::new(), entries)),
    ]
}

fn any_text() -> impl Strategy<Value = Text> {
    prop_oneof![
        "[a-z_ ]{0,40}".prop_map(Text::from),
        "[0-9a-f]{0,40}".prop_map(Text::from),
        "( (t|b|d|u|m|di)(__)?)?".prop_map(Text::from),
        ".*".prop_map(Text::from),
        vec(any::<u16>(), 0..6).prop_map(|units| Text::from_utf16(&units)),
        vec(0xd7f0..0xe010_u16, 0..6).prop_map(|units| Text::from_utf16(&units)),
    ]
}

fn any_big_int() -> impl Strategy<Value = BigInt> {
    prop_oneof!["[1-9][0-9]{19,40}", "-[1-9][0-9]{19,40}", Just(u64::MAX.to_string())]
        .prop_map(|digits| digits.parse().unwrap())
}

fn any_date() -> impl Strategy<Value = DateTime> {
    let wall = -62_135_500_000..253_402_200_000_i64;
    (wall, 0..1_000_000_u32, prop_oneof![Just(None), Just(Some(0)), (-86_399..86_400_i32).prop_map(Some)])
        .prop_filter_map("a year beyond the calendar", |(seconds, micros, offset)| match offset {
            Some(offset) => DateTime::aware(seconds, micros, offset),
            None => DateTime::naive(seconds, micros),
        })
}
