use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::*;
use crate::value::Map;
use crate::value::arbitrary::any_value;

/// Values of few kinds and names, so that those of three sides often have something in common.
fn small_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (0..4_i64).prop_map(Value::Int),
        Just(Value::Null),
        Just(Value::Float(f64::NAN)),
        Just(Value::Float(0.0)),
        Just(Value::Float(-0.0)),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let name = || prop_oneof!["a", "b", "c"].prop_map(|name| name.to_owned());
        let map = vec((name(), inner.clone()), 0..4).prop_map(|entries| entries.into_iter().collect::<Map>());
        prop_oneof![
            3 => vec(inner.clone(), 0..5).prop_map(Value::List),
            1 => vec(inner.clone(), 0..3).prop_map(Value::Tuple),
            4 => map.clone().prop_map(Value::Map),
            1 => map.prop_map(|map| Value::Map(map.into_struct())),
            1 => vec((0..3_i64, inner), 0..3).prop_map(|entries| {
                Value::Pairs(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
            }),
        ]
    })
}

fn small() -> impl Strategy<Value = Option<Value>> {
    weighted(0.9, small_value())
}

fn list(items: impl Strategy<Value = i64>, most: usize) -> impl Strategy<Value = Vec<Value>> {
    vec(items.prop_map(Value::Int), 0..most)
}

/// A list, and what some sides made of it, each with only one kind of change; what is appended is new.
fn grown_or_shrunk(sides: usize) -> impl Strategy<Value = (Vec<Value>, Vec<Vec<Value>>)> {
    list(0..4_i64, 7).prop_flat_map(move |base| {
        let grown = {
            let base = base.clone();
            list(10..13_i64, 4).prop_map(move |tail| [base.clone(), tail].concat())
        };
        let side = prop_oneof![grown, subsequence(base.clone(), 0..=base.len())];
        (Just(base), vec(side, sides))
    })
}

/// A value and what three sides made of it; no item is appended by one and removed by another, as then it
/// depends on the order which of two equal items that is.
fn three_sides() -> impl Strategy<Value = [Option<Value>; 4]> {
    let leaf = prop_oneof![
        any::<[bool; 4]>().prop_map(|sides| sides.map(|changed| Some(Value::Bool(changed)))),
        proptest::array::uniform4(weighted(0.8, (0..2_i64).prop_map(Value::Int))),
        grown_or_shrunk(3).prop_map(|(base, sides)| {
            let [a, b, c] = [0, 1, 2].map(|side| Some(Value::List(sides[side].clone())));
            [Some(Value::List(base)), a, b, c]
        }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let gone = weighted(0.1, 0..4_usize);
        (vec(inner, 0..4), gone).prop_map(|(entries, gone)| {
            let side = |side: usize| {
                let entry = |(key, sides): (usize, &[Option<Value>; 4])| {
                    sides[side].clone().map(|value| (key.to_string(), value))
                };
                let map = entries.iter().enumerate().filter_map(entry).collect();
                Some(Value::Map(map)).filter(|_| gone != Some(side))
            };
            [0, 1, 2, 3].map(side)
        })
    })
}

fn merged(base: Option<&Value>, ours: Option<&Value>, theirs: Option<&Value>) -> Merged {
    three_way(base, ours, theirs.cloned())
}

fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    are_identical(left, right)
}

/// Without the order of keys and of items.
fn sorted(value: Option<&Value>) -> String {
    match value {
        Some(Value::List(items)) => format!("{:?}", in_order(items.iter().map(|item| sorted(Some(item))))),
        Some(Value::Map(map)) => {
            format!(
                "{:?}",
                in_order(map.iter().map(|(key, value)| format!("{key}: {}", sorted(Some(value)))))
            )
        }
        Some(Value::Pairs(pairs)) => format!(
            "{:?}",
            in_order(pairs.iter().map(|(key, value)| format!("{key:?}: {}", sorted(Some(value)))))
        ),
        other => format!("{other:?}"),
    }
}

fn in_order(parts: impl Iterator<Item = String>) -> Vec<String> {
    let mut parts: Vec<String> = parts.collect();
    parts.sort();
    parts
}

fn count(items: &[Value], wanted: &Value) -> usize {
    items.iter().filter(|item| item.is_identical(wanted)).count()
}

