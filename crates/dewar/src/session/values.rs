//! What a session holds: looking at values, setting, computing and removing them.

use std::fmt::Debug;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Session;
use super::data::Found;
use super::log::{EditFn, UpdateFn};
use crate::value::{ConvertError, Map, Text, Value, read_value, to_value};

/// How often the function of an update runs because its key was changed meanwhile. Of several threads that update one key one succeeds each
/// time, so that only an update that changes its own key gets here.
const MOST_RUNS: usize = 1_000;

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
            state.note_read(key, |value| read_value::<T>(value).is_ok());
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
    pub fn value(&self, key: &str) -> Option<Value> {
        self.write(|state| {
            state.note_read(key, |_| true);
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
            state.note_read(key, |_| true);
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
    /// assert_eq!(session.value("sizes"), Some(Value::Tuple(vec!["S".into(), "M".into()])));
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
            let Some(present) = self.value(key) else { return Ok(None) };
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

    /// Computes a key's new value from its present one, and returns it.
    ///
    /// The function is recorded: where sessions are stored in a store and another request has stored this one meanwhile, it runs again on what is
    /// stored then, so that a counter counts every request. So it should have no side effects, and the returned value may be overtaken until the
    /// session is saved. See [above](Self#your-code-and-the-sessions-lock) for what the function may do with the session. What it has captured
    /// lives until that save is done: if that is the session itself, and it is never saved, as its handler panics or the store fails, it is never
    /// freed.
    ///
    /// ```
    /// # use dewar::Session;
    /// # fn handler(session: &Session) -> Result<(), dewar::value::ConvertError> {
    /// let visits = session.update("visits", |visits: Option<u32>| visits.unwrap_or(0) + 1)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the present value is not a `T`; when the new one cannot be stored, as with [`insert`](Self::insert); or when the function, by using
    /// the session, changes the same key each time it runs. Nothing is changed then by the update itself.
    pub fn update<T, R>(
        &self,
        key: impl Into<Text>,
        function: impl Fn(Option<T>) -> R + Send + Sync + 'static,
    ) -> Result<R, ConvertError>
    where
        T: DeserializeOwned,
        R: Serialize,
    {
        self.compute_value(key.into(), move |present| {
            let new = function(present.map(read_value).transpose()?);
            Ok((to_value(&new)?, new))
        })
    }

    /// Edits a key's value in place, and returns what the function returns. A key that is not there begins with `T::default()`.
    ///
    /// As with [`update`](Self::update), the function runs again on what another request has stored meanwhile, so that nothing of either is lost.
    /// So it owns what it uses (`move`), and clones what it stores:
    ///
    /// ```
    /// # use dewar::Session;
    /// # fn handler(session: &Session, article: String) -> Result<(), dewar::value::ConvertError> {
    /// session.modify("cart", move |cart: &mut Vec<String>| cart.push(article.clone()))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As with [`update`](Self::update).
    pub fn modify<T, R>(
        &self,
        key: impl Into<Text>,
        function: impl Fn(&mut T) -> R + Send + Sync + 'static,
    ) -> Result<R, ConvertError>
    where
        T: DeserializeOwned + Serialize + Default,
    {
        self.compute_value(key.into(), move |present| {
            let mut value: T = present.map(read_value).transpose()?.unwrap_or_default();
            let result = function(&mut value);
            Ok((to_value(&value)?, result))
        })
    }

    fn compute_value<R>(
        &self,
        key: Text,
        compute: impl Fn(Option<&Value>) -> Result<(Value, R), ConvertError> + Send + Sync + 'static,
    ) -> Result<R, ConvertError> {
        let mut compute = Some(compute);
        for _ in 0..MOST_RUNS {
            let Some(function) = &compute else { break };
            let (present, rehearsal) =
                self.look(|state| (state.data().get_text(&key).cloned(), state.rehearsal.clone()));
            let (new, result) = function(present.as_ref()).map_err(|error| error.in_key(&key))?;
            rehearse(rehearsal.as_deref(), &key, &new)?;
            let again = || compute.take().map(again);
            if self.write(|state| state.update(&key, present.as_ref(), Some(new), again)) {
                return Ok(result);
            }
        }
        Err(never_settled().in_key(&key))
    }

    /// Computes several values at once, in a copy of the data. As with [`update`](Self::update), the function runs again on what another request
    /// has stored meanwhile.
    pub(super) fn compute<R>(
        &self,
        compute: impl Fn(&mut Map) -> Result<R, ConvertError> + Send + Sync + 'static,
    ) -> Result<R, ConvertError> {
        let compute = Arc::new(compute);
        for _ in 0..MOST_RUNS {
            let (before, rehearsal) = self.write(|state| (state.data.snapshot(), state.rehearsal.clone()));
            let mut after = Map::clone(&before);
            let result = compute(&mut after)?;
            let is_old = |key, value: &Value| before.get_text(key).is_some_and(|old| old.is_identical(value));
            for (key, value) in after.iter().filter(|(key, value)| !is_old(key, value)) {
                rehearse(rehearsal.as_deref(), key, value)?;
            }
            let again = || -> EditFn {
                let compute = Arc::clone(&compute);
                Arc::new(move |data| compute(data).map(|_| ()))
            };
            if self.write(|state| state.computed(&before, after, again)) {
                return Ok(result);
            }
        }
        Err(never_settled())
    }

    /// Calls a function with a copy of the data, to be changed freely, nested values too.
    ///
    /// Afterwards each top-level key that would be written differently is recorded as changed; the mere order of top-level keys is no change. If
    /// another request has changed the same key meanwhile, both changes are merged by [the rules](crate::session); for a counter, and for all that
    /// is computed from the value before it, use [`update`](Self::update) or [`modify`](Self::modify). If the function panics, nothing is
    /// changed.
    ///
    /// ```
    /// # use dewar::Session;
    /// # use dewar::value::Value;
    /// # fn handler(session: &Session) {
    /// session.edit(|data| {
    ///     if let Some(Value::List(cart)) = data.get_mut("cart") {
    ///         cart.push("shoes".into());
    ///     }
    ///     data.remove("notice");
    /// });
    /// # }
    /// ```
    pub fn edit<R>(&self, edit: impl FnOnce(&mut Map) -> R) -> R {
        let before = self.write(|state| state.data.snapshot());
        let mut after = Map::clone(&before);
        let result = edit(&mut after);
        self.write(|state| state.edited(before, after));
        result
    }
}

/// The function as it runs again.
fn again<R>(
    compute: impl Fn(Option<&Value>) -> Result<(Value, R), ConvertError> + Send + Sync + 'static,
) -> UpdateFn {
    Arc::new(move |present| compute(present).map(|(new, _)| Some(new)))
}

fn never_settled() -> ConvertError {
    ConvertError::new(
        "changed each time its function ran: the function of an update must not change what it computes by itself",
    )
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
