//! Why a token is refused, as facts that a caller can branch on.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::envelope::BadPayload;
use crate::clock::UnixTime;

/// The separator could be part of a signature, or of no text. Choose one such as `.`, `:` or `|`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeparatorError {
    /// It is empty, or all of it are letters, digits, `-`, `_` and `=`: the alphabet of signatures.
    InSignature,
    /// It is not UTF-8, but the tokens are to be text.
    NotText,
}

/// Nobody who knows a key has signed this token, or not lately.
///
/// A web client should hear the same of all of them: nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadSignature {
    /// There is no separator, hence no signature.
    NoSeparator,
    /// No key made this signature of this value.
    Mismatch,
    /// Rightly signed, but without a timestamp.
    NoTimestamp,
    /// Rightly signed, but the timestamp is no number.
    MalformedTimestamp,
    /// Rightly signed, too long ago.
    Expired {
        /// When it was signed.
        signed_at: UnixTime,
        /// How long ago, in whole seconds.
        age: Duration,
        /// How long ago it may be.
        max_age: Duration,
    },
    /// Rightly signed, by a clock that is ahead of ours.
    FromTheFuture {
        /// When it says that it was signed.
        signed_at: UnixTime,
        /// How far ahead that is, in whole seconds.
        ahead: Duration,
    },
}

/// Why a serializer gives no value for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadData {
    /// Longer than [`Limits::token`](super::Limits::token): not looked at.
    TooLong {
        /// How many bytes there are.
        length: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Not signed by us, or not lately.
    BadSignature(BadSignature),
    /// Signed by us, but not what this serializer writes.
    BadPayload(BadPayload),
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
            Self::NoSeparator => f.write_str("no separator, hence no signature"),
            Self::Mismatch => {
                f.write_str("the signature does not match: another key, another salt, or another value")
            }
            Self::NoTimestamp => f.write_str("rightly signed, but the timestamp is missing"),
            Self::MalformedTimestamp => f.write_str("rightly signed, but the timestamp is malformed"),
            Self::Expired { age, max_age, .. } => {
                write!(f, "signed {} seconds ago, more than the {} allowed", age.as_secs(), max_age.as_secs())
            }
            Self::FromTheFuture { ahead, .. } => {
                write!(
                    f,
                    "signed {} seconds in the future: compare the clocks of the machines",
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
            Self::BadSignature(_) => f.write_str("the token is not signed by us, or not lately"),
            Self::BadPayload(_) => f.write_str("the token is rightly signed, but its payload cannot be read"),
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
