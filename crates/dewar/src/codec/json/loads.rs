//! JSON as Python's `json.loads` reads it.

use super::reader::{Grammar, read};
use crate::codec::{DecodeError, Limits};
use crate::value::Value;

/// The value of a JSON text, NaN and infinities included.
pub(crate) fn loads(text: &[u8]) -> Result<Value, DecodeError> {
    read::<Python>(text, Limits::default())
}

/// What Python takes for JSON.
pub(super) struct Python;

impl Grammar for Python {
    const NOT_FINITE: bool = true;
}
