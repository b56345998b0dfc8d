//! Reads a pickle: a stack machine builds objects, and the last one is copied out as a value.

mod call;
mod input;
mod machine;
mod node;
mod object;
mod reader;
mod scalar;
mod to_value;

pub(super) use self::reader::read;
pub(super) use self::to_value::is_hashable;
