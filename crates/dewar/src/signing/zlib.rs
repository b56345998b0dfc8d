//! zlib streams (RFC 1950): written when that is worth it, read up to a limit.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::envelope::BadPayload;

/// Below this no stream is shorter than what it holds: header, checksum, and a block of one letter take 9 bytes.
const NEVER_WORTH_IT: usize = 10;

thread_local! {
    /// A compressor takes 380 KB, a decompressor 48: more work to get and to clear than to (de)compress a session. Each thread
    /// keeps one.
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(6), true));
    static DECOMPRESSOR: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// The stream of `bytes`, if it is at least 2 bytes shorter: itsdangerous' rule, as one byte more marks it in the token.
pub(super) fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() <= NEVER_WORTH_IT {
        return None;
    }
    let mut stream = Vec::with_capacity(bytes.len() - 2);
    let status = COMPRESSOR
        .try_with(|compressor| {
            let mut compressor = compressor.borrow_mut();
            compressor.reset();
            compressor.compress_vec(bytes, &mut stream, FlushCompress::Finish)
        })
        .ok()?
        .ok()?;
    let is_short_enough = stream.len() + 1 < bytes.len();
    (status == Status::StreamEnd && is_short_enough).then_some(stream)
}

/// What a complete stream holds. What stands behind its end is ignored, as Python's `zlib.decompress` does.
///
/// Raw deflate and gzip are no zlib streams. The limit is looked at while inflating: no more than it (and a byte) is ever held.
pub(super) fn decompress(stream: &[u8], limit: usize) -> Result<Vec<u8>, BadPayload> {
    let inflated = DECOMPRESSOR.try_with(|decompressor| {
        let mut decompressor = decompressor.borrow_mut();
        decompressor.reset(true);
        inflate(&mut decompressor, stream, limit)
    });
    inflated.unwrap_or(Err(BadPayload::NotZlib))
}

fn inflate(decompressor: &mut Decompress, stream: &[u8], limit: usize) -> Result<Vec<u8>, BadPayload> {
    let most = limit.saturating_add(1);
    let mut bytes = Vec::with_capacity(stream.len().saturating_mul(4).min(most));
    loop {
        let read = usize::try_from(decompressor.total_in()).unwrap_or(usize::MAX);
        let rest = stream.get(read..).unwrap_or_default();
        let status = decompressor.decompress_vec(rest, &mut bytes, FlushDecompress::Finish);
        let status = status.map_err(|_| BadPayload::NotZlib)?;
        if bytes.len() > limit {
            return Err(BadPayload::TooLarge { limit });
        }
        match status {
            Status::StreamEnd => return Ok(bytes),
            _ if bytes.len() == bytes.capacity() => {
                bytes.reserve_exact(bytes.capacity().max(256).min(most - bytes.len()));
            }
            _ => return Err(BadPayload::NotZlib),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NO_LIMIT: usize = 1 << 24;

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        let bomb = compress(&vec![b'a'; 16 << 20]).unwrap();
        assert!(matches!(decompress(&bomb, 256 << 10), Err(BadPayload::TooLarge { limit: 262_144 })));
        assert_eq!(decompress(&bomb, NO_LIMIT).unwrap().len(), 16 << 20);
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        let bytes = [b'a'; 1000];
        let stream = compress(&bytes).unwrap();
        assert_eq!(decompress(&stream, 1000).unwrap(), bytes);
        assert!(matches!(decompress(&stream, 999), Err(BadPayload::TooLarge { limit: 999 })));
        assert!(matches!(decompress(&stream, 0), Err(BadPayload::TooLarge { limit: 0 })));
    }

    #[test]
    fn a_stream_must_be_complete_and_right() {
        let stream = compress(&[b'a'; 1000]).unwrap();
        for length in 0..stream.len() {
            assert!(matches!(decompress(&stream[..length], NO_LIMIT), Err(BadPayload::NotZlib)), "{length}");
        }
        let mut other_checksum = stream.clone();
        *other_checksum.last_mut().unwrap() ^= 1;
        assert!(matches!(decompress(&other_checksum, NO_LIMIT), Err(BadPayload::NotZlib)));
        let followed = [stream.as_slice(), b"junk"].concat();
        assert_eq!(decompress(&followed, NO_LIMIT).unwrap(), [b'a'; 1000]);
    }

    #[test]
    fn what_does_not_get_shorter_by_two_is_left_alone() {
        assert_eq!(compress(b""), None);
        assert_eq!(compress(b"aaaaaaaaaaaa"), None);
        assert!(compress(b"aaaaaaaaaaaaaaaaaaaa").is_some());
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read(bytes in prop::collection::vec(0_u8..4, 0..2000)) {
            if let Some(stream) = compress(&bytes) {
                prop_assert!(stream.len() < bytes.len() - 1);
                prop_assert_eq!(decompress(&stream, bytes.len()).unwrap(), bytes);
            }
        }

        #[test]
        fn nothing_makes_it_panic(bytes: Vec<u8>, limit in 0_usize..300) {
            if let Ok(inflated) = decompress(&[b"\x78\x9c", bytes.as_slice()].concat(), limit) {
                prop_assert!(inflated.len() <= limit);
            }
        }
    }
}
