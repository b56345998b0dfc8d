//! Numbers that two requests changed to the same. Of what both changed in the same way one change counts; of two that counted, one is lost.

use std::collections::HashMap;

use crate::value::{Identity, Map, Value};

/// Whether both have a number, at any depth, that is the same by now and was another one before: both may have counted.
pub(super) fn alike(base: Option<&Value>, ours: Option<&Value>, theirs: Option<&Value>) -> bool {
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return false };
    match (ours, theirs) {
        (Value::Map(ours), Value::Map(theirs)) => {
            let base = if let Some(Value::Map(base)) = base { Some(base) } else { None };
            in_maps(base, ours, theirs)
        }
        (Value::Pairs(ours), Value::Pairs(theirs)) => {
            let base = if let Some(Value::Pairs(base)) = base { base.as_slice() } else { &[] };
            in_pairs(base, ours, theirs)
        }
        (Value::List(ours), Value::List(theirs)) | (Value::Tuple(ours), Value::Tuple(theirs)) => {
            let base =
                if let Some(Value::List(base) | Value::Tuple(base)) = base { base.as_slice() } else { &[] };
            ours.len() == theirs.len() && in_items(base, ours, theirs)
        }
        (Value::Int(_) | Value::BigInt(_) | Value::Float(_), theirs) => {
            ours.is_identical(theirs) && !base.is_some_and(|base| base.is_identical(ours))
        }
        _ => false,
    }
}

fn in_maps(base: Option<&Map>, ours: &Map, theirs: &Map) -> bool {
    ours.iter().any(|(key, ours)| {
        let base = base.and_then(|base| base.get_text(key));
        alike(base, Some(ours), theirs.get_text(key))
    })
}

/// Maps with keys that are not text.
fn in_pairs(base: &[(Value, Value)], ours: &[(Value, Value)], theirs: &[(Value, Value)]) -> bool {
    let [base, theirs] = [base, theirs].map(by_key);
    ours.iter().any(|(key, ours)| {
        let key = Identity(key);
        alike(base.get(&key).copied(), Some(ours), theirs.get(&key).copied())
    })
}

fn by_key(pairs: &[(Value, Value)]) -> HashMap<Identity<'_>, &Value> {
    pairs.iter().map(|(key, value)| (Identity(key), value)).collect()
}

/// An item that both added is no number that both changed.
fn in_items(base: &[Value], ours: &[Value], theirs: &[Value]) -> bool {
    base.iter()
        .zip(ours)
        .zip(theirs)
        .any(|((base, ours), theirs)| alike(Some(base), Some(ours), Some(theirs)))
}
