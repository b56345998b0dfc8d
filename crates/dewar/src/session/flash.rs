//! Flash messages: said in one request, shown once in a later one. Kept as Flask keeps them.

use std::sync::Arc;

use super::changes::UpdateFn;
use super::{Session, State};
use crate::value::Value;

/// Where Flask keeps them: a list of `(category, message)` tuples.
const FLASHES_KEY: &str = "_flashes";

/// A message for the next page, in a category. Both are texts, unless a Python program gave Flask's `flash` something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Flash {
    /// Such as `message` (Flask's default), `error`, `info`, `warning`.
    pub category: Value,
    /// What the person shall read, as a rule a [text](Value::as_text); [`Value::Markup`] is HTML already, not to be escaped again.
    pub message: Value,
}

impl Session {
    /// Leaves a message for the next page: Flask's `flash(message, category)`.
    ///
    /// Kept under `_flashes` as a list of `(category, message)` tuples, so that a Flask program sharing the session shows it too.
    pub fn flash(&self, message: &str, category: &str) {
        let entry = Value::Tuple(vec![category.into(), message.into()]);
        // An update, so that of two requests at once neither loses its message.
        let push = move |present: Option<&Value>| {
            let mut messages = messages_of(present).to_vec();
            messages.push(entry.clone());
            Ok(Some(Value::List(messages)))
        };
        // It cannot fail: it takes whatever is there.
        let _ = self.update_value(FLASHES_KEY.into(), Arc::new(push));
    }

    /// Takes the messages out of the session: Flask's `get_flashed_messages(with_categories=True)`.
    ///
    /// Asked again in the same request it answers the same, although they are gone from the session, as Flask does. The very messages
    /// that it gives are taken out: what another request says meanwhile is for the next page. Entries that are no pair are dropped.
    #[must_use]
    pub fn flashes(&self) -> Vec<Flash> {
        self.write(|state| match &state.taken_flashes {
            Some(taken) => taken.clone(),
            None => state.take_flashes(),
        })
    }
}

impl State {
    fn take_flashes(&mut self) -> Vec<Flash> {
        let present = self.data().get(FLASHES_KEY).cloned();
        let seen = messages_of(present.as_ref()).to_vec();
        let flashes: Vec<Flash> = seen.iter().filter_map(flash_of).collect();
        let take: UpdateFn = Arc::new(move |present| Ok(without(present, &seen)));
        if let (Some(_), Ok(left)) = (&present, take(present.as_ref())) {
            self.update(&FLASHES_KEY.into(), present.as_ref(), left, &take);
        }
        self.taken_flashes = Some(flashes.clone());
        flashes
    }
}
/// The messages that are left when those are gone which somebody has seen; each takes one away, the first that is equal.
fn without(present: Option<&Value>, seen: &[Value]) -> Option<Value> {
    let mut left = messages_of(present).to_vec();
    for message in seen {
        if let Some(place) = left.iter().position(|other| are_equal(message, other)) {
            left.remove(place);
        }
    }
    (!left.is_empty()).then_some(Value::List(left))
}

/// A store may have made a list of the tuple meanwhile.
fn are_equal(left: &Value, right: &Value) -> bool {
    match (parts_of(left), parts_of(right)) {
        (Some(left), Some(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.is_identical(right))
        }
        _ => left.is_identical(right),
    }
}

fn messages_of(value: Option<&Value>) -> &[Value] {
    value.and_then(parts_of).unwrap_or_default()
}

/// A pair as Flask reads it: its first two parts.
fn flash_of(entry: &Value) -> Option<Flash> {
    match parts_of(entry)? {
        [category, message, ..] => Some(Flash { category: category.clone(), message: message.clone() }),
        _ => None,
    }
}

/// Flask-Session's MessagePack and JSON turn a tuple into a list.
fn parts_of(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(parts) | Value::Tuple(parts) => Some(parts),
        _ => None,
    }
}
