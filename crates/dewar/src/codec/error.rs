//! The errors of encoding and decoding.

use std::fmt;

/// The error of a value that cannot be encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// More bytes than [`Limits::bytes`](super::Limits::bytes).
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Deeper than [`Limits::depth`](super::Limits::depth).
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// More values than [`Limits::items`](super::Limits::items).
    TooManyItems {
        /// The limit.
        limit: usize,
    },
    /// This type of value cannot be represented in the format.
    Unsupported {
        /// Python's name for the type.
        kind: &'static str,
    },
    /// This type of key cannot be represented in the format.
    UnsupportedKey {
        /// Python's name for the type.
        kind: &'static str,
    },
    /// One of the other errors, with the session key of the value that caused it.
    InKey {
        /// The key.
        key: String,
        /// The path within the value of the key, such as `[2]["price"]`; empty for the value itself.
        within: String,
        /// What is wrong.
        error: Box<EncodeError>,
    },
    /// Keys of types that Python cannot compare, although keys must be sorted.
    MixedKeys,
    /// A lone surrogate, in a format that uses UTF-8.
    LoneSurrogate,
    /// An integer outside the range of the format, −2⁶³ to 2⁶⁴−1.
    IntegerOutOfRange,
    /// A datetime that is outside the years 1 to 9999 in UTC.
    DateOutOfRange,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => {
                write!(f, "the session takes more than {limit} bytes; store large data elsewhere, such as in a database")
            }
            Self::TooDeep { limit } => write!(f, "the session is nested deeper than {limit} levels"),
            Self::TooManyItems { limit } => write!(f, "the session contains more than {limit} values"),
            Self::Unsupported { kind } => {
                write!(
                    f,
                    "a value of type {kind} cannot be represented in this format; store it as text, or use another format"
                )
            }
            Self::UnsupportedKey { kind } => {
                write!(f, "a key of type {kind} cannot be represented in this format; use text keys")
            }
            Self::InKey { key, within, error } if within.is_empty() => write!(f, "the key {key:?}: {error}"),
            Self::InKey { key, within, error } => write!(f, "the key {key:?}, in {within}: {error}"),
            Self::MixedKeys => {
                f.write_str("keys of different types cannot be sorted; use text keys, or turn sorting off")
            }
            Self::LoneSurrogate => f.write_str(
                "a text contains half of a surrogate pair, which cannot be represented in UTF-8; store well-formed text",
            ),
            Self::IntegerOutOfRange => {
                f.write_str("an integer outside -2^63 to 2^64-1 cannot be represented in this format; store it as text")
            }
            Self::DateOutOfRange => f.write_str("a datetime is outside the years 1 to 9999 in UTC"),
        }
    }
}

impl std::error::Error for EncodeError {}

/// The error of bytes that cannot be decoded. It says where and why, and never contains the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// More bytes than [`Limits::bytes`](super::Limits::bytes).
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Deeper than [`Limits::depth`](super::Limits::depth).
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// More values than [`Limits::items`](super::Limits::items).
    TooManyItems {
        /// The limit.
        limit: usize,
    },
    /// Text that is not UTF-8.
    NotUtf8 {
        /// The position of the first invalid byte.
        at: usize,
    },
    /// Bytes that are not in the format.
    Malformed {
        /// The position of the error.
        at: usize,
        /// What was expected there.
        expected: &'static str,
    },
    /// Something follows the value.
    TrailingBytes {
        /// The position where it starts.
        at: usize,
    },
    /// An integer with more than 4,300 digits, or a float outside the range of doubles in a format without infinity.
    NumberOutOfRange {
        /// The position where it starts.
        at: usize,
    },
    /// A tag of tagged JSON with content that Flask never writes for that tag.
    BadTag {
        /// The tag.
        tag: &'static str,
    },
    /// An unknown extension type of MessagePack, or a known one with malformed content.
    BadExtension {
        /// The number of the type.
        code: i8,
    },
    /// A pickle that names an unknown class or function, or builds an object that is not plain data.
    NotPlainData {
        /// The position of the opcode.
        at: usize,
    },
    /// A value that is not a map. A session is a map.
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
            Self::TrailingBytes { at } => {
                write!(f, "unexpected bytes after the end of the data, at byte {at}")
            }
            Self::NumberOutOfRange { at } => {
                write!(f, "a number that is too large or too long, at byte {at}")
            }
            Self::BadTag { tag } => write!(f, "the content of the tag {tag:?} is not valid for that tag"),
            Self::BadExtension { code } => {
                write!(f, "the extension type {code} is unknown or malformed")
            }
            Self::NotPlainData { at } => {
                write!(f, "a pickle that contains more than plain data, at byte {at}; nothing was executed")
            }
            Self::NotAMap => f.write_str("the data is not a map, as a session must be"),
        }
    }
}

impl std::error::Error for DecodeError {}
