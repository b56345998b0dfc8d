//! JSON in three kinds: one reader, one writer, and the few points where the kinds differ.

mod escape;
mod float;
mod keys;
mod msgspec;
mod python;
mod reader;
mod strings;
mod tagged;
mod writer;

pub use self::msgspec::Json;
pub use self::python::PythonJson;
pub use self::tagged::TaggedJson;
