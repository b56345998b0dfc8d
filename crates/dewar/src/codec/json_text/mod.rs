//! What all kinds of JSON here share: one reader, one writer, and the few points where kinds differ.

mod escape;
mod float;
mod keys;
mod plain;
mod reader;
mod strings;
mod writer;

pub(super) use self::float::{write_python_float, write_ryu_float};
pub(super) use self::keys::write_pairs;
pub(super) use self::reader::{Grammar, read};
pub(super) use self::writer::{Dialect, Style, Writer, write};
