//! zlib streams (RFC 1950): written if that saves bytes, and read up to a limit.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::deflate::{self, Deflater};
use super::errors::BadPayload;

thread_local! {
    // Creating one takes longer than compressing a session. So each thread has its own of each kind, once it needs it.
    static DEFLATER: RefCell<Deflater> = RefCell::default();
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(6), true));
    static DECOMPRESSOR: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// Gives `write` the stream of `bytes`, if compressing saves at least 2 bytes. This is the rule of itsdangerous, since the mark in the token takes
/// one byte.
pub(super) fn compress<T>(bytes: &[u8], write: impl FnOnce(Option<&[u8]>) -> T) -> T {
    let most = bytes.len().saturating_sub(2);
    if bytes.len() <= deflate::LONGEST {
        DEFLATER.with_borrow_mut(|deflater| write(deflater.compress(bytes, most)))
    } else {
        write(compress_long(bytes, most).as_deref())
    }
}

fn compress_long(bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut stream = Vec::with_capacity(most);
    let status = COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        compressor.compress_vec(bytes, &mut stream, FlushCompress::Finish).ok()
    })?;
    (status == Status::StreamEnd).then_some(stream)
}

/// Decompresses a complete stream. Bytes after its end are ignored, as in Python's `zlib.decompress`.
///
/// Raw deflate and gzip are not zlib streams. The limit is checked during decompression: at most one byte more is ever in memory.
pub(super) fn decompress(stream: &[u8], limit: usize) -> Result<Vec<u8>, BadPayload> {
    DECOMPRESSOR.with_borrow_mut(|decompressor| {
        decompressor.reset(true);
        inflate(decompressor, stream, limit)
    })
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

    fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
        super::compress(bytes, |stream| stream.map(<[u8]>::to_vec))
    }

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
        assert_eq!(compress(b"aaaaaaaaaaa"), None);
        assert!(compress(b"aaaaaaaaaaaaaaaaaaaa").is_some());
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read(bytes in prop::collection::vec(0_u8..4, 0..20_000)) {
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
