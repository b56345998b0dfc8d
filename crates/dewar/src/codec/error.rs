//! Why a session cannot be written, and why bytes cannot be read.

use std::fmt;

/// Why a value cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// More bytes than [`Limits::bytes`](super::Limits::bytes).
    TooLarge {
        /// How many there may be.
        limit: usize,
    },
    /// Deeper than [`Limits::depth`](super::Limits::depth).
    TooDeep {
        /// How deep it may be.
        limit: usize,
    },
    /// More values than [`Limits::items`](super::Limits::items).
    TooManyItems {
        /// How many there may be.
        limit: usize,
    },
    /// The format cannot hold this kind of value.
    Unsupported {
        /// Python's name of its type.
        kind: &'static str,
    },
    /// The format cannot hold this kind of key.
    UnsupportedKey {
        /// Python's name of its type.
        kind: &'static str,
    },
    /// Any of the other errors, with the key of the session whose value is affected.
    InKey {
        /// The key.
        key: String,
        /// The path within its value, such as `[2]["price"]`; empty if it is the value itself.
        within: String,
        /// What is wrong.
        error: Box<EncodeError>,
    },
    /// Keys of kinds that Python does not compare, where keys are to be sorted.
    MixedKeys,
    /// A lone surrogate, where the format is UTF-8.
    LoneSurrogate,
    /// An integer beyond −2⁶³ to 2⁶⁴−1, the range of the format.
    IntegerOutOfRange,
    /// A datetime that, in UTC, lies outside the years 1 to 9999.
    DateOutOfRange,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => {
                write!(f, "the session takes more than {limit} bytes; keep large data elsewhere")
            }
            Self::TooDeep { limit } => write!(f, "the session is nested deeper than {limit} levels"),
            Self::TooManyItems { limit } => write!(f, "the session holds more than {limit} values"),
            Self::Unsupported { kind } => {
                write!(
                    f,
                    "this format cannot hold a value of type {kind}; store it as text, or use a format that can"
                )
            }
            Self::UnsupportedKey { kind } => {
                write!(f, "this format takes no key of type {kind}; use text keys")
            }
            Self::InKey { key, within, error } if within.is_empty() => write!(f, "the key {key:?}: {error}"),
            Self::InKey { key, within, error } => write!(f, "the key {key:?}, in {within}: {error}"),
            Self::MixedKeys => {
                f.write_str("keys of different types cannot be sorted; use text keys, or do not sort")
            }
            Self::LoneSurrogate => f.write_str(
                "a text holds half of a surrogate pair, which UTF-8 has no bytes for; store well-formed text",
            ),
            Self::IntegerOutOfRange => {
                f.write_str("an integer is beyond -2^63 to 2^64-1, which this format cannot hold")
            }
            Self::DateOutOfRange => f.write_str("a datetime lies, in UTC, outside the years 1 to 9999"),
        }
    }
}

impl std::error::Error for EncodeError {}

/// Why bytes cannot be read. Says where and why, never what the bytes were.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// More bytes than [`Limits::bytes`](super::Limits::bytes).
    TooLarge {
        /// How many there may be.
        limit: usize,
    },
    /// Deeper than [`Limits::depth`](super::Limits::depth).
    TooDeep {
        /// How deep it may be.
        limit: usize,
    },
    /// More values than [`Limits::items`](super::Limits::items).
    TooManyItems {
        /// How many there may be.
        limit: usize,
    },
    /// Text that is not UTF-8.
    NotUtf8 {
        /// The first byte that is not.
        at: usize,
    },
    /// Not of the format.
    Malformed {
        /// The byte at which it is not.
        at: usize,
        /// What was expected there.
        expected: &'static str,
    },
    /// Something follows the value.
    TrailingBytes {
        /// The byte at which it begins.
        at: usize,
    },
    /// An integer of more than 4,300 digits, or a float beyond the range of doubles where the format has no
    /// infinity.
    NumberOutOfRange {
        /// The byte at which it begins.
        at: usize,
    },
    /// A tag of tagged JSON with content that Flask does not write for it.
    BadTag {
        /// The tag.
        tag: &'static str,
    },
    /// An unknown extension type of MessagePack, or a known one with malformed content.
    BadExtension {
        /// Its number.
        code: i8,
    },
    /// A pickle that names an unknown class or function, or builds an object that is not plain data.
    NotPlainData {
        /// The byte of the opcode.
        at: usize,
    },
    /// A value other than a map; a session is a map.
    NotAMap,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "more than {limit} bytes"),
            Self::TooDeep { limit } => write!(f, "nested deeper than {limit} levels"),
            Self::TooManyItems { limit } => write!(f, "more than {limit} values"),
            Self::NotUtf8 { at } => write!(f, "not UTF-8 at byte {at}"),
            Self::Malformed { at, expected } => write!(f, "expected {expected} at byte {at}"),
            Self::TrailingBytes { at } => write!(f, "something follows the end of the data, at byte {at}"),
            Self::NumberOutOfRange { at } => {
                write!(f, "a number that is too large or too long, at byte {at}")
            }
            Self::BadTag { tag } => write!(f, "the content of a tag {tag:?} is not what that tag is for"),
            Self::BadExtension { code } => {
                write!(f, "an extension type {code} that is not known, or not well-formed")
            }
            Self::NotPlainData { at } => write!(
                f,
                "a pickle that asks for something else than plain data, at byte {at}; nothing of it was executed"
            ),
            Self::NotAMap => f.write_str("a value, but not a map of keys to values as a session is"),
        }
    }
}

impl std::error::Error for DecodeError {}
