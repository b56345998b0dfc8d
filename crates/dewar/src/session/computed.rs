//! Values that are computed from what is there: by functions that run again on a conflict, or in a copy.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Session;
use super::log::{EditFn, UpdateFn};
use super::values::rehearse;
use crate::value::{ConvertError, Map, Text, Value, read_value, to_value};

/// How often the function of an update runs because its key was changed meanwhile. Of several threads that update one key one succeeds each
/// time, so that only an update that changes its own key gets here.
pub(super) const MOST_RUNS: usize = 1_000;

impl Session {
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
            if self.write(|state| state.computed(before, after, again)) {
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

pub(super) fn never_settled() -> ConvertError {
    ConvertError::new(
        "changed each time its function ran: the function of an update must not change what it computes by itself",
    )
}
