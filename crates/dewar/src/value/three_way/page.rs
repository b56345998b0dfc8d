//! Tests the examples in `merging.md`.

use super::*;
use crate::value::{Dict, Map};

const PAGE: &str = include_str!("../../session/merging.md");

#[test]
fn each_example_of_the_page_is_true() {
    let rows = PAGE.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    let examples = rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, base, theirs, ours, result] = cells.as_slice() else { panic!("five cells: {row}") };
        let [base, theirs, ours] = [base, theirs, ours].map(|cell| value(cell));
        let merged = three_way(base.as_ref(), ours.as_ref(), theirs);
        let (expected, is_conflict) = match result.strip_suffix(", a conflict") {
            Some(result) => (result, true),
            None => (*result, false),
        };
        let expected = value(expected);
        assert!(are_identical(merged.value.as_ref(), expected.as_ref()), "{row}: {merged:?}");
        assert_eq!(merged.is_conflict, is_conflict, "{row}");
    });
    assert!(examples.count() >= 10);
}

/// The value of a cell; `None` for a dash.
fn value(cell: &str) -> Option<Value> {
    let mut rest = cell.strip_prefix('`')?.strip_suffix('`')?;
    let value = read(&mut rest);
    assert_eq!(rest, "", "a single value: {cell}");
    Some(value)
}

/// `word`, `1`, `[…]`, `(…)`, `{key: …}` or `Name {key: …}`.
fn read(rest: &mut &str) -> Value {
    match word(rest) {
        "" => match rest.chars().next() {
            Some('[') => Value::List(items(rest, "[", "]", read)),
            Some('(') => Value::Tuple(items(rest, "(", ")", read)),
            _ => map(rest),
        },
        _ if rest.starts_with('{') => map(rest).into_struct(),
        word => word.parse().map_or_else(|_| word.into(), Value::Int),
    }
}

fn map(rest: &mut &str) -> Value {
    let entry = |rest: &mut &str| {
        let key = read(rest);
        expect(rest, ":");
        (key, read(rest))
    };
    let mut dict = Dict::Map(Map::new());
    items(rest, "{", "}", entry).into_iter().for_each(|(key, value)| dict.insert(key, value));
    dict.into_value()
}

fn items<T>(rest: &mut &str, open: &str, close: &str, item: impl Fn(&mut &str) -> T) -> Vec<T> {
    expect(rest, open);
    let mut items = Vec::new();
    while !rest.starts_with(close) {
        if !items.is_empty() {
            expect(rest, ",");
        }
        items.push(item(rest));
    }
    expect(rest, close);
    items
}

fn word<'t>(rest: &mut &'t str) -> &'t str {
    let (word, after) = rest.split_at(rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()));
    *rest = after.trim_start();
    word
}

fn expect(rest: &mut &str, text: &str) {
    *rest = rest.strip_prefix(text).unwrap_or_else(|| panic!("no {text:?} before {rest:?}")).trim_start();
}
