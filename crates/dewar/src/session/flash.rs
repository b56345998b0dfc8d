//! Flash messages: left by one request, shown once by a later one. Stored as Flask stores them.

use std::borrow::Cow;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::log::UpdateFn;
use super::{Session, State};
use crate::value::{Text, Value};

/// Where Flask stores them: a list of `(category, message)` tuples.
pub(super) const FLASHES_KEY: &str = "_flashes";

/// A message for the next page, in a category. Both are text, unless a Python program passed something else to Flask's `flash`.
///
/// Serialized under the names of its fields. A [`Value::Markup`] is serialized as text, which a template escapes again. With the feature
/// `minijinja` it is passed to templates as a value that stays HTML.
#[derive(Debug, Clone, PartialEq)]
pub struct Flash {
    /// The category, such as `message` (Flask's default), `error`, `info`, `warning`.
    pub category: Value,
    /// The message for the visitor, usually [text](Value::as_text). A [`Value::Markup`] is HTML and must not be escaped again.
    pub message: Value,
}

impl Flash {
    /// Returns the message as text, or empty text if a Python program stored something else. [`Markup`](Value::Markup) is returned as HTML.
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
    /// Messages are stored under `_flashes` as a list of `(category, message)` tuples, so that a Flask program that shares the session
    /// shows them too.
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
        // An update, so that two concurrent requests both keep their messages.
        let push: UpdateFn = Arc::new(move |present| {
            let mut messages = messages_in(present).to_vec();
            messages.push(entry.clone());
            Ok(Some(Value::List(messages)))
        });
        self.with_state_mut(|state| state.update_flashes(push));
    }

    /// Removes the messages from the session and returns them: Flask's `get_flashed_messages(with_categories=True)`.
    ///
    /// A second call in the same request returns the same messages, although they are no longer in the session, as in Flask. Only the
    /// returned messages are removed: a message that another request leaves in the meantime is for the next page. Entries that are not a
    /// pair are dropped.
    #[must_use]
    pub fn flashes(&self) -> Vec<Flash> {
        self.with_state_mut(|state| match &state.taken_flashes {
            Some(taken) => taken.clone(),
            None => state.take_flashes(),
        })
    }
}

impl State {
    /// The update functions are our own, so they may run under the lock.
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

/// The messages without the seen ones. Each seen message removes the first equal one.
fn without(present: Option<&Value>, seen: &[Value]) -> Option<Value> {
    let mut left = messages_in(present).to_vec();
    for message in seen {
        if let Some(place) = left.iter().position(|other| are_equal(message, other)) {
            left.remove(place);
        }
    }
    (!left.is_empty()).then_some(Value::List(left))
}

/// Compares the parts: the store's format may have turned the tuple into a list.
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

/// Reads a pair like Flask does: the first two parts.
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