/// Whether all that is in both sides is in the result.
fn keeps(left: &Value, right: &Value, result: Option<&Value>) -> bool {
    match (left, right, result) {
        (Value::List(left), Value::List(right), Some(Value::List(result))) => {
            left.iter().all(|item| count(result, item) >= count(left, item).min(count(right, item)))
        }
        (Value::Map(left), Value::Map(right), Some(Value::Map(result))) => left.iter().all(|(key, left)| {
            right.get_text(key).is_none_or(|right| keeps(left, right, result.get_text(key)))
        }),
        (left, right, Some(result)) => !left.is_identical(right) || result.is_identical(left),
        (_, _, None) => false,
    }
}

fn is_struct(value: Option<&Value>) -> bool {
    matches!(value, Some(Value::Map(map)) if map.is_struct())
}

/// Whether each struct of a side is there as it is or not at all.
fn structs_are_whole(
    base: Option<&Value>,
    ours: Option<&Value>,
    theirs: Option<&Value>,
    result: Option<&Value>,
) -> bool {
    if [base, ours, theirs].into_iter().any(is_struct) {
        return result.is_none() || same(result, ours) || same(result, theirs);
    }
    let Some(Value::Map(map)) = result else { return true };
    let part = |side: Option<&Value>, key| match side {
        Some(Value::Map(map)) => map.get_text(key).cloned(),
        _ => None,
    };
    map.iter().all(|(key, result)| {
        let [base, ours, theirs] = [base, ours, theirs].map(|side| part(side, key));
        structs_are_whole(base.as_ref(), ours.as_ref(), theirs.as_ref(), Some(result))
    })
}

/// The result of commits in this order, each from the same base; `None` if two of them are in conflict.
fn committed<'v>(base: &'v Value, sides: impl IntoIterator<Item = &'v Value>) -> Option<Option<Value>> {
    let mut stored = Some(base.clone());
    for side in sides {
        let merged = three_way(Some(base), Some(side), stored);
        if merged.is_conflict {
            return None;
        }
        stored = merged.value;
    }
    Some(stored)
}

fn agree_in_any_order(base: &Value, [a, b, c]: [&Value; 3]) -> bool {
    let orders = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]];
    let results: Vec<_> = orders.into_iter().filter_map(|order| committed(base, order)).collect();
    let is_same = |result: &Option<Value>| sorted(result.as_ref()) == sorted(results[0].as_ref());
    results.len() < orders.len() || results.iter().all(is_same)
}

#[test]
fn nan_is_no_change() {
    let nan = || Value::Float(f64::NAN);
    let Merged { value, is_conflict, is_mixed } = three_way(Some(&nan()), Some(&nan()), Some(1.into()));
    assert_eq!((value, is_conflict, is_mixed), (Some(1.into()), false, false));
    assert!(three_way(Some(&0.0.into()), Some(&(-0.0).into()), Some(1.into())).is_conflict);
}

#[test]
fn values_deeper_than_any_format_are_taken_as_a_whole() {
    let deep = |levels: usize, key: &str| {
        (0..levels).fold(Value::Map(Map::from([(key, 1)])), |inner, _| Value::Map(Map::from([("in", inner)])))
    };
    for (levels, is_conflict) in [(10, false), (MAX_LEVELS - 1, false), (MAX_LEVELS, true), (800, true)] {
        let (base, ours, theirs) = (deep(levels, "base"), deep(levels, "ours"), deep(levels, "theirs"));
        let merged = three_way(Some(&base), Some(&ours), Some(theirs));
        assert_eq!((merged.is_conflict, merged.is_mixed), (is_conflict, !is_conflict), "{levels}");
    }
}

#[test]
fn long_lists_take_no_quadratic_time() {
    let numbers = |range: std::ops::Range<i64>| Value::List(range.map(Value::Int).collect());
    let (base, ours, theirs) = (numbers(0..100_000), numbers(1..100_000), numbers(50_000..100_000));
    let merged = three_way(Some(&base), Some(&ours), Some(theirs));
    assert!(same(merged.value.as_ref(), Some(&numbers(50_000..100_000))));
    let (ours, theirs) = (numbers(0..200_000), numbers(0..150_000));
    assert!(same(three_way(Some(&base), Some(&ours), Some(theirs)).value.as_ref(), Some(&ours)));
}

