//! Why a token is refused, as facts that a caller can branch on.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::clock::UnixTime;
use crate::codec::DecodeError;
use crate::signing::NotBase64;

/// The separator could be part of a signature, or is not text. Choose one such as `.`, `:` or `|`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeparatorError {
    /// It is empty, or consists only of letters, digits, `-`, `_` and `=`: the alphabet of signatures.
    InSignature,
    /// It is not UTF-8, but the tokens are text.
    NotText,
}

/// The token was not signed with any of the keys, or not within the allowed time.
///
/// Do not tell a web client which: all of these are one failure to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadSignature {
    /// There is no separator, hence no signature.
    NoSeparator,
    /// The signature is not that of the value under any key.
    Mismatch,
    /// The signature is good, but there is no timestamp.
    NoTimestamp,
    /// The signature is good, but the timestamp is not a number.
    MalformedTimestamp,
    /// The signature is good, but too old.
    Expired {
        /// When it was signed.
        signed_at: UnixTime,
        /// How long ago, in whole seconds.
        age: Duration,
        /// How long ago it may be.
        max_age: Duration,
    },
    /// The signature is good, but from a clock that is ahead of ours.
    FromTheFuture {
        /// When it claims to have been signed.
        signed_at: UnixTime,
        /// How far ahead that is, in whole seconds.
        ahead: Duration,
    },
}

/// Why a serializer gives no value for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadData {
    /// Longer than [`Limits::token`](super::Limits::token): refused unread.
    TooLong {
        /// How many bytes there are.
        length: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Not signed with any of the keys, or not within the allowed time.
    BadSignature(BadSignature),
    /// The signature is good, but the payload is not what this serializer writes.
    BadPayload(BadPayload),
}

/// Why a payload cannot be read, although its signature is good.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadPayload {
    /// It is not canonical URL-safe base64.
    NotBase64(NotBase64),
    /// It is marked as compressed, but is not a complete zlib stream.
    NotZlib,
    /// It inflates to more than [`Limits::inflated`](super::Limits::inflated), and was not inflated further.
    TooLarge {
        /// How many bytes it may have.
        limit: usize,
    },
    /// The codec cannot read its bytes.
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

impl fmt::Display for BadPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBase64(_) => f.write_str("the payload is not base64"),
            Self::NotZlib => {
                f.write_str("the payload is marked as compressed, but is no complete zlib stream")
            }
            Self::TooLarge { limit } => write!(f, "the payload inflates to more than {limit} bytes"),
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
