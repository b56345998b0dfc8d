//! Whether two values are identical, which decides whether a value counts as changed.

use std::hash::{Hash, Hasher};
use std::mem;

use super::opaque::{Instance, Object};
use super::{Map, Value};

impl Value {
    /// Whether every format that preserves values writes the same bytes for both. Unlike with `==`, which works as in Python, NaN is
    /// identical to itself, bit for bit, -0.0 is not 0.0, and the order of a map's keys matters. As with `==`, 1 is not 1.0 and a tuple is
    /// not a list. Whether a map was a struct does not matter, although it is written: it is not part of the value.
    pub(crate) fn is_identical(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(ours), Self::Float(theirs)) => ours.to_bits() == theirs.to_bits(),
            (Self::List(ours), Self::List(theirs)) | (Self::Tuple(ours), Self::Tuple(theirs)) => {
                are_identical(ours, theirs)
            }
            (Self::Map(ours), Self::Map(theirs)) => ours.is_identical(theirs),
            (Self::Pairs(ours), Self::Pairs(theirs)) => pairs(ours, theirs),
            (Self::Opaque(ours), Self::Opaque(theirs)) => objects(ours.object(), theirs.object()),
            _ => self == other,
        }
    }
}

impl Map {
    /// Whether both hold identical values under the same keys in the same order.
    pub(crate) fn is_identical(&self, other: &Self) -> bool {
        if let (Some(ours), Some(theirs)) = (self.pairs(), other.pairs()) {
            return pairs(ours, theirs);
        }
        // If only one of them has keys that are not text, the numbers of entries differ.
        self.len() == other.len()
            && all(self.iter(), other.iter(), |ours, theirs| {
                ours.0 == theirs.0 && ours.1.is_identical(theirs.1)
            })
    }
}

/// A value as a key in hash tables: equal to identical values.
pub(crate) struct Identity<'v>(pub(crate) &'v Value);

impl PartialEq for Identity<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_identical(other.0)
    }
}

impl Eq for Identity<'_> {}

impl Hash for Identity<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(self.0, state);
    }
}

fn hash<H: Hasher>(value: &Value, state: &mut H) {
    mem::discriminant(value).hash(state);
    match value {
        Value::Null => {}
        Value::Bool(value) => value.hash(state),
        Value::Int(value) => value.hash(state),
        Value::BigInt(value) => value.as_str().hash(state),
        Value::Float(value) => value.to_bits().hash(state),
        Value::Str(text) | Value::Markup(text) => text.hash(state),
        Value::Bytes(bytes) => bytes.hash(state),
        Value::List(items) | Value::Tuple(items) => items.iter().for_each(|item| hash(item, state)),
        Value::Map(map) => map.iter().for_each(|(key, value)| {
            key.hash(state);
            hash(value, state);
        }),
        Value::Pairs(pairs) => pairs.iter().for_each(|(key, value)| {
            hash(key, state);
            hash(value, state);
        }),
        Value::DateTime(date) => (date.utc_seconds(), date.micros()).hash(state),
        Value::Uuid(uuid) => uuid.hash(state),
        Value::Opaque(opaque) => opaque.kind().hash(state),
    }
}

fn objects(ours: &Object, theirs: &Object) -> bool {
    match (ours, theirs) {
        (Object::Set(ours), Object::Set(theirs)) | (Object::FrozenSet(ours), Object::FrozenSet(theirs)) => {
            are_identical(ours, theirs)
        }
        (Object::Instance(ours), Object::Instance(theirs)) => instances(ours, theirs),
        _ => ours == theirs,
    }
}

fn instances(ours: &Instance, theirs: &Instance) -> bool {
    ours.class == theirs.class
        && are_identical(&ours.arguments, &theirs.arguments)
        && are_identical(&ours.items, &theirs.items)
        && pairs(&ours.entries, &theirs.entries)
}

/// Whether both hold identical values in the same order.
pub(super) fn are_identical(ours: &[Value], theirs: &[Value]) -> bool {
    all(ours.iter(), theirs.iter(), Value::is_identical)
}

fn pairs(ours: &[(Value, Value)], theirs: &[(Value, Value)]) -> bool {
    let is_identical = |ours: &(Value, Value), theirs: &(Value, Value)| {
        ours.0.is_identical(&theirs.0) && ours.1.is_identical(&theirs.1)
    };
    all(ours.iter(), theirs.iter(), is_identical)
}

fn all<T>(
    ours: impl ExactSizeIterator<Item = T>,
    theirs: impl ExactSizeIterator<Item = T>,
    is_identical: impl Fn(T, T) -> bool,
) -> bool {
    ours.len() == theirs.len() && ours.zip(theirs).all(|(ours, theirs)| is_identical(ours, theirs))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::{Codec, MsgPack};
    use crate::value::arbitrary::{any_map, any_value, structs};

    #[test]
    fn identity_differs_from_equality() {
        let nan = |bits| Value::Float(f64::from_bits(bits));
        let map = |keys: [&str; 2]| Value::Map(keys.into_iter().map(|key| (key, 1)).collect());
        let pairs = |value| Value::Pairs(vec![(1.into(), value)]);
        for (left, right, is_identical) in [
            (nan(0x7ff8_0000_0000_0000), nan(0x7ff8_0000_0000_0000), true),
            (nan(0x7ff8_0000_0000_0000), nan(0x7ff8_0000_0000_0001), false),
            (Value::Float(0.0), Value::Float(-0.0), false),
            (Value::Int(1), Value::Float(1.0), false),
            (Value::List(vec![1.into()]), Value::Tuple(vec![1.into()]), false),
            (Value::Str("a".into()), Value::Markup("a".into()), false),
            (Value::List(vec![]), Value::List(vec![Value::Null]), false),
            (map(["a", "b"]), map(["a", "b"]), true),
            (map(["a", "b"]), map(["b", "a"]), false),
            (pairs(nan(0x7ff8_0000_0000_0000)), pairs(nan(0x7ff8_0000_0000_0000)), true),
            (pairs(Value::Null), pairs(false.into()), false),
        ] {
            assert_eq!(left.is_identical(&right), is_identical, "{left:?} and {right:?}");
            assert_eq!(right.is_identical(&left), is_identical, "{right:?} and {left:?}");
        }
    }

    fn hash_of(value: &Value) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        Identity(value).hash(&mut hasher);
        hasher.finish()
    }

    proptest! {
        /// The native format keeps everything.
        #[test]
        fn identical_is_what_is_written_alike(left in any_map(), right in any_map()) {
            let bytes = |map: &Map| MsgPack::native().encode(map).unwrap();
            let marks = |map: &Map| structs(&Value::Map(map.clone()));
            prop_assert!(left.is_identical(&left));
            let is_same = left.is_identical(&right) && marks(&left) == marks(&right);
            prop_assert_eq!(is_same, bytes(&left) == bytes(&right));
        }

        #[test]
        fn a_copy_is_identical(value in any_value()) {
            let copy = value.clone();
            prop_assert!(value.is_identical(&copy) && structs(&value) == structs(&copy));
            prop_assert_eq!(hash_of(&value), hash_of(&copy));
        }

        #[test]
        fn a_struct_is_identical_to_its_map(map in any_map()) {
            let value = Value::Map(map.clone().into_struct());
            prop_assert!(value.is_identical(&Value::Map(map.clone())) && map == map.clone().into_struct());
            prop_assert_eq!(hash_of(&value), hash_of(&Value::Map(map)));
        }
    }
}
