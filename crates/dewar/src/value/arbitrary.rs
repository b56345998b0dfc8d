//! Values of every kind, for property tests.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{BigInt, DateTime, Map, Text, Value};

/// Any value: a few levels deep, with every variant, NaN and lone surrogates.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 5, |inner| {
        let entries = vec((any_text(), inner.clone()), 0..5);
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::List),
            vec(inner.clone(), 0..5).prop_map(Value::Tuple),
            entries.prop_map(|entries| Value::Map(entries.into_iter().collect())),
            vec((inner.clone(), inner), 0..4).prop_map(Value::Pairs),
        ]
    })
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

/// Equality in which NaN equals itself and -0.0 is not 0.0.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    let all = |left: &[Value], right: &[Value]| {
        left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
    };
    match (left, right) {
        (Value::Float(left), Value::Float(right)) => {
            left.to_bits() == right.to_bits() || (left.is_nan() && right.is_nan())
        }
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            all(left, right)
        }
        (Value::Map(left), Value::Map(right)) => same_map(left, right),
        (Value::Pairs(left), Value::Pairs(right)) => {
            let pair = |(left, right): (&(Value, Value), &(Value, Value))| {
                same(&left.0, &right.0) && same(&left.1, &right.1)
            };
            left.len() == right.len() && left.iter().zip(right).all(pair)
        }
        _ => left == right,
    }
}

/// [`same`] for maps, order included.
pub(crate) fn same_map(left: &Map, right: &Map) -> bool {
    left.len() == right.len()
        && left.iter().zip(right.iter()).all(|(left, right)| left.0 == right.0 && same(left.1, right.1))
}
