//! zlib streams (RFC 1950): written if that saves bytes, and read up to a limit.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::errors::BadPayload;

thread_local! {
    // Creating one takes longer than compressing a session. So each thread has its own, which is reset before each use.
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(6), true));
    static DECOMPRESSOR: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// Longer texts are always compressed, since the bound below is rarely high enough for them. At most the number of bits of a `u64`.
const SHORT: usize = 64;

/// Compresses `bytes` if that saves at least 2 bytes. This is the rule of itsdangerous, since the mark in the token takes one byte.
pub(super) fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    if is_surely_longer(bytes) {
        return None;
    }
    let mut stream = Vec::with_capacity(bytes.len() - 2);
    let status = COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        compressor.compress_vec(bytes, &mut stream, FlushCompress::Finish).ok()
    })?;
    let is_short_enough = stream.len() + 1 < bytes.len();
    (status == Status::StreamEnd && is_short_enough).then_some(stream)
}

/// Whether compressing a short text cannot save enough. Then the compressor, which first clears 128 KiB, is not used.
///
/// It computes a lower bound of the stream in bits (RFC 1951 §3.2): the frame of 6 bytes, then either 8 bits per byte with the fixed code, or a
/// table and the entropy of the bytes. Bytes that could be part of a repetition of three bytes do not count.
fn is_surely_longer(bytes: &[u8]) -> bool {
    if bytes.len() > SHORT {
        return false;
    }
    let repeated = repeated(bytes);
    let mut counts = [0_u8; 256];
    for (_, byte) in bytes.iter().enumerate().filter(|(at, _)| repeated & (1 << at) == 0) {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let kinds = counts.iter().filter(|count| **count > 0).map(|count| f32::from(*count));
    let letters: f32 = kinds.clone().sum();
    let entropy: f32 = kinds.map(|count| count * (letters / count).log2()).sum();
    let bits = 48.0 + (letters * 8.0).min(table_bits(&counts) + entropy);
    bits / 8.0 >= bytes.len() as f32 - 1.0
}

/// A bit for each byte that is part of three bytes which occur earlier.
fn repeated(bytes: &[u8]) -> u64 {
    let mut starts = 0_u64;
    for (start, three) in bytes.windows(3).enumerate() {
        if bytes.windows(3).take(start).any(|earlier| earlier == three) {
            starts |= 1 << start;
        }
    }
    starts | starts << 1 | starts << 2
}

/// The least number of bits for a table of codes (§3.2.7): 17 bits of counts, ten lengths of three bits, one bit for each distinct byte, and for
/// each gap between two distinct bytes its zeros, or a run of zeros.
fn table_bits(counts: &[u8; 256]) -> f32 {
    let run = |gap: usize| match gap {
        0..3 => gap,
        3..11 => 4,
        _ => 8,
    };
    let gaps = counts.split(|count| *count > 0);
    let kinds = counts.iter().filter(|count| **count > 0).count();
    (47 + kinds + gaps.map(|gap| run(gap.len())).sum::<usize>()) as f32
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

        /// What is not tried would not have been taken.
        #[test]
        fn the_bound_is_a_bound(bytes in prop::collection::vec(prop_oneof![0_u8..3, b'a'..b'k', b' '..b'~'], 0..SHORT)) {
            let mut stream = Vec::with_capacity(200);
            Compress::new(Compression::new(6), true).compress_vec(&bytes, &mut stream, FlushCompress::Finish).unwrap();
            prop_assert!(!is_surely_longer(&bytes) || stream.len() + 1 >= bytes.len());
        }

        #[test]
        fn nothing_makes_it_panic(bytes: Vec<u8>, limit in 0_usize..300) {
            if let Ok(inflated) = decompress(&[b"\x78\x9c", bytes.as_slice()].concat(), limit) {
                prop_assert!(inflated.len() <= limit);
            }
        }
    }
}
