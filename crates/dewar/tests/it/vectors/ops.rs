//! What the views of a flow case do to the session, in our terms.

use dewar::Session;
use dewar::session::Flash;
use dewar::value::{Map, Value};
use serde_json::Value as Json;

use super::given::{Given, Judged, Known, Stop};
use super::notation;

/// When upstream writes a session that it does not see changed.
#[derive(Clone, Copy)]
pub(super) enum Refresh {
    Never,
    /// Flask's cookie.
    IfPermanent,
    /// Flask-Session's record.
    Always,
}

/// Runs a view's operations and gives their results; `None` as soon as one raises.
pub(super) fn run_all(
    session: &Session,
    ops: &Json,
    refresh: Refresh,
    written: Option<&Map>,
) -> Judged<Option<Vec<Value>>> {
    let ops = ops.items()?;
    let mut results = Vec::new();
    for op in ops {
        let result = match op[0].text()? {
            "append" => append(session, op, is_stored(session, ops, refresh)).map(Some)?,
            _ => run(session, op, written)?,
        };
        match result {
            Some(result) => results.push(result),
            None => return Ok(None),
        }
    }
    Ok(Some(results))
}

fn run(session: &Session, op: &Json, written: Option<&Map>) -> Judged<Option<Value>> {
    let key = || op[1].text();
    Ok(Some(match op[0].text()? {
        "raise" => return Ok(None),
        "get" => session.get_value(key()?).unwrap_or_default(),
        "getitem" => match session.get_value(key()?) {
            Some(value) => value,
            None => return Ok(None),
        },
        "in" => session.contains(key()?).into(),
        "len" => Value::Int(i64::try_from(session.len()).known()?),
        "bool" => (!session.is_empty()).into(),
        "read_permanent" => session.is_permanent().into(),
        "setdefault" => set_default(session, key()?, value(op, written)?),
        "pop" => session.remove(key()?).unwrap_or_default(),
        "popitem" => match pop_item(session) {
            Some(item) => item,
            None => return Ok(None),
        },
        "ior" => update(session, &op[1])?,
        "flashed" => flashed(session, &op[1])?,
        _ => return Ok(change(session, op, written)?.then_some(Value::Null)),
    }))
}

/// The operations that give nothing. `false` if one raises.
fn change(session: &Session, op: &Json, written: Option<&Map>) -> Judged<bool> {
    let key = || op[1].text();
    match op[0].text()? {
        "set" => session.insert_value(key()?, value(op, written)?),
        "del" => return Ok(session.remove(key()?).is_some()),
        "clear" => session.clear(),
        "regenerate" => session.regenerate_id(),
        "update" => drop(update(session, &op[1])?),
        "permanent" => session.set_permanent(op[1] == true),
        "flash" => session.flash(key()?, op[2].as_str().unwrap_or("message")),
        other => return Err(Stop::new(format!("an operation that this test does not know: {other}"))),
    }
    Ok(true)
}

/// Python does not see a change within a value. It is stored if the session is written for another reason: with another change, or
/// refreshed. A change of ours to a copy is as lost as Python's.
fn is_stored(session: &Session, ops: &[Json], refresh: Refresh) -> bool {
    const LOOKING: [&str; 9] =
        ["append", "get", "getitem", "in", "len", "bool", "read_permanent", "raise", "flashed"];
    let changes = ops.iter().any(|op| op[0].as_str().is_some_and(|op| !LOOKING.contains(&op)));
    let refreshes = match refresh {
        Refresh::Never => false,
        Refresh::IfPermanent => session.is_permanent(),
        Refresh::Always => true,
    };
    changes || refreshes
}

/// `session[key].append(item)`.
fn append(session: &Session, op: &Json, is_stored: bool) -> Judged<Value> {
    let (key, item) = (op[1].text()?, notation::value(&op[2]).known()?);
    let Some(Value::List(mut items)) = session.get_value(key) else {
        return Err(Stop::new(format!("an append to what is no list: {key}")));
    };
    items.push(item);
    if is_stored {
        session.insert_value(key, Value::List(items));
    }
    Ok(Value::Null)
}

/// The cases' operations write a tuple as a list and `Markup` as text; which it was tells what Flask wrote.
fn value(op: &Json, written: Option<&Map>) -> Judged<Value> {
    let value = notation::value(&op[2]).known()?;
    let key = op[1].text()?;
    let written = written.and_then(|data| data.get(key));
    Ok(written.filter(|written| plain(written) == plain(&value)).cloned().unwrap_or(value))
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
    if let Some(present) = session.get_value(key) {
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
fn update(session: &Session, items: &Json) -> Judged<Value> {
    for (key, item) in items.fields()? {
        session.insert_value(key.as_str(), notation::value(item).known()?);
    }
    session.mark_modified();
    Ok(Value::Map(session.read(Map::clone)))
}

/// Flask gives the messages as they lie there: a store's MessagePack and JSON make a list of the tuple.
fn flashed(session: &Session, options: &Json) -> Judged<Value> {
    let wanted: Vec<Value> = match &options["category_filter"] {
        Json::Null => Vec::new(),
        filter => filter.items()?.iter().filter_map(notation::value).collect(),
    };
    let entries = match session.get_value("_flashes") {
        Some(Value::List(entries)) => entries,
        _ => Vec::new(),
    };
    let is_wanted = |flash: &Flash| wanted.is_empty() || wanted.contains(&flash.category);
    let with_categories = options["with_categories"] == true;
    let shown = |(at, flash): (usize, Flash)| match (with_categories, entries.get(at)) {
        (true, Some(Value::List(_))) => Value::List(vec![flash.category, flash.message]),
        (true, _) => Value::Tuple(vec![flash.category, flash.message]),
        (false, _) => flash.message,
    };
    let flashes = session.flashes().into_iter().enumerate().filter(|(_, flash)| is_wanted(flash));
    Ok(Value::List(flashes.map(shown).collect()))
}
