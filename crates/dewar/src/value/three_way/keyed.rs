//! Merging maps key by key.

use std::collections::HashSet;
use std::mem;

use indexmap::IndexMap;

use super::{Part, are_identical, merge as merge_value};
use crate::value::identity::Identity;
use crate::value::{Map, Value};

/// A value that is merged key by key.
pub(super) enum Keyed<'v> {
    Map(&'v Map),
    /// Keys that are not text, without duplicates.
    Pairs(&'v [(Value, Value)]),
}

impl<'v> Keyed<'v> {
    /// `None` for a single value: a struct, or a map with both text and other keys, as a struct may have.
    pub(super) fn of(value: &'v Value) -> Option<Self> {
        match value {
            Value::Map(map) => Some(Self::Map(map)).filter(|_| !map.is_struct() && map.pairs().is_none()),
            Value::Pairs(pairs) => Some(Self::Pairs(pairs)).filter(|_| has_own_keys(pairs)),
            _ => None,
        }
    }

    /// An empty map fits any kind of key.
    fn pairs(self) -> Option<&'v [(Value, Value)]> {
        match self {
            Self::Pairs(pairs) => Some(pairs),
            Self::Map(map) => map.is_empty().then_some(&[]),
        }
    }
}

fn has_own_keys(pairs: &[(Value, Value)]) -> bool {
    let mut known = HashSet::with_capacity(pairs.len());
    pairs.iter().all(|(key, _)| !matches!(key, Value::Str(_)) && known.insert(Identity(key)))
}

/// `None` if one of them is not a map that is merged key by key.
pub(super) fn merge(base: Option<&Value>, ours: &Value, theirs: Value, levels: usize) -> Option<Part> {
    let none = Value::Map(Map::new());
    let base = base.unwrap_or(&none);
    match (Keyed::of(base)?, Keyed::of(ours)?, Keyed::of(&theirs)?) {
        (Keyed::Map(base), Keyed::Map(ours), Keyed::Map(_)) => match theirs {
            Value::Map(theirs) => Some(maps(base, ours, theirs, levels)),
            _ => None,
        },
        (base, ours, of_theirs) => {
            of_theirs.pairs()?;
            let theirs = if let Value::Pairs(theirs) = theirs { theirs } else { Vec::new() };
            Some(pairs(base.pairs()?, ours.pairs()?, theirs, levels))
        }
    }
}

fn maps(base: &Map, ours: &Map, mut theirs: Map, levels: usize) -> Part {
    let removed = base.iter().filter(|(key, _)| !ours.contains_text(key)).map(|(key, _)| (key, None));
    let present = ours.iter().map(|(key, ours)| (key, Some(ours)));
    let (mut is_conflict, mut is_theirs) = (false, true);
    for (key, ours) in removed.chain(present) {
        let base = base.get_text(key);
        if are_identical(base, ours) {
            continue;
        }
        // The key keeps its position in the meantime.
        let part = merge_value(base, ours, theirs.get_text_mut(key).map(mem::take), levels);
        match part.value {
            Some(value) => _ = theirs.insert(key.clone(), value),
            None => _ = theirs.remove_text(key),
        }
        is_conflict |= part.is_conflict;
        is_theirs &= part.is_theirs;
    }
    Part { value: Some(Value::Map(theirs)), is_conflict, is_theirs }
}

/// A key, its original value, and the value that this request set.
type Changes<'v> = IndexMap<Identity<'v>, (Option<&'v Value>, Option<&'v Value>)>;

fn pairs(
    base: &[(Value, Value)],
    ours: &[(Value, Value)],
    theirs: Vec<(Value, Value)>,
    levels: usize,
) -> Part {
    let changes = changes(base, ours);
    let mut is_met = vec![false; changes.len()];
    let (mut is_conflict, mut is_theirs) = (false, true);
    let mut merged = Vec::with_capacity(theirs.len());
    let mut add = |key, part: Part| {
        merged.extend(part.value.map(|value| (key, value)));
        is_conflict |= part.is_conflict;
        is_theirs &= part.is_theirs;
    };
    for (key, theirs) in theirs {
        let part = match changes.get_full(&Identity(&key)) {
            Some((at, _, (base, ours))) => {
                is_met.get_mut(at).into_iter().for_each(|is_met| *is_met = true);
                merge_value(*base, *ours, Some(theirs), levels)
            }
            None => Part::theirs(Some(theirs)),
        };
        add(key, part);
    }
    for ((key, (base, ours)), _) in changes.iter().zip(is_met).filter(|(_, is_met)| !is_met) {
        add(key.0.clone(), merge_value(*base, *ours, None, levels));
    }
    let value = if merged.is_empty() { Value::Map(Map::new()) } else { Value::Pairs(merged) };
    Part { value: Some(value), is_conflict, is_theirs }
}

/// What this request changed.
fn changes<'v>(base: &'v [(Value, Value)], ours: &'v [(Value, Value)]) -> Changes<'v> {
    let mut changes: Changes<'v> =
        base.iter().map(|(key, base)| (Identity(key), (Some(base), None))).collect();
    for (key, ours) in ours {
        changes.entry(Identity(key)).or_default().1 = Some(ours);
    }
    changes.retain(|_, (base, ours)| !are_identical(*base, *ours));
    changes
}
