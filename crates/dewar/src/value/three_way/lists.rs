//! Merging lists: if one side only appended or only removed items, that is applied to the list of the other side.

use std::cell::Cell;
use std::collections::HashMap;

use super::Part;
use crate::value::Value;
use crate::value::identity::{Identity, are_identical};

/// How a side changed a list.
enum Change {
    /// Items follow those of the base.
    Appended,
    /// Items of the base were removed: for each item, whether it was.
    Removed(Vec<bool>),
    /// Items were moved, replaced, inserted, or both appended and removed.
    Other,
}

/// `None` if both sides did more than add or remove, or one removed what the other may have changed.
///
/// Items are compared by value only. One that both appended, or both removed, counts once; if an item occurs several times, the number is
/// that of the side that did more.
pub(super) fn merge(base: &[Value], ours: &[Value], theirs: Vec<Value>) -> Option<Part> {
    let before = theirs.len();
    let (merged, is_theirs) = match (change(base, ours), change(base, &theirs)) {
        (Change::Appended, _) => {
            let merged = appended(base, theirs, tail(base, ours));
            let is_theirs = merged.len() == before;
            (merged, is_theirs)
        }
        (Change::Removed(gone), Change::Appended) => (at_places(theirs, &gone), false),
        (Change::Removed(gone), Change::Other) => (by_value(base, theirs, &gone)?, false),
        (Change::Removed(ours), Change::Removed(gone)) => {
            let merged = at_places(base.to_vec(), &gone_once(base, &ours, &gone));
            let is_theirs = are_identical(&merged, &theirs);
            (merged, is_theirs)
        }
        (Change::Other, Change::Appended) => (appended(base, ours.to_vec(), tail(base, &theirs)), false),
        (Change::Other, Change::Removed(gone)) => {
            let merged = by_value(base, ours.to_vec(), &gone)?;
            let is_theirs = are_identical(&merged, &theirs);
            (merged, is_theirs)
        }
        (Change::Other, Change::Other) => {
            let merged = in_any_order(base, ours, &theirs)?;
            let is_theirs = are_identical(&merged, &theirs);
            return Some(Part { value: Some(Value::List(merged)), is_conflict: true, is_theirs });
        }
    };
    Some(Part { value: Some(Value::List(merged)), is_conflict: false, is_theirs })
}

/// Whether items were only appended, or only removed.
pub(super) fn is_grown_or_shrunk(base: &[Value], changed: &[Value]) -> bool {
    !matches!(change(base, changed), Change::Other)
}

fn change(base: &[Value], changed: &[Value]) -> Change {
    let same = same_beginning(base, changed);
    if same == base.len() {
        return Change::Appended;
    }
    let mut left = changed.iter().skip(same).peekable();
    let mut is_gone = |item: &Value| left.next_if(|next| next.is_identical(item)).is_none();
    let gone = base.iter().enumerate().map(|(at, item)| at >= same && is_gone(item)).collect();
    if left.next().is_none() { Change::Removed(gone) } else { Change::Other }
}

/// The number of items that both lists start with.
fn same_beginning(left: &[Value], right: &[Value]) -> usize {
    left.iter().zip(right).take_while(|(left, right)| left.is_identical(right)).count()
}

/// The items after those of the base.
fn tail<'v>(base: &[Value], grown: &'v [Value]) -> &'v [Value] {
    grown.get(base.len()..).unwrap_or_default()
}

/// Appends the tail of the other side, except items that are new in this list, too.
fn appended(base: &[Value], mut list: Vec<Value>, tail: &[Value]) -> Vec<Value> {
    let same = same_beginning(base, &list);
    let new = Counts::of(list.iter().skip(same));
    base.iter().skip(same).for_each(|old| _ = new.take(old));
    let missing: Vec<Value> = tail.iter().filter(|item| !new.take(item)).cloned().collect();
    list.extend(missing);
    list
}

/// Removes the items at these positions.
fn at_places(mut list: Vec<Value>, gone: &[bool]) -> Vec<Value> {
    let mut gone = gone.iter();
    list.retain(|_| gone.next() != Some(&true));
    list
}

/// The positions that both removals leave empty together: an item that both removed counts once.
fn gone_once(base: &[Value], ours: &[bool], theirs: &[bool]) -> Vec<bool> {
    let [by_us, by_them] = [ours, theirs].map(|gone| Counts::of(removed(base, gone)));
    let places = base.iter().zip(ours).zip(theirs);
    let is_gone = |((item, ours), theirs): ((&Value, &bool), &bool)| {
        (*ours || *theirs) && [by_us.take(item), by_them.take(item)].contains(&true)
    };
    places.map(is_gone).collect()
}

/// Removes what the other side removed from a list that was changed in another way. `None` if such an item is missing: it may have been
/// changed, and then the removal would have no effect.
fn by_value(base: &[Value], mut list: Vec<Value>, gone: &[bool]) -> Option<Vec<Value>> {
    let lacking = Counts::of(base);
    list.iter().for_each(|item| _ = lacking.take(item));
    if removed(base, gone).any(|item| lacking.take(item)) {
        return None;
    }
    let wanted = Counts::of(removed(base, gone));
    list.retain(|item| !wanted.take(item));
    Some(list)
}

/// Applies the additions and removals of the other side to our list, in our order: a set may be written in a different order each time.
/// `None` if both sides may have replaced items, or one removed what the other may have replaced.
fn in_any_order(base: &[Value], ours: &[Value], theirs: &[Value]) -> Option<Vec<Value>> {
    let [added_here, added_there] = [ours, theirs].map(|list| without(list, base));
    let [removed_here, removed_there] = [ours, theirs].map(|list| without(base, list));
    let removed = without(&removed_there, &removed_here);
    let may_replace_here = !added_here.is_empty() && !removed_here.is_empty();
    let may_replace_there = !added_there.is_empty() && !removed_there.is_empty();
    let is_removed_twice = removed.len() < removed_there.len();
    if (may_replace_here && may_replace_there)
        || (is_removed_twice && (may_replace_here || may_replace_there))
    {
        return None;
    }
    let mut merged = without(ours, &removed);
    merged.extend(without(&added_there, &added_here));
    Some(merged)
}

/// The items that the other list does not have, or has less often.
fn without(list: &[Value], other: &[Value]) -> Vec<Value> {
    let counts = Counts::of(other);
    list.iter().filter(|item| !counts.take(item)).cloned().collect()
}

fn removed<'v>(base: &'v [Value], gone: &[bool]) -> impl Iterator<Item = &'v Value> {
    base.iter().zip(gone).filter(|(_, gone)| **gone).map(|(item, _)| item)
}

/// The number of occurrences of each item.
struct Counts<'v>(HashMap<Identity<'v>, Cell<usize>>);

impl<'v> Counts<'v> {
    fn of(items: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut counts: HashMap<_, Cell<usize>> = HashMap::new();
        for item in items {
            *counts.entry(Identity(item)).or_default().get_mut() += 1;
        }
        Self(counts)
    }

    /// Removes one occurrence; `false` if none is left.
    fn take(&self, item: &Value) -> bool {
        let Some(count) = self.0.get(&Identity(item)) else { return false };
        count.get().checked_sub(1).map(|left| count.set(left)).is_some()
    }
}