proptest! {
    #[test]
    fn one_side_alone_gives_its_value(base in weighted(0.9, any_value()), side in weighted(0.9, any_value())) {
        let (base, side) = (base.as_ref(), side.as_ref());
        for (ours, theirs) in [(side, side), (side, base), (base, side)] {
            let Merged { value, is_conflict, is_mixed } = merged(base, ours, theirs);
            prop_assert!(same(value.as_ref(), side) && !is_conflict && !is_mixed);
        }
    }

    #[test]
    fn any_three_values(sides in [weighted(0.9, any_value()), weighted(0.9, any_value()), weighted(0.9, any_value())]) {
        let [base, ours, theirs] = sides.each_ref().map(Option::as_ref);
        let Merged { value, is_mixed, .. } = merged(base, ours, theirs);
        prop_assert_eq!(is_mixed, !same(value.as_ref(), ours) && !same(value.as_ref(), theirs));
    }

    #[test]
    fn the_order_of_two_commits_does_not_matter(base in small(), left in small(), right in small()) {
        let (base, left, right) = (base.as_ref(), left.as_ref(), right.as_ref());
        let (one, other) = (merged(base, left, right), merged(base, right, left));
        prop_assert_eq!(one.is_conflict, other.is_conflict);
        prop_assert!(one.is_conflict || sorted(one.value.as_ref()) == sorted(other.value.as_ref()));
        prop_assert_eq!(one.is_mixed, !same(one.value.as_ref(), left) && !same(one.value.as_ref(), right));
    }

    #[test]
    fn nothing_that_both_keep_is_lost(base in small(), left in small_value(), right in small_value()) {
        let Merged { value, .. } = merged(base.as_ref(), Some(&left), Some(&right));
        prop_assert!(keeps(&left, &right, value.as_ref()), "{value:?}");
    }

    #[test]
    fn a_struct_is_never_mixed(base in small(), ours in small(), theirs in small()) {
        let (base, ours, theirs) = (base.as_ref(), ours.as_ref(), theirs.as_ref());
        let Merged { value, .. } = merged(base, ours, theirs);
        prop_assert!(structs_are_whole(base, ours, theirs, value.as_ref()), "{value:?}");
    }

    #[test]
    fn changes_under_different_keys_all_count(
        base in vec(small(), 6), changes in vec(small(), 6), is_ours in vec(any::<bool>(), 6),
    ) {
        let side = |changed: [bool; 2]| {
            let entry = |at: usize| {
                let value = if changed[usize::from(is_ours[at])] { &changes[at] } else { &base[at] };
                value.clone().map(|value| (at.to_string(), value))
            };
            Value::Map(Map::from([("nested", Value::Map((0..6).filter_map(entry).collect()))]))
        };
        let [base, theirs, ours, both] =
            [[false, false], [true, false], [false, true], [true, true]].map(side);
        let Merged { value, is_conflict, .. } = merged(Some(&base), Some(&ours), Some(&theirs));
        prop_assert_eq!((sorted(value.as_ref()), is_conflict), (sorted(Some(&both)), false));
    }

    #[test]
    fn what_lists_gained_and_lost_counts((base, sides) in grown_or_shrunk(2)) {
        let (left, right) = (&sides[0], &sides[1]);
        let lists = [&base, left, right].map(|items| Some(Value::List(items.clone())));
        let [base_value, left_value, right_value] = lists.each_ref().map(Option::as_ref);
        let Merged { value, is_conflict, .. } = merged(base_value, left_value, right_value);
        let Some(Value::List(result)) = value else { panic!("{value:?}") };
        prop_assert!(!is_conflict);
        for item in (0..4).chain(10..13).map(Value::Int) {
            let change = |side: &[Value]| count(side, &item) as i64 - count(&base, &item) as i64;
            let (left, right) = (change(left), change(right));
            prop_assert_eq!(change(&result), left.min(right).min(0) + left.max(right).max(0), "{:?}", item);
        }
    }

    #[test]
    fn three_lists_agree_in_any_order((base, sides) in grown_or_shrunk(3)) {
        let [base, a, b, c] = [&base, &sides[0], &sides[1], &sides[2]].map(|items| Value::List(items.clone()));
        prop_assert!(agree_in_any_order(&base, [&a, &b, &c]));
    }

    #[test]
    fn three_sides_agree_in_any_order(sides in three_sides()) {
        if let [Some(base), Some(a), Some(b), Some(c)] = sides.each_ref() {
            prop_assert!(agree_in_any_order(base, [a, b, c]));
        }
    }
}
