//! The version of the struct that wrote a session, and upgrading its data to a later one.

use super::{LibraryKeys, SessionData};
use crate::value::{ConvertError, Map, Value};

/// The key of the version.
pub(crate) const KEY: &str = "_version";

/// Whether an older version of the struct, or another program, has written the data.
pub(super) fn is_older<T: SessionData>(data: &Map) -> Result<bool, ConvertError> {
    Ok(T::VERSION > 0 && stored(data)? < T::VERSION)
}

/// Lets the program convert data of an older version.
pub(super) fn upgrade<T: SessionData>(data: &mut Map, hidden: LibraryKeys) -> Result<(), ConvertError> {
    let has_data = data.keys().any(|key| !hidden.iter().any(|hidden| key == hidden));
    if is_older::<T>(data)? && has_data {
        T::upgrade(data, stored(data)?)?;
    }
    Ok(())
}

/// Stores this version in the data. A higher version is kept.
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
        ConvertError::new("this is not a version: the key is reserved for SessionData::VERSION, but another part of the program has set it")
            .in_key(KEY)
    })
}
