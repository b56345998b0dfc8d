//! The errors of tokens, with details that a caller can match on.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::clock::UnixTime;
use crate::codec::DecodeError;
use crate::signing::NotBase64;

/// The error of a separator that could be part of a signature, or is not text. Choose one such as `.`, `:` or `|`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeparatorError {
    /// It is empty, or consists only of characters of signatures: letters, digits, `-`, `_` and `=`.
    InSignature,
    /// It is not UTF-8, but the tokens are text.
    NotText,
}

/// The error of a token that was not signed with any of the keys, or not within the allowed time.
///
/// Do not tell a web client which of these it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadSignature {
    /// There is no separator, and so no signature.
    NoSeparator,
    /// The signature does not match the value with any of the keys.
    Mismatch,
    /// The signature is valid, but there is no timestamp.
    NoTimestamp,
    /// The signature is valid, but the timestamp is not a number.
    MalformedTimestamp,
    /// The signature is valid, but too old.
    Expired {
        /// When it was signed.
        signed_at: UnixTime,
        /// The age in whole seconds.
        age: Duration,
        /// The largest allowed age.
        max_age: Duration,
    },
    /// The signature is valid, but was made by a clock that is ahead of ours.
    FromTheFuture {
        /// The time in the token.
        signed_at: UnixTime,
        /// How far ahead that is, in whole seconds.
        ahead: Duration,
    },
}

/// The error of a token that a serializer cannot load.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadData {
    /// The token is longer than [`Limits::token`](super::Limits::token). It was not read.
    TooLong {
        /// The length in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The token was not signed with any of the keys, or not within the allowed time.
    BadSignature(BadSignature),
    /// The signature is valid, but the payload is not one that this serializer writes.
    BadPayload(BadPayload),
}

/// The error of a payload that cannot be read, although its signature is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadPayload {
    /// The payload is not canonical URL-safe base64.
    NotBase64(NotBase64),
    /// The payload is marked as compressed, but is not a complete zlib stream.
    NotZlib,
    /// The payload decompresses to more than [`Limits::inflated`](super::Limits::inflated). Decompression stopped there.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The codec cannot decode the payload.
    Decode(DecodeError),
}

impl fmt::Display for SeparatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InSignature => {
                "the separator may be contained in the signature itself: it needs a character other than ASCII letters, \
                 digits, and '-_='"
            }
            Self::NotText => "the separator is not UTF-8, but tokens of this serializer are text",
        })
    }
}

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSeparator => f.write_str("no separator, and so no signature"),
            Self::Mismatch => {
                f.write_str("the signature does not match: another key, another salt, or another value")
            }
            Self::NoTimestamp => f.write_str("the signature is valid, but the timestamp is missing"),
            Self::MalformedTimestamp => f.write_str("the signature is valid, but the timestamp is malformed"),
            Self::Expired { age, max_age, .. } => {
                write!(f, "signed {} seconds ago, more than the {} allowed", age.as_secs(), max_age.as_secs())
            }
            Self::FromTheFuture { ahead, .. } => {
                write!(
                    f,
                    "signed {} seconds in the future: check the clocks of the machines",
                    ahead.as_secs()
                )
            }
        }
    }
}

impl fmt::Display for BadData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, limit } => {
                write!(f, "the token has {length} bytes, the limit is {limit}")
            }
            Self::BadSignature(_) => {
                f.write_str("the token is not signed with one of the keys, or has expired")
            }
            Self::BadPayload(_) => {
                f.write_str("the token has a valid signature, but its payload cannot be read")
            }
        }
    }
}

impl fmt::Display for BadPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBase64(_) => f.write_str("the payload is not base64"),
            Self::NotZlib => {
                f.write_str("the payload is marked as compressed, but is not a complete zlib stream")
            }
            Self::TooLarge { limit } => write!(f, "the payload decompresses to more than {limit} bytes"),
            Self::Decode(_) => f.write_str("the payload cannot be decoded"),
        }
    }
}

impl Error for SeparatorError {}
impl Error for BadSignature {}

impl Error for BadData {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::TooLong { .. } => None,
            Self::BadSignature(cause) => Some(cause),
            Self::BadPayload(cause) => Some(cause),
        }
    }
}

impl Error for BadPayload {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotBase64(cause) => Some(cause),
            Self::Decode(cause) => Some(cause),
            Self::NotZlib | Self::TooLarge { .. } => None,
        }
    }
}

impl From<BadSignature> for BadData {
    fn from(cause: BadSignature) -> Self {
        Self::BadSignature(cause)
    }
}

impl From<BadPayload> for BadData {
    fn from(cause: BadPayload) -> Self {
        Self::BadPayload(cause)
    }
}
