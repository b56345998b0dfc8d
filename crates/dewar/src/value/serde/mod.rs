//! Your types to [`Value`](super::Value) and back, through serde.
//!
//! [`Value`](super::Value) and its parts are serde types themselves. Between [`to_value`] and [`from_value`]
//! nothing is lost; in other formats each is written as the closest thing there: a tuple as a sequence,
//! `Markup` as its text, a `datetime` as its ISO text, a `uuid.UUID` as its text with dashes (sixteen bytes
//! in a binary format), an integer beyond 128 bits as its digits, and a lone surrogate as U+FFFD (in a binary
//! format, such a text as UTF-16BE bytes). serde's own buffers (`#[serde(flatten)]`, `#[serde(untagged)]`)
//! are other formats in this sense.

mod containers;
mod error;
mod fidelity;
mod from_value;
mod impls;
mod key;
mod named;
mod names;
mod to_value;

pub use self::error::ConvertError;
pub(crate) use self::from_value::read_value;
pub use self::from_value::{from_value, from_value_ref};
pub use self::to_value::to_value;

#[cfg(test)]
mod tests;
