//! The forms of a payload in a token: the bytes unchanged, or base64 with optional compression.

use std::borrow::Cow;

use super::errors::{BadPayload, SeparatorError};
use super::{encoding, zlib};

/// The form of a payload: itsdangerous' `dump_payload` and `load_payload`.
pub trait PayloadForm {
    /// A whole token: bytes or text.
    type Token;

    /// Checks whether a separator can be used in such a token.
    fn check_separator(separator: &[u8]) -> Result<(), SeparatorError>;

    /// Converts `bytes` to a payload, and reserves `room` more bytes for the rest of the token.
    fn wrap(bytes: Vec<u8>, room: usize) -> Vec<u8>;

    /// Converts a payload to bytes, at most `limit` if it is compressed.
    fn unwrap(payload: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, BadPayload>;

    /// Converts the bytes of a token to the token.
    fn token(bytes: Vec<u8>) -> Self::Token;
}

/// The payload is the codec's bytes, unchanged; the token is bytes.
#[derive(Debug, Clone, Copy)]
pub struct Raw;

/// The payload is base64, with a dot before it if it is compressed; the token is text of `A-Za-z0-9_-.`.
#[derive(Debug, Clone, Copy)]
pub struct UrlSafe;

impl PayloadForm for Raw {
    type Token = Vec<u8>;

    fn check_separator(_: &[u8]) -> Result<(), SeparatorError> {
        Ok(())
    }

    fn wrap(bytes: Vec<u8>, _: usize) -> Vec<u8> {
        bytes
    }

    fn unwrap(payload: &[u8], _: usize) -> Result<Cow<'_, [u8]>, BadPayload> {
        Ok(Cow::Borrowed(payload))
    }

    fn token(bytes: Vec<u8>) -> Vec<u8> {
        bytes
    }
}

impl PayloadForm for UrlSafe {
    type Token = String;

    fn check_separator(separator: &[u8]) -> Result<(), SeparatorError> {
        str::from_utf8(separator).map(drop).map_err(|_| SeparatorError::NotText)
    }

    fn wrap(bytes: Vec<u8>, room: usize) -> Vec<u8> {
        zlib::compress(&bytes, |compressed| {
            let content = compressed.unwrap_or(&bytes);
            let mut payload = Vec::with_capacity(1 + content.len().div_ceil(3) * 4 + room);
            if compressed.is_some() {
                payload.push(b'.');
            }
            encoding::append_base64(&mut payload, content);
            payload
        })
    }

    fn unwrap(payload: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, BadPayload> {
        decode_payload(payload, limit).map(Cow::Owned)
    }

    #[expect(clippy::expect_used, reason = "base64, dots and a checked separator are UTF-8")]
    fn token(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).expect("all parts of the token are text")
    }
}

/// Decodes a URL-safe payload: base64, or a dot and the base64 of a zlib stream.
///
/// A serializer calls this after it has verified the signature. You can use it to look into a token that [`inspect`](super::inspect) has split;
/// `limit` bounds the memory, whatever the token contains.
///
/// # Errors
/// [`BadPayload::NotBase64`], [`BadPayload::NotZlib`] and [`BadPayload::TooLarge`].
pub fn decode_payload(payload: &[u8], limit: usize) -> Result<Vec<u8>, BadPayload> {
    let decoded = |text| encoding::base64_decode(text).map_err(BadPayload::NotBase64);
    match payload.strip_prefix(b".") {
        Some(compressed) => zlib::decompress(&decoded(compressed)?, limit),
        None => decoded(payload),
    }
}
