//! Whether two values are identical, which decides whether a value was changed.

use super::opaque::{Instance, Object};
use super::{Map, Value};

impl Value {
    /// Whether every format that keeps values writes the same bytes for both. Unlike with `==`, which is
    /// Python's, NaN is identical to itself, bit for bit, -0.0 is not 0.0, and the order of a map's keys
    /// counts. As with `==`, 1 is not 1.0 and a tuple is not a list.
    pub(crate) fn is_identical(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(ours), Self::Float(theirs)) => ours.to_bits() == theirs.to_bits(),
            (Self::List(ours), Self::List(theirs)) | (Self::Tuple(ours), Self::Tuple(theirs)) => {
                all(ours.iter(), theirs.iter(), Self::is_identical)
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

fn objects(ours: &Object, theirs: &Object) -> bool {
    match (ours, theirs) {
        (Object::Set(ours), Object::Set(theirs)) | (Object::FrozenSet(ours), Object::FrozenSet(theirs)) => {
            values(ours, theirs)
        }
        (Object::Instance(ours), Object::Instance(theirs)) => instances(ours, theirs),
        _ => ours == theirs,
    }
}

fn instances(ours: &Instance, theirs: &Instance) -> bool {
    ours.class == theirs.class
        && values(&ours.arguments, &theirs.arguments)
        && values(&ours.items, &theirs.items)
        && pairs(&ours.entries, &theirs.entries)
}

fn values(ours: &[Value], theirs: &[Value]) -> bool {
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
    use crate::value::arbitrary::{any_map, any_value};

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

    proptest! {
        /// The native format keeps everything.
        #[test]
        fn identical_is_what_is_written_alike(left in any_map(), right in any_map()) {
            let bytes = |map: &Map| MsgPack::native().encode(map).unwrap();
            prop_assert!(left.is_identical(&left));
            prop_assert_eq!(left.is_identical(&right), bytes(&left) == bytes(&right));
        }

        #[test]
        fn a_copy_is_identical(value in any_value()) {
            prop_assert!(value.is_identical(&value.clone()));
        }
    }
}
