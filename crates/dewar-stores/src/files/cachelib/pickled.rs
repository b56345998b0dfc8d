//! The expiry of an entry as cachelib up to 0.6 wrote it: a pickled number before the pickle of the value.
//!
//! Up to 0.3 it was a float, then an integer. Up to 0.4 it had protocol 1, then the newest protocol, which puts all except the shortest pickles
//! into a frame.

use dewar::codec::{Codec as _, Pickle};
use dewar::value::Value;

/// The expiry in seconds since 1970 (0: never), and its length in the file in bytes; `None` for a file in the current form.
///
/// The pickle of the session follows, which starts with its protocol. A two-byte number without a protocol is as long as an expiry in the
/// current form, but would have expired on the first day of 1970.
pub(super) fn end(bytes: &[u8]) -> Option<(u32, usize)> {
    let len = number(bytes)?;
    let is_followed_by_a_pickle = matches!(bytes.get(len..)?, [0x80, 2..=5, ..]);
    let end = Pickle::default().decode_value(bytes.get(..len).filter(|_| is_followed_by_a_pickle)?).ok()?;
    Some((seconds(&end)?, len))
}

/// The value that cachelib compares with its clock. A time before 1970 has expired, and does not mean "never".
fn seconds(end: &Value) -> Option<u32> {
    match end {
        Value::Int(0) => Some(0),
        Value::Int(seconds) => Some(u32::try_from((*seconds).max(1)).unwrap_or(u32::MAX)),
        Value::Float(0.0) => Some(0),
        Value::Float(seconds) => Some((seconds.ceil() as u32).max(1)),
        Value::BigInt(seconds) => Some(if seconds.as_str().starts_with('-') { 1 } else { u32::MAX }),
        _ => None,
    }
}

const FRAME: u8 = 0x95;
const LONG1: u8 = 0x8a;

/// The length of the pickled number at the start.
fn number(bytes: &[u8]) -> Option<usize> {
    let protocol = if let [0x80, 2..=5, ..] = bytes { 2 } else { 0 };
    let frame = match bytes.get(protocol..)? {
        [FRAME, ..] if protocol > 0 => 9,
        _ => 0,
    };
    let start = protocol + frame;
    let argument = match bytes.get(start..)? {
        [b'K', ..] => 1,
        [b'M', ..] if protocol > 0 => 2,
        [b'J', ..] => 4,
        [b'G', ..] => 8,
        [LONG1, len, ..] => 1 + usize::from(*len),
        [b'L' | b'I' | b'F', rest @ ..] if protocol == 0 => line(rest)?,
        _ => return None,
    };
    let stop = start + 1 + argument;
    (*bytes.get(stop)? == b'.').then_some(stop + 1)
}

/// The length of a number that ends with a line break.
fn line(rest: &[u8]) -> Option<usize> {
    const LONGEST: usize = 24;
    let end = rest.iter().take(LONGEST).position(|&byte| byte == b'\n')?;
    Some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &[u8] = b"\x80\x05\x95\x0a\0\0\0\0\0\0\0}\x94\x8c\x01a\x94K\x01s.";

    /// Written by the real cachelib 0.3 to 0.6, with the clock and the timeout set so that numbers of each length occur.
    #[test]
    fn every_form_that_an_older_cachelib_wrote() {
        for (head, seconds) in [
            (&b"K\0."[..], 0),
            (b"K\xc9.", 201),
            (b"JqX\x09f.", 1_711_888_497),
            (b"J\xff\xff\xff\xff.", 1),
            (b"L2147483702L\n.", 2_147_483_702),
            (b"L4294967456L\n.", u32::MAX),
            (b"L-5L\n.", 1),
            (b"GA\xd9\x82V\x1c\x20\x00\x00.", 1_711_888_497),
            (b"G\0\0\0\0\0\0\0\0.", 0),
            (b"\x80\x05K\0.", 0),
            (b"\x80\x05K\xc9.", 201),
            (b"\x80\x05\x95\x04\0\0\0\0\0\0\0M\x04\x01.", 260),
            (b"\x80\x05\x95\x06\0\0\0\0\0\0\0JqX\x09f.", 1_711_888_497),
            (b"\x80\x04\x95\x06\0\0\0\0\0\0\0JqX\x09f.", 1_711_888_497),
            (b"\x80\x05\x95\x08\0\0\0\0\0\0\0\x8a\x056\0\0\x80\0.", 2_147_483_702),
            (b"\x80\x05\x95\x08\0\0\0\0\0\0\0\x8a\x05\xa0\0\0\0\x01.", u32::MAX),
            (b"\x80\x05\x95\x0a\0\0\0\0\0\0\0GA\xd9\x82V\x1c\x20\x00\x00.", 1_711_888_497),
            (b"\x80\x05JpX\x09f.", 1_711_888_496),
        ] {
            let file = [head, VALUE].concat();
            assert_eq!(end(&file), Some((seconds, head.len())), "{}", head.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_number_before_a_pickle_is_of_todays_form() {
        for head in [&b"\0\0\0\0"[..], b"K\0\0\0", b"\x80\x05K\0", b"M\x04\x01.", b"N.", b"L.", b""] {
            assert_eq!(end(&[head, VALUE].concat()), None, "{}", head.escape_ascii());
        }
        assert_eq!(end(b"K\x05."), None);
    }
}
