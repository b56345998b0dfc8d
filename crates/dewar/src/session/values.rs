//! What a session holds: looking at values, setting and removing them.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Session;
use super::computed::{MOST_RUNS, never_settled};
use super::data::Found;
use crate::value::{ConvertError, Map, Text, Value, read_value, to_value};

/// Writes data in the format of the session and reads them back.
pub(crate) trait Rehearsal: Debug + Send + Sync {
    /// # Errors
    /// When the format cannot hold them.
    fn there_and_back(&self, data: &Map) -> Result<Map, ConvertError>;
}

impl Session {
    /// The value of a key as a type of yours; `None` if there is no such key.
    ///
    /// ```
    /// # use dewar::Session;
    /// # fn handler(session: &Session) -> Result<(), dewar::value::ConvertError> {
    /// let user_id: Option<u64> = session.get("user_id")?;
    /// let tags: Vec<String> = session.get("tags")?.unwrap_or_default();
    /// assert!(session.get::<u64>("name").is_err(), "a text is no number");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the value is not of that type.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ConvertError> {
        let found = self.write(|state| {
            state.note_read(key, |_, value, _| read_value::<T>(value).is_ok());
            state.data.find(key)
        });
        match found {
            Some(Found::Copied(value)) => read_value(&value).map(Some),
            Some(Found::In(data)) => data.get(key).map(read_value).transpose(),
            None => Ok(None),
        }
        .map_err(|error| error.in_key(key))
    }

    /// The value of a key as it is stored.
    #[must_use]
    pub fn get_value(&self, key: &str) -> Option<Value> {
        self.write(|state| {
            state.note_read(key, |_, _, _| true);
            state.data().get(key).cloned()
        })
    }

    /// Calls a function with all data, without copying them.
    ///
    /// It gets the data as they are now: what it or another thread changes in the session meanwhile does not show in them.
    ///
    /// ```
    /// # use dewar::Session;
    /// fn cart_size(session: &Session) -> usize {
    ///     session.read(|data| data.keys().filter(|key| key.as_str().is_some_and(|key| key.starts_with("item:"))).count())
    /// }
    /// ```
    pub fn read<R>(&self, look: impl FnOnce(&Map) -> R) -> R {
        let data = self.write(|state| state.data.snapshot());
        look(&data)
    }

    /// Whether there is a key.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.write(|state| {
            state.note_read(key, |_, _, _| true);
            state.data().contains(key)
        })
    }

    /// The keys, in order of insertion.
    #[must_use]
    pub fn keys(&self) -> Vec<Text> {
        self.look(|state| state.data().keys().cloned().collect())
    }

    /// The number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.look(|state| state.data().len())
    }

    /// Whether there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sets a key to a value of any serde type. For what serde cannot express (a `datetime`, `Markup`) there is
    /// [`insert_value`](Self::insert_value).
    ///
    /// ```
    /// # use dewar::Session;
    /// # use dewar::value::{DateTime, Value};
    /// # fn handler(session: &Session, now: DateTime) -> Result<(), dewar::value::ConvertError> {
    /// session.insert("sizes", ["S", "M"])?;
    /// session.insert_value("seen", now);
    /// assert_eq!(session.get_value("sizes"), Some(Value::Tuple(vec!["S".into(), "M".into()])));
    /// assert_eq!(session.remove("seen"), Some(Value::DateTime(now)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the value cannot be expressed as a [`Value`], as its `Serialize` fails; or when the session's format would not give it back as it
    /// is (bytes or NaN in Flask-Session's JSON, an integer beyond 64 bits in its MessagePack). Nothing is changed then.
    pub fn insert(&self, key: impl Into<Text>, value: impl Serialize) -> Result<(), ConvertError> {
        let key = key.into();
        let value = to_value(&value).map_err(|error| error.in_key(&key))?;
        if !value.is_plain() {
            let rehearsal = self.lock().rehearsal.clone();
            rehearse(rehearsal.as_deref(), &key, &value)?;
        }
        self.insert_value(key, value);
        Ok(())
    }

    /// Sets a key to a [`Value`], or what converts to one without fail: a text, a number, a truth value, a list or map of values, an option of
    /// these. For types of yours there is [`insert`](Self::insert).
    ///
    /// Unlike there, nothing asks whether the session's format can store it.
    pub fn insert_value(&self, key: impl Into<Text>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        self.write(|state| state.insert(key, value));
    }

    /// Removes a key and returns its value. Removing what is not there changes nothing.
    pub fn remove(&self, key: &str) -> Option<Value> {
        self.write(|state| state.remove(key))
    }

    /// Removes a key and returns its value as a type of yours; `None` if there is no such key.
    ///
    /// For a value that is there to be used once, such as the state of an OAuth login. Of two requests at once each may get it.
    ///
    /// ```
    /// # use dewar::Session;
    /// # fn handler(session: &Session, state: &str) -> Result<(), dewar::value::ConvertError> {
    /// let is_ours = session.take::<String>("oauth_state")?.is_some_and(|expected| expected == state);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the value is not of that type. It is not removed then.
    pub fn take<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ConvertError> {
        for _ in 0..MOST_RUNS {
            let Some(present) = self.get_value(key) else { return Ok(None) };
            let value = read_value(&present).map_err(|error| error.in_key(key))?;
            let is_taken = self.write(|state| {
                let is_present = state.data().get(key).is_some_and(|now| now.is_identical(&present));
                is_present && state.remove(key).is_some()
            });
            if is_taken {
                return Ok(Some(value));
            }
        }
        Err(never_settled().in_key(key))
    }
}

/// Refuses a value that the format would not give back as it is. Nothing is tried with plain values, which are most.
pub(super) fn rehearse(
    rehearsal: Option<&dyn Rehearsal>,
    key: &Text,
    value: &Value,
) -> Result<(), ConvertError> {
    let Some(rehearsal) = rehearsal.filter(|_| !value.is_plain()) else { return Ok(()) };
    let alone = Map::from([(key.clone(), value.clone())]);
    let back = rehearsal.there_and_back(&alone).map_err(|error| error.in_key(key))?;
    match back.get_text(key) {
        Some(back) if value.reads_as(back) => Ok(()),
        _ => Err(ConvertError::new(
            "this format would not give the value back as it is; make it text, or a list or map of plain values with text as keys, or keep \
             sessions in a format that can (Session::insert_value takes it as it is)",
        )
        .in_key(key)),
    }
}
