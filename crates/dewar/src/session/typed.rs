//! The session as a struct of the program, based on the same data as the [`Session`].

mod fields;
mod version;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::fields::{change, complete, differences, fill, put_all, read, written};
use super::flash::FLASHES_KEY;
use super::reads::CanRead;
use super::values::check_round_trip;
use super::{Session, State};
use crate::value::{ConvertError, Map, Names, Text};

/// A struct that is stored as a session, each field under the key of the same name.
///
/// A field that is missing in the session has its value from `T::default()`. So a field can be added at any time, without a serde
/// attribute.
///
/// ```
/// use dewar::session::SessionData;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Guest {
///     visits: u32,
///     theme: String,
/// }
///
/// impl Default for Guest {
///     fn default() -> Self {
///         Self { visits: 0, theme: "light".to_owned() }
///     }
/// }
///
/// impl SessionData for Guest {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the data of a typed session",
    label = "not a `SessionData`",
    note = "add `impl dewar::session::SessionData for {Self} {{}}`; it needs serde's `Serialize` and `Deserialize`, and `Default`"
)]
pub trait SessionData: Serialize + DeserializeOwned + Default + Send + Sync + 'static {
    /// The version of the struct. Increase it when [`upgrade`](Self::upgrade) has something to convert.
    ///
    /// The version is stored under the key `_version` when a field is written; 0 is not stored. A session with a higher version, written by
    /// a newer program, is read as it is and keeps its version. So an old and a new program can run side by side during a deployment.
    const VERSION: u32 = 0;

    /// Converts the data of a session that an older version of the struct has written, before it is read.
    ///
    /// `from` is the version that wrote the data, or 0 if none is stored. In that case the data may come from a program that did not use
    /// this struct, so check that a key exists before converting it. The function is not called for a session without data. Reading
    /// converts a copy; the next [`set`](Typed::set) or [`modify`](Typed::modify) that writes a field also writes the converted data. After
    /// a concurrent write, the function runs again on the stored data.
    ///
    /// ```
    /// # use dewar::session::SessionData;
    /// # use dewar::value::{ConvertError, Map};
    /// # #[derive(Default, serde::Serialize, serde::Deserialize)]
    /// # struct Guest { first: String, last: String }
    /// impl SessionData for Guest {
    ///     const VERSION: u32 = 1;
    ///
    ///     fn upgrade(data: &mut Map, from: u32) -> Result<(), ConvertError> {
    ///         if from < 1 && let Some(name) = data.remove("name") {
    ///             let (first, last) = name.as_str().unwrap_or_default().split_once(' ').unwrap_or_default();
    ///             data.insert("first", first);
    ///             data.insert("last", last);
    ///         }
    ///         Ok(())
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// When the data cannot be converted. In that case the session cannot be read, and is not changed.
    fn upgrade(data: &mut Map, from: u32) -> Result<(), ConvertError> {
        let _ = (data, from);
        Ok(())
    }
}

/// The session of a request as a struct of the program. Clones refer to the same session.
///
/// Each field is the value of a key of the [`Session`]. The session may hold other keys as well: keys that another part of the program sets
/// by name, flash messages, or fields of a newer version. They are not changed. With the features `axum` and `actix-web` this type is an extractor.
///
/// ```
/// # use dewar::Session;
/// # use dewar::session::{SessionData, Typed};
/// # use dewar::value::ConvertError;
/// # #[derive(Default, serde::Serialize, serde::Deserialize)]
/// # struct Guest { visits: u32, theme: String }
/// # impl SessionData for Guest {}
/// fn handler(session: Session) -> Result<String, ConvertError> {
///     let guest: Typed<Guest> = Typed::new(session);
///     let visits = guest.modify(|guest| {
///         guest.visits += 1;
///         guest.visits
///     })?;
///     Ok(format!("visit {visits}, in {}", guest.get()?.theme))
/// }
/// ```
///
/// # What is written
///
/// Changed fields are written. The first such write also stores the fields that are missing in the session, so that a default value that
/// varies (the current time, a random number) is computed only once. An `Option` that is `None` is stored as null; a field that is not
/// serialized (`skip_serializing_if`) is removed. Each field is one value: nested structs are not merged field by field. If a field has an
/// `alias`, the session keeps the name under which the struct writes it.
///
/// `deny_unknown_fields` has no effect here, because a session may have other keys. A struct with a flattened field reads all keys except
/// those of the library (`_version`, `_flashes`, and what Flask's formats store in the data). Enums, tuples and tuple structs have no field
/// names, and are refused.
pub struct Typed<T> {
    session: Session,
    data: PhantomData<fn() -> T>,
}

impl<T> Typed<T> {
    /// Wraps a session.
    #[must_use]
    pub fn new(session: Session) -> Self {
        Self { session, data: PhantomData }
    }

    /// Returns the session itself, for logins, logouts, flash messages and other keys.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the session itself.
    #[must_use]
    pub fn into_session(self) -> Session {
        self.session
    }
}

