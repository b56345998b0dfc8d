//! Reading, setting and removing the values of a session.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Session;
use super::computed::{MAX_RUNS, never_settled};
use super::data::Found;
use crate::value::{ConvertError, Map, Text, Value, read_value, to_value};

/// Encodes data in the session's format and decodes it again, to find out whether it survives.
pub(crate) trait RoundTrip: Debug + Send + Sync {
    /// # Errors
    /// When the data cannot be represented in the format.
    fn round_trip(&self, data: &Map) -> Result<Map, ConvertError>;
}

impl Session {
    /// Returns the value of a key as a type of your own, or `None` if the key does not exist.
    ///
    /// ```
    /// # use dewar::Session;
    /// # fn handler(session: &Session) -> Result<(), dewar::value::ConvertError> {
    /// let user_id: Option<u64> = session.get("user_id")?;
    /// let tags: Vec<String> = session.get("tags")?.unwrap_or_default();
    /// assert!(session.get::<u64>("name").is_err(), "text is not a number");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the value is not of that type.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ConvertError> {
        let found = self.with_state_mut(|state| {
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

    /// Returns the value of a key as a [`Value`], without converting it.
    #[must_use]
    pub fn get_value(&self, key: &str) -> Option<Value> {
        self.with_state_mut(|state| {
            state.note_read(key, |_, _, _| true);
            state.data().get(key).cloned()
        })
    }

    /// Calls a function with all the data, without copying it.
    ///
    /// The function sees the data as it is at the time of the call. Changes that it, or another thread, makes to the session in the
    /// meantime are not visible to it.
    ///
    /// ```
    /// # use dewar::Session;
    /// fn cart_size(session: &Session) -> usize {
    ///     session.read(|data| data.keys().filter(|key| key.as_str().is_some_and(|key| key.starts_with("item:"))).count())
    /// }
    /// ```
    pub fn read<R>(&self, look: impl FnOnce(&Map) -> R) -> R {
        let data = self.with_state_mut(|state| state.data.snapshot());
        look(&data)
    }

    /// Returns `true` if the session has this key.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.with_state_mut(|state| {
            state.note_read(key, |_, _, _| true);
            state.data().contains(key)
        })
    }

    /// Returns the keys, in insertion order.
    #[must_use]
    pub fn keys(&self) -> Vec<Text> {
        self.with_state(|state| state.data().keys().cloned().collect())
    }

    /// Returns the number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with_state(|state| state.data().len())
    }

    /// Returns `true` if there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sets a key to a value of any serde type. For values that serde cannot represent (a `datetime`, `Markup`), use
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
    /// When its `Serialize` implementation fails, or when the session's format would not return the same value (bytes or NaN in
    /// Flask-Session's JSON, an integer beyond 64 bits in its MessagePack). Nothing is changed in that case.
    pub fn insert(&self, key: impl Into<Text>, value: impl Serialize) -> Result<(), ConvertError> {
        let key = key.into();
        let value = to_value(&value).map_err(|error| error.in_key(&key))?;
        if !value.is_plain() {
            let round_trip = self.lock().round_trip.clone();
            check_round_trip(round_trip.as_deref(), &key, &value)?;
        }
        self.insert_value(key, value);
        Ok(())
    }

    /// Sets a key to a [`Value`], or to anything that converts into one: text, a number, a boolean, a list or map of values, or an option
    /// of these. For your own types use [`insert`](Self::insert).
    ///
    /// Unlike `insert`, this does not check whether the session's format can store the value.
    pub fn insert_value(&self, key: impl Into<Text>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        self.with_state_mut(|state| state.insert(key, value));
    }

    /// Removes a key and returns its value. Removing a key that does not exist changes nothing.
    pub fn remove(&self, key: &str) -> Option<Value> {
        self.with_state_mut(|state| state.remove(key))
    }

    /// Removes a key and returns its value as a type of your own, or `None` if the key does not exist.
    ///
    /// For a value that is used once, such as the state of an OAuth login. Two concurrent requests may both receive it.
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
    /// When the value is not of that type. It is not removed in that case.
    pub fn take<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ConvertError> {
        for _ in 0..MAX_RUNS {
            let Some(present) = self.get_value(key) else { return Ok(None) };
            let value = read_value(&present).map_err(|error| error.in_key(key))?;
            let is_taken = self.with_state_mut(|state| {
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

/// Refuses a value that would not survive the session's format. Plain values, which are the majority, need no check.
pub(super) fn check_round_trip(
    round_trip: Option<&dyn RoundTrip>,
    key: &Text,
    value: &Value,
) -> Result<(), ConvertError> {
    let Some(round_trip) = round_trip.filter(|_| !value.is_plain()) else { return Ok(()) };
    let alone = Map::from([(key.clone(), value.clone())]);
    let back = round_trip.round_trip(&alone).map_err(|error| error.in_key(key))?;
    match back.get_text(key) {
        Some(back) if value.reads_as(back) => Ok(()),
        _ => Err(ConvertError::new(
            "the session's format cannot represent this value exactly: convert it to text, or to a list or map of plain values with text keys, or \
             choose another session format (Session::insert_value skips this check)",
        )
        .in_key(key)),
    }
}
