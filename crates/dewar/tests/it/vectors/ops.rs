//! What the views of a flow case do to the session, in our terms.

use dewar::value::{Map, Value};
use dewar::{Flash, Session};
use serde_json::Value as Json;

use super::notation;

/// Runs a view's operations and gives their results; `None` as soon as one raises.
pub(super) fn run_all(session: &Session, ops: &Json, written: Option<&Map>) -> Option<Vec<Value>> {
    ops.as_array().unwrap().iter().map(|op| run(session, op, written)).collect()
}

fn run(session: &Session, op: &Json, written: Option<&Map>) -> Option<Value> {
    let key = || op[1].as_str().unwrap();
    Some(match op[0].as_str().unwrap() {
        "raise" => return None,
        "get" => session.value(key()).unwrap_or_default(),
        "getitem" => session.value(key())?,
        "in" => session.contains(key()).into(),
        "len" => Value::Int(i64::try_from(session.len()).unwrap()),
        "bool" => (!session.is_empty()).into(),
        "read_permanent" => session.is_permanent().into(),
        "setdefault" => set_default(session, key(), value(op, written)),
        "pop" => session.remove(key()).unwrap_or_default(),
        "popitem" => pop_item(session)?,
        "ior" => update(session, &op[1]),
        "flashed" => flashed(session, &op[1]),
        _ => {
            change(session, op, written)?;
            Value::Null
        }
    })
}

/// The operations that give nothing.
fn change(session: &Session, op: &Json, written: Option<&Map>) -> Option<()> {
    let key = || op[1].as_str().unwrap();
    match op[0].as_str().unwrap() {
        "set" => session.insert_value(key(), value(op, written)),
        "del" => drop(session.remove(key())?),
        "clear" => session.clear(),
        "regenerate" => session.regenerate_id(),
        "update" => drop(update(session, &op[1])),
        "permanent" => session.set_permanent(op[1] == true),
        "flash" => session.flash(key(), op[2].as_str().unwrap_or("message")),
        other => panic!("an operation that this test does not know: {other}"),
    }
    Some(())
}

/// The cases' operations write a tuple as a list and `Markup` as text; which it was tells what Flask wrote.
fn value(op: &Json, written: Option<&Map>) -> Value {
    let value = notation::value(&op[2]).unwrap();
    let written = written.and_then(|data| data.get(op[1].as_str().unwrap()));
    written.filter(|written| plain(written) == plain(&value)).cloned().unwrap_or(value)
}

fn plain(value: &Value) -> Value {
    match value {
        Value::Tuple(items) | Value::List(items) => Value::List(items.iter().map(plain).collect()),
        Value::Markup(text) => Value::Str(text.clone()),
        Value::Map(map) => Value::Map(map.iter().map(|(key, item)| (key.clone(), plain(item))).collect()),
        other => other.clone(),
    }
}

fn set_default(session: &Session, key: &str, value: Value) -> Value {
    if let Some(present) = session.value(key) {
        return present;
    }
    session.insert_value(key, value.clone());
    value
}

fn pop_item(session: &Session) -> Option<Value> {
    let key = session.keys().pop()?;
    let item = session.edit(|data| data.remove_text(&key))?;
    Some(Value::Tuple(vec![Value::Str(key), item]))
}

/// Flask takes an update for a change, even if it changes nothing. Gives what the session then holds.
fn update(session: &Session, items: &Json) -> Value {
    for (key, item) in items.as_object().unwrap() {
        session.insert_value(key.as_str(), notation::value(item).unwrap());
    }
    session.mark_modified();
    Value::Map(session.read(Map::clone))
}

fn flashed(session: &Session, options: &Json) -> Value {
    let wanted: Vec<&str> = options["category_filter"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|category| category.as_str().unwrap())
        .collect();
    let is_wanted = |flash: &Flash| wanted.is_empty() || wanted.iter().any(|w| flash.category == (*w).into());
    let with_categories = options["with_categories"] == true;
    let shown = |Flash { category, message }: Flash| {
        if with_categories { Value::Tuple(vec![category, message]) } else { message }
    };
    Value::List(session.flashes().into_iter().filter(is_wanted).map(shown).collect())
}
