//! The version of the struct that wrote a session, and what brings its data up to a later one.

use super::{LibraryKeys, SessionData};
use crate::value::{ConvertError, Map, Value};

/// Where the version is stored.
pub(crate) const KEY: &str = "_version";

/// Whether an older version of the struct, or another program, has written the data.
pub(super) fn is_older<T: SessionData>(data: &Map) -> Result<bool, ConvertError> {
    Ok(T::VERSION > 0 && stored(data)? < T::VERSION)
}

/// Has the program convert data of an older version.
pub(super) fn upgrade<T: SessionData>(data: &mut Map, hidden: LibraryKeys) -> Result<(), ConvertError> {
    let has_data = data.keys().any(|key| !hidden.iter().any(|hidden| key == hidden));
    if is_older::<T>(data)? && has_data {
        T::upgrade(data, stored(data)?)?;
    }
    Ok(())
}

/// Says in the data that this version has written them. A higher version stays.
pub(super) fn mark<T: SessionData>(data: &mut Map) -> Result<(), ConvertError> {
    if is_older::<T>(data)? {
        data.insert(KEY, T::VERSION);
    }
    Ok(())
}

fn stored(data: &Map) -> Result<u32, ConvertError> {
    let version = match data.get(KEY) {
        None => Some(0),
        Some(Value::Int(version)) => u32::try_from(*version).ok(),
        Some(_) => None,
    };
    version.ok_or_else(|| {
        ConvertError::new("this is no version: the key is for SessionData::VERSION, and another part of the program has set it")
            .in_key(KEY)
    })
}
