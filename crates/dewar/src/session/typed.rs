//! The session as a struct of the program's, on the same data as the free-form one.

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
use super::values::rehearse;
use super::{Session, State};
use crate::value::{ConvertError, Map, Names, Text};

/// A struct that is stored as a session: each field under the key of its name.
///
/// A field that the session lacks has its value in `T::default()`. So a field can be added at any time, without an attribute of serde.
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
pub trait SessionData: Serialize + DeserializeOwned + Default + Send + Sync + 'static {
    /// The version of the struct. Raise it when [`upgrade`](Self::upgrade) has something to do.
    ///
    /// Stored under the key `_version` when something of the struct is written; 0 is not stored. A session that has a higher version, since
    /// a newer program has written it, is read as it is and keeps it: while a new program replaces the old one, both can run.
    const VERSION: u32 = 0;

    /// Changes the data of a session that an older version of the struct has written, before they are read.
    ///
    /// `from` is the version that wrote them, 0 if none is stored: they may be those of a program that did not use this struct. So look for a key
    /// before you convert it. A session without data is not given to it. Reading changes a copy; the next [`set`](Typed::set) or
    /// [`modify`](Typed::modify) that has something to write writes the result, too. The function runs again on what another request has
    /// stored meanwhile.
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
    /// When the data cannot be converted. The session cannot be read then, and stays as it is.
    fn upgrade(data: &mut Map, from: u32) -> Result<(), ConvertError> {
        let _ = (data, from);
        Ok(())
    }
}

/// The session of a request as a struct of the program's; clones are the same session.
///
/// Each field is the value of a key of the [`Session`], which may hold other keys, too: those that another part of the program sets by name,
/// flash messages, fields of a newer version. They stay as they are. With the feature `axum` it is an extractor.
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
/// Fields that were changed. With the first of them the fields that the session lacks are stored as well, so that a default value that is
/// another one each time (a moment, a random number) is decided once. An `Option` that is `None` is stored as null; a field that is not
/// serialized (`skip_serializing_if`) is removed. A field has one value: structs within it are not merged inside. Of a field with an
/// `alias`, the session keeps the name that the struct writes.
///
/// `deny_unknown_fields` has no effect here, as a session may have other keys. A struct with a flattened field reads all keys but
/// those of the library (`_version`, `_flashes`, and what Flask's formats store beside the data). Enums, tuples and tuple structs have no
/// names for keys, and are refused.
pub struct Typed<T> {
    session: Session,
    data: PhantomData<fn() -> T>,
}

impl<T> Typed<T> {
    /// The session as a struct.
    #[must_use]
    pub fn new(session: Session) -> Self {
        Self { session, data: PhantomData }
    }

    /// The session itself: for logins and logouts, flash messages, and other keys.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The session itself.
    #[must_use]
    pub fn into_session(self) -> Session {
        self.session
    }
}

impl<T: SessionData> Typed<T> {
    /// The struct as it is now, with defaults for what the session lacks. Nothing is written.
    ///
    /// # Errors
    /// When a value is not of its field's type; the error names the key. [`set`](Self::set) replaces it.
    pub fn get(&self) -> Result<T, ConvertError> {
        let (names, present) = self.look()?;
        self.session.write(|state| state.note_fields_read(names, fields::can_read::<T>));
        present
    }

    /// Whether [`get`](Self::get) would give a struct. The program has read no field then.
    #[allow(dead_code, reason = "only the extractors of frameworks ask, and each is a feature")]
    pub(crate) fn check(&self) -> Result<(), ConvertError> {
        self.look()?.1.map(|_| ())
    }

    fn look(&self) -> Result<(Names, Result<T, ConvertError>), ConvertError> {
        let (data, hidden) = self.session.write(|state| (state.data.snapshot(), state.library_keys()));
        let mut data = Cow::Borrowed(&*data);
        if version::is_older::<T>(&data)? {
            version::upgrade::<T>(data.to_mut(), hidden)?;
        }
        let (names, present) = read(&data, hidden);
        Ok((names, present.map(|fields| fields.value)))
    }

    /// Stores the fields that differ from what [`get`](Self::get) gives now.
    ///
    /// Fields are merged one by one, as [`Session::insert`] merges keys: of two requests that change different fields both count. For a value
    /// that is computed from the one before it, such as a counter, use [`modify`](Self::modify). Fields that cannot be read are replaced.
    /// A `HashSet` has another order each time and would differ: use a `BTreeSet`.
    ///
    /// # Errors
    /// When a field cannot be stored, as with [`Session::insert`], or could not be read again; the error names the key. Nothing is changed then.
    pub fn set(&self, value: &T) -> Result<(), ConvertError> {
        let (data, hidden, rehearsal) = self
            .session
            .write(|state| (state.data.snapshot(), state.library_keys(), state.rehearsal.clone()));
        let mut upgraded = Map::clone(&data);
        version::upgrade::<T>(&mut upgraded, hidden)?;
        let differing = differences(&upgraded, hidden, value)?;
        if differing.is_empty() && upgraded.is_identical(&data) {
            return Ok(());
        }
        for (key, value) in &differing {
            value.iter().try_for_each(|value| rehearse(rehearsal.as_deref(), key, value))?;
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
    /// As with [`Session::update`], the function runs again on what another request has stored meanwhile, so that nothing of either is lost: a
    /// counter counts every request. The same holds for what the function may do.
    ///
    /// # Errors
    /// When a field cannot be read or stored, or could not be read again; the error names the key. Nothing is changed then.
    pub fn modify<R>(
        &self,
        function: impl Fn(&mut T) -> R + Send + Sync + 'static,
    ) -> Result<R, ConvertError> {
        let hidden = self.session.look(State::library_keys);
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

    /// A program that has all fields before it has read each, or every key if they have no names.
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

/// As the [`Session`]: never what it holds.
impl<T> fmt::Debug for Typed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Typed({:?})", self.session)
    }
}
