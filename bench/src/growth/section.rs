//! The three tables, one after the other.

use super::{at_once, keys, sessions};

pub(crate) fn measure() -> Result<(), String> {
    keys::print();
    sessions::print()?;
    at_once::print()
}
