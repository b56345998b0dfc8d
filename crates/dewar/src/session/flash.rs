//! Flash messages: left by one request, shown once by a later one. Stored as Flask stores them.

use std::borrow::Cow;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::log::UpdateFn;
use super::{Session, State};
use crate::value::{Text, Value};

/// Where Flask stores them: a list of `(category, message)` tuples.
pub(super) const FLASHES_KEY: &str = "_flashes";

/// A message for the next page, in a category. Both are texts, unless a Python program gave Flask's `flash` something else.
///
/// As a serde type it has the names of its fields; a [`Value::Markup`] is a text there, which a template escapes once more. With the feature
/// `minijinja` it is a value of templates, where it stays HTML.
#[derive(Debug, Clone, PartialEq)]
pub struct Flash {
    /// Such as `message` (Flask's default), `error`, `info`, `warning`.
    pub category: Value,
    /// What the visitor is to read, usually a [text](Value::as_text); [`Value::Markup`] is HTML already, not to be escaped again.
    pub message: Value,
}

impl Flash {
    /// What the visitor is to read, as text; empty if a Python program left something else. [`Markup`](Value::Markup) is HTML already.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        self.message.as_text().map(Text::to_str_lossy).unwrap_or_default()
    }
}

impl Serialize for Flash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Flash", 2)?;
        fields.serialize_field("category", &self.category)?;
        fields.serialize_field("message", &self.message)?;
        fields.end()
    }
}

impl Session {
    /// Leaves a message for the next page: Flask's `flash(message, category)`.
    ///
    /// Stored under `_flashes` as a list of `(category, message)` tuples, so that a Flask program that shares the session shows it too.
    ///
    /// ```
    /// # use dewar::Session;
    /// # use dewar::session::Flash;
    /// fn saved(session: &Session) {
    ///     session.flash("Your changes were saved.", "message");
    /// }
    ///
    /// fn next_page(session: &Session) -> String {
    ///     session.flashes().iter().map(Flash::text).collect()
    /// }
    /// ```
    pub fn flash(&self, message: impl AsRef<str>, category: impl AsRef<str>) {
        let entry = Value::Tuple(vec![category.as_ref().into(), message.as_ref().into()]);
        // An update, so that of two requests at once neither loses its message.
        let push: UpdateFn = Arc::new(move |present| {
            let mut messages = messages_in(present).to_vec();
            messages.push(entry.clone());
            Ok(Some(Value::List(messages)))
        });
        self.write(|state| state.update_flashes(push));
    }

    /// Removes the messages from the session and returns them: Flask's `get_flashed_messages(with_categories=True)`.
    ///
    /// Called again in the same request it returns the same messages, although they are no longer in the session, as Flask does. Only the
    /// messages that it returns are removed: what another request leaves meanwhile is for the next page. Entries that are no pair are dropped.
    #[must_use]
    pub fn flashes(&self) -> Vec<Flash> {
        self.write(|state| match &state.taken_flashes {
            Some(taken) => taken.clone(),
            None => state.take_flashes(),
        })
    }
}

impl State {
    /// These functions are ours, so that they can run under the lock.
    fn update_flashes(&mut self, update: UpdateFn) {
        let present = self.data().get(FLASHES_KEY).cloned();
        if let Ok(new) = update(present.as_ref()) {
            self.update(&FLASHES_KEY.into(), present.as_ref(), new, || Some(update));
        }
    }

    fn take_flashes(&mut self) -> Vec<Flash> {
        let seen = messages_in(self.data().get(FLASHES_KEY)).to_vec();
        let flashes: Vec<Flash> = seen.iter().filter_map(flash_from).collect();
        if self.data().contains(FLASHES_KEY) {
            let take: UpdateFn = Arc::new(move |present| Ok(without(present, &seen)));
            self.update_flashes(take);
        }
        self.taken_flashes = Some(flashes.clone());
        flashes
    }
}

/// The messages that are left without the seen ones. Each of those removes one message, the first that is equal.
fn without(present: Option<&Value>, seen: &[Value]) -> Option<Value> {
    let mut left = messages_in(present).to_vec();
    for message in seen {
        if let Some(place) = left.iter().position(|other| are_equal(message, other)) {
            left.remove(place);
        }
    }
    (!left.is_empty()).then_some(Value::List(left))
}

/// The store's format may have made a list of the tuple.
fn are_equal(left: &Value, right: &Value) -> bool {
    match (parts_of(left), parts_of(right)) {
        (Some(left), Some(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.is_identical(right))
        }
        _ => left.is_identical(right),
    }
}

fn messages_in(value: Option<&Value>) -> &[Value] {
    value.and_then(parts_of).unwrap_or_default()
}

/// A pair as Flask reads it: its first two parts.
fn flash_from(entry: &Value) -> Option<Flash> {
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
