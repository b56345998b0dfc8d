//! A three-way merge of the changes that two requests made to one value. The rules, with examples: `session/merging.md`.

mod keyed;
mod lists;
#[cfg(test)]
mod page;
#[cfg(test)]
mod tests;

use self::keyed::Keyed;
use super::Value;

/// The result of a merge.
#[derive(Debug)]
pub(crate) struct Merged {
    /// The value; `None` if it is removed.
    pub(crate) value: Option<Value>,
    /// Both sides changed the same thing in different ways: the later write (ours) won there.
    pub(crate) is_conflict: bool,
    /// The value contains parts of both sides.
    pub(crate) is_mixed: bool,
}

/// Merges the changes of two concurrent requests: `base` is the value that both loaded, `theirs` what is stored now, `ours` what this
/// request is about to store. `None` is a missing value.
///
/// Values are compared by identity, so NaN does not count as a change.
pub(crate) fn three_way(base: Option<&Value>, ours: Option<&Value>, theirs: Option<Value>) -> Merged {
    let Part { value, is_conflict, is_theirs } =
        if are_identical(base, ours) { Part::theirs(theirs) } else { merge(base, ours, theirs, MAX_LEVELS) };
    let is_mixed = !is_theirs && !are_identical(value.as_ref(), ours);
    Merged { value, is_conflict, is_mixed }
}

/// Values that are nested deeper are merged as a whole. No format stores deeper ones.
const MAX_LEVELS: usize = 256;

/// The merge of a value, or of a part of one.
#[derive(Debug)]
struct Part {
    value: Option<Value>,
    is_conflict: bool,
    /// Identical to theirs.
    is_theirs: bool,
}

impl Part {
    fn theirs(value: Option<Value>) -> Self {
        Self { value, is_conflict: false, is_theirs: true }
    }

    fn ours(value: Option<&Value>) -> Self {
        Self { value: value.cloned(), is_conflict: false, is_theirs: false }
    }

    /// The later write wins.
    fn conflict(ours: Option<&Value>) -> Self {
        Self { is_conflict: true, ..Self::ours(ours) }
    }
}

/// Merges what this request changed.
fn merge(base: Option<&Value>, ours: Option<&Value>, theirs: Option<Value>, levels: usize) -> Part {
    if are_identical(ours, theirs.as_ref()) {
        return Part::theirs(theirs);
    }
    if are_identical(base, theirs.as_ref()) {
        return Part::ours(ours);
    }
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => merge_both(base, ours, theirs, levels),
        (Some(_), None) if is_changed_inside(base, ours) => Part::theirs(None),
        (None, theirs) if is_changed_inside(base, theirs.as_ref()) => Part::ours(None),
        (ours, _) => Part::conflict(ours),
    }
}

fn merge_both(base: Option<&Value>, ours: &Value, theirs: Value, levels: usize) -> Part {
    let Some(levels) = levels.checked_sub(1) else { return Part::conflict(Some(ours)) };
    let merged = match (base, ours, theirs) {
        (None, Value::List(ours), Value::List(theirs)) => lists::merge(&[], ours, theirs),
        (Some(Value::List(base)), Value::List(ours), Value::List(theirs)) => lists::merge(base, ours, theirs),
        (base, ours, theirs) => keyed::merge(base, ours, theirs, levels),
    };
    merged.unwrap_or_else(|| Part::conflict(Some(ours)))
}

/// Whether the change was inside the value, so that a removal of the whole value includes it.
fn is_changed_inside(base: Option<&Value>, changed: Option<&Value>) -> bool {
    match (base, changed) {
        (Some(Value::List(base)), Some(Value::List(changed))) => lists::is_grown_or_shrunk(base, changed),
        (Some(base), Some(changed)) => Keyed::of(base).is_some() && Keyed::of(changed).is_some(),
        _ => false,
    }
}

fn are_identical(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left.is_identical(right),
        (left, right) => left.is_none() && right.is_none(),
    }
}
