//! Conversion of your types to [`Value`](super::Value) and back, through serde.
//!
//! [`Value`](super::Value) and its parts are serde types themselves. A conversion with [`to_value`] and [`from_value`] loses nothing. In
//! other formats each is written as the closest equivalent: a tuple as a sequence, `Markup` as its text, a `datetime` as ISO text, a
//! `uuid.UUID` as text with dashes (sixteen bytes in a binary format), an integer beyond 128 bits as its digits, and a lone surrogate as
//! U+FFFD (in a binary format, the whole text as UTF-16BE bytes). serde's own buffers (`#[serde(flatten)]`, `#[serde(untagged)]`) count as
//! such other formats.

mod access;
mod containers;
mod error;
mod fidelity;
mod fields;
mod from_value;
mod impls;
mod key;
mod named;
mod names;
mod to_value;

pub use self::error::ConvertError;
use self::error::Field;
pub(crate) use self::fields::{Fields, Names, Source, not_a_struct};
pub(crate) use self::from_value::read_value;
pub use self::from_value::{from_value, from_value_ref};
pub use self::to_value::to_value;

#[cfg(test)]
mod tests;
