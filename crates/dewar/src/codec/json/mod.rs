//! Three dialects of JSON: one reader and one writer, with the few points where the dialects differ. Only Flask's formats write JSON, but
//! environment variables are read as JSON, too.

#[cfg(feature = "flask")]
mod escape;
#[cfg(feature = "flask")]
mod float;
#[cfg(feature = "flask")]
mod keys;
mod loads;
#[cfg(feature = "flask")]
mod msgspec;
#[cfg(feature = "flask")]
mod python;
mod reader;
mod scan;
mod strings;
#[cfg(feature = "flask")]
mod tagged;
#[cfg(feature = "flask")]
mod writer;

pub(crate) use self::loads::loads;
#[cfg(feature = "flask")]
pub use self::{msgspec::Json, python::PythonJson, tagged::TaggedJson};
