//! Values with client flags, as clients for Python write them.

use bytes::Bytes;

/// The flag of pymemcache, pylibmc and python-memcached for a value that is compressed with zlib.
#[cfg(feature = "flask")]
const COMPRESSED: u32 = 1 << 3;

/// A larger value is not decompressed.
#[cfg(feature = "flask")]
const LONGEST: u64 = 16 << 20;

/// The payload of a value: decompressed, if the client compressed it. Other flags say of which Python type the value was, and its bytes are the
/// payload. A value that cannot be decompressed stays as it is, so that a logout still finds it.
#[cfg(feature = "flask")]
pub(super) fn plain(value: Bytes, client_flags: u32) -> Bytes {
    use std::io::Read;

    if client_flags & COMPRESSED == 0 {
        return value;
    }
    let mut payload = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(value.as_ref()).take(LONGEST + 1);
    match decoder.read_to_end(&mut payload) {
        Ok(_) if payload.len() as u64 <= LONGEST => payload.into(),
        _ => value,
    }
}

/// Without the feature `flask`, nobody else writes values.
#[cfg(not(feature = "flask"))]
pub(super) fn plain(value: Bytes, _: u32) -> Bytes {
    value
}

#[cfg(all(test, feature = "flask"))]
mod tests {
    use super::*;

    /// `zlib.compress(b"a" * 100)`
    const COMPRESSED_A: &[u8] = b"x\x9cKL\xa4=\x00\x00zG%\xe5";

    #[test]
    fn a_compressed_value_is_decompressed() {
        for flags in [COMPRESSED, COMPRESSED | 1, COMPRESSED | 16] {
            assert_eq!(plain(Bytes::from_static(COMPRESSED_A), flags), vec![b'a'; 100]);
        }
    }

    #[test]
    fn all_else_is_unchanged() {
        for (value, flags) in [(COMPRESSED_A, 0), (b"x", 16), (b"not zlib", COMPRESSED), (b"", COMPRESSED)] {
            assert_eq!(plain(Bytes::from_static(value), flags), value);
        }
    }
}
