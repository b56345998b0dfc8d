//! Three dialects of JSON: one reader and one writer, with the few points where the dialects differ.

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
