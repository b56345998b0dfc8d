//! Values that are computed from the current ones, by functions that run again after a concurrent write, or in a copy of the data.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Session;
use super::log::{EditFn, UpdateFn};
use super::values::check_round_trip;
use crate::value::{ConvertError, Map, Text, Value, read_value, to_value};

/// The maximum number of times the function of an update runs because its key was changed in the meantime. When several threads update one
/// key, one of them succeeds each time, so only an update that changes its own key reaches this number.
pub(super) const MAX_RUNS: usize = 1_000;

impl Session {
    /// Computes a key's new value from its current one, and returns it.
    ///
    /// The function is recorded. If the session is in a store and a concurrent write comes first, the function runs again on the stored
    /// value, so that a counter counts every request. It should therefore have no side effects, and the returned value is not final until
    /// the session is saved. See [above](Self#your-code-and-the-sessions-lock) for what the function may do with the session. Values that
    /// it captures are kept until the save is done. If it captures the session itself and the session is never saved, because its handler
    /// panics or the store fails, that memory is never freed.
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
    /// When the current value is not a `T`; when the new value cannot be stored, as with [`insert`](Self::insert); or when the function
    /// changes the same key through the session each time it runs. The update itself changes nothing in that case.
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

    /// Edits a key's value in place, and returns what the function returns. A missing key starts with `T::default()`.
    ///
    /// As with [`update`](Self::update), the function runs again after a concurrent write, so that neither change is lost. It must
    /// therefore own what it uses (`move`), and clone what it stores:
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
        for _ in 0..MAX_RUNS {
            let Some(function) = &compute else { break };
            let (present, round_trip) =
                self.with_state(|state| (state.data().get_text(&key).cloned(), state.round_trip.clone()));
            let (new, result) = function(present.as_ref()).map_err(|error| error.in_key(&key))?;
            check_round_trip(round_trip.as_deref(), &key, &new)?;
            let again = || compute.take().map(again);
            if self.with_state_mut(|state| state.update(&key, present.as_ref(), Some(new), again)) {
                return Ok(result);
            }
        }
        Err(never_settled().in_key(&key))
    }

    /// Computes several values at once, in a copy of the data. As with [`update`](Self::update), the function runs again after a concurrent
    /// write.
    pub(super) fn compute<R>(
        &self,
        compute: impl Fn(&mut Map) -> Result<R, ConvertError> + Send + Sync + 'static,
    ) -> Result<R, ConvertError> {
        let compute = Arc::new(compute);
        for _ in 0..MAX_RUNS {
            let (before, round_trip) =
                self.with_state_mut(|state| (state.data.snapshot(), state.round_trip.clone()));
            let mut after = Map::clone(&before);
            let result = compute(&mut after)?;
            let is_old = |key, value: &Value| before.get_text(key).is_some_and(|old| old.is_identical(value));
            for (key, value) in after.iter().filter(|(key, value)| !is_old(key, value)) {
                check_round_trip(round_trip.as_deref(), key, value)?;
            }
            let again = || -> EditFn {
                let compute = Arc::clone(&compute);
                Arc::new(move |data| compute(data).map(|_| ()))
            };
            if self.with_state_mut(|state| state.computed(before, after, again)) {
                return Ok(result);
            }
        }
        Err(never_settled())
    }

    /// Edits a copy of the data, including nested values, and stores the result.
    ///
    /// Afterwards each top-level key whose encoded value differs is recorded as changed; the order of top-level keys alone does not count.
    /// If a concurrent write changed the same key, both changes are merged by [the rules](crate::session). For a counter, or anything else
    /// that is computed from the previous value, use [`update`](Self::update) or [`modify`](Self::modify). If the function panics, nothing
    /// is changed.
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
        let before = self.with_state_mut(|state| state.data.snapshot());
        let mut after = Map::clone(&before);
        let result = edit(&mut after);
        self.with_state_mut(|state| state.edited(before, after));
        result
    }
}

/// The recorded form of the function, for running it again.
fn again<R>(
    compute: impl Fn(Option<&Value>) -> Result<(Value, R), ConvertError> + Send + Sync + 'static,
) -> UpdateFn {
    Arc::new(move |present| compute(present).map(|(new, _)| Some(new)))
}

pub(super) fn never_settled() -> ConvertError {
    ConvertError::new(
        "the key changed each time the function of the update ran: the function must return the new value, and must not set the same key itself",
    )
}
