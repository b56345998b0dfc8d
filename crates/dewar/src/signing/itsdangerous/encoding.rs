//! The encodings of bytes and numbers: URL-safe base64, and big-endian integers without leading zeros.
//!
//! Decoding is strict: for each sequence of bytes, only one text is valid. itsdangerous 2.2 decodes like Python, which skips other characters,
//! accepts `+` and `/`, ignores what follows a `=`, and does not check the unused bits of the last character. So many texts are valid for one
//! signature, although it writes only one of them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The text is not what [`base64_encode`] writes: it has a foreign character, padding, an impossible length
/// or stray bits at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotBase64;

/// URL-safe base64 (RFC 4648 §5) without padding.
///
/// ```
/// # use dewar::signing::{base64_decode, base64_encode};
/// assert_eq!(base64_encode(b"\xfb\xff"), "-_8");
/// assert_eq!(base64_decode(b"-_8"), Ok(vec![0xfb, 0xff]));
/// assert!(base64_decode(b"-_9").is_err()); // the same bytes, were it not for the stray bits
/// ```
#[must_use]
pub fn base64_encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes a text that [`base64_encode`] writes.
///
/// # Errors
/// [`NotBase64`] for any other text.
pub fn base64_decode(text: &[u8]) -> Result<Vec<u8>, NotBase64> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64)
}

/// Decodes into `buffer`; also fails if the buffer is too short.
pub(super) fn base64_decode_into<'b>(text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], NotBase64> {
    let length = URL_SAFE_NO_PAD.decode_slice(text, buffer).map_err(|_| NotBase64)?;
    buffer.get(..length).ok_or(NotBase64)
}

/// Appends the base64 text of `bytes` to `out`.
pub(super) fn append_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    let length = base64::encoded_len(bytes.len(), false).unwrap_or_default();
    out.resize(start + length, 0);
    if let Some(space) = out.get_mut(start..) {
        let written = URL_SAFE_NO_PAD.encode_slice(bytes, space);
        debug_assert_eq!(written.ok(), Some(length), "the reserved space is as long as the text");
    }
}

/// Returns the big-endian bytes of a number without leading zeros; no bytes for 0.
#[must_use]
pub fn int_to_bytes(number: u64) -> Vec<u8> {
    significant(&number.to_be_bytes()).to_vec()
}

/// Returns the number of at most 8 big-endian bytes, with or without leading zeros; `None` if there are more bytes.
#[must_use]
pub fn bytes_to_int(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The bytes without leading zeros.
pub(super) fn significant(bytes: &[u8; 8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

impl fmt::Display for NotBase64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not URL-safe base64 without padding")
    }
}

impl std::error::Error for NotBase64 {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_canonical_text_is_read() {
        assert_eq!(base64_decode(b"_U"), Err(NotBase64));
        for text in ["AA==", "AA=", "A", "AB", "AAB", "A A", "AAA\n", "+/8", "é", "AAAA="] {
            assert_eq!(base64_decode(text.as_bytes()), Err(NotBase64), "{text}");
        }
        assert_eq!(base64_decode(b""), Ok(vec![]));
    }

    #[test]
    fn numbers_have_no_leading_zeros_but_may_be_read_with_them() {
        assert_eq!(int_to_bytes(0), b"");
        assert_eq!(int_to_bytes(256), [1, 0]);
        assert_eq!(bytes_to_int(b""), Some(0));
        assert_eq!(bytes_to_int(&[0, 0, 1, 0]), Some(256));
        assert_eq!(bytes_to_int(&[0xff; 8]), Some(u64::MAX));
        assert_eq!(bytes_to_int(&[0; 9]), None);
    }

    proptest! {
        #[test]
        fn one_text_stands_for_one_sequence_of_bytes(text in "[A-Za-z0-9_+/=-]{0,12}") {
            if let Ok(bytes) = base64_decode(text.as_bytes()) {
                prop_assert_eq!(base64_encode(&bytes), text);
            }
        }

        #[test]
        fn bytes_and_numbers_come_back(bytes: Vec<u8>, number: u64) {
            prop_assert_eq!(base64_decode(base64_encode(&bytes).as_bytes()), Ok(bytes));
            prop_assert_eq!(bytes_to_int(&int_to_bytes(number)), Some(number));
        }

        #[test]
        fn the_ways_to_write_and_to_read_agree(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut text = b"before".to_vec();
            append_base64(&mut text, &bytes);
            prop_assert!(text[6..] == *base64_encode(&bytes).as_bytes());
            let mut buffer = [0; 64];
            let on_the_stack = base64_decode_into(&text[6..], &mut buffer);
            prop_assert_eq!(on_the_stack.ok(), Some(bytes.as_slice()).filter(|bytes| bytes.len() <= 64));
        }
    }
}
