//! A value that its format cannot keep is refused when it is set, not when the session is saved, or lost.

use std::error::Error;
use std::fmt::Debug;

use serde::ser::Error as _;

use crate::value::{ConvertError, Map, Text, Value};

/// Writes data in the format of the session and reads them back.
pub(crate) trait Rehearsal: Debug + Send + Sync {
    /// # Errors
    /// When the format cannot hold them.
    fn there_and_back(&self, data: &Map) -> Result<Map, Box<dyn Error + Send + Sync>>;
}

/// Whether what serde made of a type of the program's can be read again. Nothing is tried with plain values, which are most.
pub(super) fn rehearse(
    rehearsal: Option<&dyn Rehearsal>,
    key: &Text,
    value: &Value,
) -> Result<(), ConvertError> {
    let Some(rehearsal) = rehearsal.filter(|_| !value.is_plain()) else { return Ok(()) };
    let alone = Map::from([(key.clone(), value.clone())]);
    let back = rehearsal.there_and_back(&alone).map_err(ConvertError::custom)?;
    match back.get_text(key) {
        Some(back) if value.reads_as(back) => Ok(()),
        _ => Err(ConvertError::custom(format_args!(
            "the key {:?}: this format would not give the value back as it is; make it text, or a list or map of plain values with text \
             as keys, or keep sessions in a format that can (Session::insert_value takes it as it is)",
            key.to_string()
        ))),
    }
}