impl<T: SessionData> Typed<T> {
    /// Returns the struct as it is now, with defaults for missing fields. Nothing is written.
    ///
    /// # Errors
    /// When a value does not have the type of its field. The error names the key. [`set`](Self::set) replaces such a value.
    pub fn get(&self) -> Result<T, ConvertError> {
        let (names, present) = self.load()?;
        self.session.with_state_mut(|state| state.note_fields_read(names, fields::can_read::<T>));
        present
    }

    /// Checks that [`get`](Self::get) would return a struct. Does not count as reading a field.
    #[allow(dead_code, reason = "only used by the extractors of frameworks, each of which is a feature")]
    pub(crate) fn check(&self) -> Result<(), ConvertError> {
        self.load()?.1.map(|_| ())
    }

    fn load(&self) -> Result<(Names, Result<T, ConvertError>), ConvertError> {
        let (data, hidden) =
            self.session.with_state_mut(|state| (state.data.snapshot(), state.library_keys()));
        let mut data = Cow::Borrowed(&*data);
        if version::is_older::<T>(&data)? {
            version::upgrade::<T>(data.to_mut(), hidden)?;
        }
        let (names, present) = read(&data, hidden);
        Ok((names, present.map(|fields| fields.value)))
    }

    /// Stores the fields that differ from what [`get`](Self::get) returns now.
    ///
    /// Fields are merged one by one, as [`Session::insert`] merges keys: if two requests change different fields, both changes are kept.
    /// For a value that is computed from the previous one, such as a counter, use [`modify`](Self::modify). Fields that cannot be read are
    /// replaced. A `HashSet` has a different order each time and would always differ: use a `BTreeSet`.
    ///
    /// # Errors
    /// When a field cannot be stored, as with [`Session::insert`], or could not be read again. The error names the key. Nothing is changed
    /// in that case.
    pub fn set(&self, value: &T) -> Result<(), ConvertError> {
        let (data, hidden, round_trip) = self
            .session
            .with_state_mut(|state| (state.data.snapshot(), state.library_keys(), state.round_trip.clone()));
        let mut upgraded = Map::clone(&data);
        version::upgrade::<T>(&mut upgraded, hidden)?;
        let differing = differences(&upgraded, hidden, value)?;
        if differing.is_empty() && upgraded.is_identical(&data) {
            return Ok(());
        }
        for (key, value) in &differing {
            value.iter().try_for_each(|value| check_round_trip(round_trip.as_deref(), key, value))?;
        }
        self.session.compute(move |data| {
            version::upgrade::<T>(data, hidden)?;
            complete::<T>(data, hidden)?;
            version::mark::<T>(data)
        })?;
        self.session.edit(|data| put_all(data, differing));
        Ok(())
    }

    /// Edits the struct in place, and returns what the function returns.
    ///
    /// As with [`Session::update`], the function runs again after a concurrent write, so that neither change is lost: a counter counts
    /// every request. It may do the same things as the function of an update.
    ///
    /// # Errors
    /// When a field cannot be read or stored, or could not be read again. The error names the key. Nothing is changed in that case.
    pub fn modify<R>(
        &self,
        function: impl Fn(&mut T) -> R + Send + Sync + 'static,
    ) -> Result<R, ConvertError> {
        let hidden = self.session.with_state(State::library_keys);
        self.session.compute(move |data| {
            let mut after = data.clone();
            version::upgrade::<T>(&mut after, hidden)?;
            let mut value: T = read(&after, hidden).1?.value;
            let before = written(&value)?;
            let result = function(&mut value);
            change(&mut after, hidden, &before, &value)?;
            if !after.is_identical(data) {
                fill(&mut after, written(&value)?);
                version::mark::<T>(&mut after)?;
                *data = after;
            }
            Ok(result)
        })
    }
}

/// Keys that the library uses.
type LibraryKeys = [&'static str; 4];

impl State {
    fn library_keys(&self) -> LibraryKeys {
        let of_layout = [self.layout.permanent_key(), self.layout.owner_key()];
        let [permanent_key, owner_key] = of_layout.map(|key| key.unwrap_or(version::KEY));
        [version::KEY, FLASHES_KEY, permanent_key, owner_key]
    }

    /// A program that has all fields has read each of them, or every key if the fields have no names.
    fn note_fields_read(&mut self, names: Names, can_read: CanRead) {
        match names {
            Some(names) => names.iter().for_each(|name| self.note_read(name, can_read)),
            None => {
                let keys: Vec<Text> = self.data.keys().cloned().collect();
                keys.iter().filter_map(Text::as_str).for_each(|key| self.note_read(key, can_read));
            }
        }
    }
}

impl<T> Clone for Typed<T> {
    fn clone(&self) -> Self {
        Self::new(self.session.clone())
    }
}

/// Like [`Session`], never shows the data.
impl<T> fmt::Debug for Typed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Typed({:?})", self.session)
    }
}
