//! Converting the fields of a struct to keys of the session, and back.

use super::super::flash::FLASHES_KEY;
use super::super::state::put;
use crate::value::{ConvertError, Fields, Map, Names, Source, Text, Value, not_a_struct, to_value};

use super::{LibraryKeys, SessionData, version};

/// Keys with their new values; `None` removes the key.
pub(super) type Differences = Vec<(Text, Option<Value>)>;

/// Reads the struct, with defaults for missing fields, and returns the names of the fields.
pub(super) fn read<T: SessionData>(
    data: &Map,
    hidden: LibraryKeys,
) -> (Names, Result<Fields<T>, ConvertError>) {
    match written(&T::default()) {
        Ok(defaults) => Source { data, defaults: &defaults, hidden: &hidden }.read(),
        Err(error) => (None, Err(error)),
    }
}

/// Whether the struct can be read from the data with this value. A merge must not produce what neither request set, such as a list that is
/// too long.
pub(super) fn can_read<T: SessionData>(key: &Text, value: &Value, data: &Map) -> bool {
    let mut data = data.clone();
    put(&mut data, key, Some(value.clone()));
    let hidden = [version::KEY, FLASHES_KEY, version::KEY, version::KEY];
    version::upgrade::<T>(&mut data, hidden).is_ok() && read::<T>(&data, hidden).1.is_ok()
}

/// The keys and values that a struct is written as.
pub(super) fn written<T: SessionData>(value: &T) -> Result<Map, ConvertError> {
    match to_value(value).map_err(ConvertError::outermost_as_key)? {
        Value::Map(fields) if T::VERSION > 0 && fields.contains(version::KEY) => {
            Err(ConvertError::new("this key is reserved for SessionData::VERSION: rename the field")
                .in_key(version::KEY))
        }
        Value::Map(fields) => Ok(fields),
        other => Err(not_a_struct(&format!("a type that serializes as {}", other.kind()))),
    }
}

/// The changes that turn the data into that of this struct: the fields that differ from what can be read now.
pub(super) fn differences<T: SessionData>(
    data: &Map,
    hidden: LibraryKeys,
    value: &T,
) -> Result<Differences, ConvertError> {
    let before = match read::<T>(data, hidden) {
        (_, Ok(present)) => written(&present.value)?,
        // Fields that cannot be read are replaced.
        (names, Err(_)) => data.clone().into_iter().filter(|(key, _)| is_one_of(names, key)).collect(),
    };
    change(&mut data.clone(), hidden, &before, value)
}

fn is_one_of(names: Names, key: &Text) -> bool {
    names.unwrap_or_default().iter().any(|name| key == name)
}

/// Writes the fields that differ from `before` into the data, and checks that the struct can still be read from it.
pub(super) fn change<T: SessionData>(
    data: &mut Map,
    hidden: LibraryKeys,
    before: &Map,
    value: &T,
) -> Result<Differences, ConvertError> {
    let after = written(value)?;
    let gone = before.keys().filter(|key| !after.contains_text(key)).map(|key| (key.clone(), None));
    let is_same = |key: &Text, value: &Value| before.get_text(key).is_some_and(|old| old.is_identical(value));
    let new = after.iter().filter(|(key, value)| !is_same(key, value));
    let mut differing: Differences =
        gone.chain(new.map(|(key, value)| (key.clone(), Some(value.clone())))).collect();
    put_all(data, differing.clone());
    let read_again = read::<T>(data, hidden).1.map_err(|error| match error.key() {
        Some(_) => {
            error.advising("the session could not be read again with this value, so nothing was changed")
        }
        None => error,
    })?;
    for key in read_again.superseded {
        data.remove_text(&key);
        differing.push((key, None));
    }
    Ok(differing)
}

/// Stores the missing fields with the current defaults of the struct, which may vary each time.
pub(super) fn complete<T: SessionData>(data: &mut Map, hidden: LibraryKeys) -> Result<(), ConvertError> {
    // Fields that cannot be read will be replaced anyway.
    if let Ok(present) = read::<T>(data, hidden).1 {
        fill(data, written(&present.value)?);
    }
    Ok(())
}

/// Stores the fields that are missing in the data.
pub(super) fn fill(data: &mut Map, fields: Map) {
    for (key, value) in fields {
        if !data.contains_text(&key) {
            data.insert(key, value);
        }
    }
}

pub(super) fn put_all(data: &mut Map, differing: Differences) {
    for (key, value) in differing {
        put(data, &key, value);
    }
}
