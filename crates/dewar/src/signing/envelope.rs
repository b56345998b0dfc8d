//! The payload of a URL-safe token: bytes, perhaps compressed, as base64. A dot in front says that they are compressed.

use std::error::Error;
use std::fmt;

use super::encoding::{self, NotBase64};
use super::zlib;
use crate::codec::DecodeError;

/// Why a payload cannot be read, although somebody who knows a key has signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadPayload {
    /// It is not the text that we write for any bytes.
    NotBase64(NotBase64),
    /// It is marked as compressed, but is no complete zlib stream.
    NotZlib,
    /// It inflates to more than [`Limits::inflated`](super::Limits::inflated); not inflated further.
    TooLarge {
        /// How many bytes it may have.
        limit: usize,
    },
    /// Its bytes are nothing that the codec writes.
    Decode(DecodeError),
}

/// The payload of `bytes`, compressed if that makes it shorter, with room for so many more bytes of a token.
pub(super) fn wrap(bytes: &[u8], room: usize) -> Vec<u8> {
    let compressed = zlib::compress(bytes);
    let bytes = compressed.as_deref().unwrap_or(bytes);
    let mut token = Vec::with_capacity(1 + bytes.len().div_ceil(3) * 4 + room);
    if compressed.is_some() {
        token.push(b'.');
    }
    encoding::append_base64(&mut token, bytes);
    token
}

/// The bytes of a URL-safe payload: base64, or a dot and the base64 of a zlib stream.
///
/// A serializer calls it behind its signature check. On its own it is for a person who wants to look into a token that
/// [`inspect`](super::inspect) took apart: whoever wrote it, `limit` bounds the memory.
///
/// # Errors
/// [`BadPayload::NotBase64`], [`BadPayload::NotZlib`] and [`BadPayload::TooLarge`].
pub fn decode_payload(payload: &[u8], limit: usize) -> Result<Vec<u8>, BadPayload> {
    match payload.strip_prefix(b".") {
        Some(compressed) => zlib::decompress(&decode_base64(compressed)?, limit),
        None => decode_base64(payload),
    }
}

fn decode_base64(text: &[u8]) -> Result<Vec<u8>, BadPayload> {
    encoding::base64_decode(text).map_err(BadPayload::NotBase64)
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

impl Error for BadPayload {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotBase64(cause) => Some(cause),
            Self::Decode(cause) => Some(cause),
            Self::NotZlib | Self::TooLarge { .. } => None,
        }
    }
}
