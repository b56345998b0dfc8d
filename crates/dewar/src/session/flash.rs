//! Flash messages: said in one request, shown once in a later one. Kept as Flask keeps them.

use std::sync::Arc;

use super::Session;
use crate::value::{ConvertError, Map, Text, Value};

/// Where Flask keeps them: a list of `(category, message)` tuples.
const FLASHES_KEY: &str = "_flashes";

/// A message for the next page, in a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// Such as `message` (Flask's default), `error`, `info`, `warning`.
    pub category: Text,
    /// What the person shall read.
    pub message: Text,
    /// Whether the message is HTML already (`markupsafe.Markup`), not to be escaped again.
    pub is_markup: bool,
}

impl Session {
    /// Leaves a message for the next page: Flask's `flash(message, category)`.
    ///
    /// Kept under `_flashes` as a list of `(category, message)` tuples, so that a Flask program sharing the session shows it too.
    pub fn flash(&self, message: &str, category: &str) {
        let entry = Value::Tuple(vec![category.into(), message.into()]);
        // An update, so that of two requests at once neither loses its message.
        let push = move |data: &mut Map| {
            let mut messages = messages_of(data.get(FLASHES_KEY));
            messages.push(entry.clone());
            data.insert(FLASHES_KEY, Value::List(messages));
            Ok(())
        };
        // It cannot fail: it takes whatever is there.
        let _ = self.write(|state| state.update(FLASHES_KEY.into(), Arc::new(push)));
    }

    /// Takes the messages out of the session: Flask's `get_flashed_messages(with_categories=True)`.
    ///
    /// Asked again in the same request it answers the same, although they are gone from the session, as Flask does.
    /// Entries that are no pair of texts are dropped.
    #[must_use]
    pub fn flashes(&self) -> Vec<Flash> {
        self.write(|state| {
            if let Some(taken) = &state.taken_flashes {
                return taken.clone();
            }
            let messages = messages_of(state.data().get(FLASHES_KEY));
            let taken = messages.len();
            if state.data().contains(FLASHES_KEY) {
                let _ = state.update(FLASHES_KEY.into(), Arc::new(move |data: &mut Map| take(data, taken)));
            }
            let flashes: Vec<Flash> = messages.into_iter().filter_map(flash_of).collect();
            state.taken_flashes = Some(flashes.clone());
            flashes
        })
    }
}

/// Takes the first so many out; what another request left meanwhile stays for the next page.
fn take(data: &mut Map, taken: usize) -> Result<(), ConvertError> {
    let mut messages = messages_of(data.get(FLASHES_KEY));
    messages.drain(..taken.min(messages.len()));
    if messages.is_empty() {
        data.remove(FLASHES_KEY);
    } else {
        data.insert(FLASHES_KEY, Value::List(messages));
    }
    Ok(())
}

fn messages_of(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::List(messages) | Value::Tuple(messages)) => messages.clone(),
        _ => Vec::new(),
    }
}

fn flash_of(entry: Value) -> Option<Flash> {
    // Flask-Session's MessagePack and JSON turn the tuple into a list.
    let (Value::Tuple(parts) | Value::List(parts)) = entry else { return None };
    let [category, message] = <[Value; 2]>::try_from(parts).ok()?;
    let (category, _) = text_of(category)?;
    let (message, is_markup) = text_of(message)?;
    Some(Flash { category, message, is_markup })
}

fn text_of(value: Value) -> Option<(Text, bool)> {
    match value {
        Value::Str(text) => Some((text, false)),
        Value::Markup(text) => Some((text, true)),
        _ => None,
    }
}
