//! Detects equal changes by two requests that may both have been meant to count: a number that both changed to the same value, or an item
//! that both added to a list. A merge applies such a change once, so one of two increments or additions is lost.

use std::collections::HashMap;

use crate::value::{Identity, Map, Value};

/// Whether both contain, at any depth, a number that is equal now and was different before, or an item that was not there before.
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
        (Value::List(ours), Value::List(theirs)) => {
            let base = if let Some(Value::List(base)) = base { base.as_slice() } else { &[] };
            in_items(base, ours, theirs) || have_added_alike(base, ours, theirs)
        }
        (Value::Tuple(ours), Value::Tuple(theirs)) => {
            let base = if let Some(Value::Tuple(base)) = base { base.as_slice() } else { &[] };
            in_items(base, ours, theirs)
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

/// Compares items by position, which is only possible if the lists have the same length.
fn in_items(base: &[Value], ours: &[Value], theirs: &[Value]) -> bool {
    ours.len() == theirs.len()
        && base
            .iter()
            .zip(ours)
            .zip(theirs)
            .any(|((base, ours), theirs)| alike(Some(base), Some(ours), Some(theirs)))
}

/// Whether both lists contain an item more often than before.
fn have_added_alike(base: &[Value], ours: &[Value], theirs: &[Value]) -> bool {
    if ours.len().min(theirs.len()) <= base.len() {
        return false;
    }
    let [base, ours, theirs] = [base, ours, theirs].map(numbers_of_items);
    let is_more = |item: &Identity<'_>, number: usize| number > base.get(item).copied().unwrap_or(0);
    ours.iter().any(|(item, number)| {
        is_more(item, *number) && theirs.get(item).is_some_and(|number| is_more(item, *number))
    })
}

fn numbers_of_items(items: &[Value]) -> HashMap<Identity<'_>, usize> {
    let mut numbers = HashMap::new();
    for item in items {
        *numbers.entry(Identity(item)).or_default() += 1;
    }
    numbers
}
