//! Finds the first character of a string that needs an escape, or is one.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The length of the longest prefix without `"`, `\` and bytes below 0x20.
#[inline]
pub(super) fn plain_prefix(bytes: &[u8]) -> usize {
    scan(bytes, |word| control(word) | equal(word, b'"') | equal(word, b'\\'))
}

/// The length of the longest prefix of `' '` to `'~'` without `"` and `\`.
#[cfg(feature = "flask")]
pub(super) fn plain_ascii_prefix(bytes: &[u8]) -> usize {
    scan(bytes, |word| {
        control(word) | equal(word, b'"') | equal(word, b'\\') | equal(word, 0x7f) | (word & HIGH)
    })
}

/// `special` sets the high bit of special bytes. Bits above the lowest bit that is set need not be correct.
#[inline]
fn scan(bytes: &[u8], special: impl Fn(u64) -> u64) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    // The padding of the last word is plain in both senses.
    let mut last = [b' '; 8];
    last.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
    let found = special(u64::from_le_bytes(last));
    let in_tail = if found == 0 { tail.len() } else { found.trailing_zeros() as usize / 8 };
    words.len() * 8 + in_tail
}

/// Bytes below 0x20 (after "Bit Twiddling Hacks", haszero and hasless).
fn control(word: u64) -> u64 {
    word.wrapping_sub(ONES * 0x20) & !word & HIGH
}

fn equal(word: u64, byte: u8) -> u64 {
    let zero_where_equal = word ^ (ONES * u64::from(byte));
    zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slow(bytes: &[u8], special: impl Fn(u8) -> bool) -> usize {
        bytes.iter().position(|&byte| special(byte)).unwrap_or(bytes.len())
    }

    proptest! {
        #[test]
        fn as_a_slow_search_finds(bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            "[ !#-\\[~\\]\u{7f}\"\\\\\u{1f}é]{0,40}".prop_map(String::into_bytes),
        ]) {
            let marks = |byte| byte < 0x20 || byte == b'"' || byte == b'\\';
            prop_assert_eq!(plain_prefix(&bytes), slow(&bytes, marks));
            prop_assert_eq!(plain_ascii_prefix(&bytes), slow(&bytes, |byte| marks(byte) || byte >= 0x7f));
        }
    }
}
