//! The rules, in the order in which they are asked.

use super::{WeakSecret, entropy, known, pattern, placeholder, spelling};

const SHORTEST: usize = 16;
const FEWEST_BITS: u32 = 64;

/// Refuses a secret that somebody could guess.
///
/// A secret that is hexadecimal, base64 or has Python's `\x..` escapes is looked at both as it stands and as what it
/// means. No check finds every weak secret: a passing secret that a person made up may still be weak, so take one
/// from `dewar secret new`.
///
/// # Errors
/// The first [`WeakSecret`] that fits, in the order of its variants.
pub fn check(secret: &[u8]) -> Result<(), WeakSecret> {
    let spellings = spelling::of(secret);
    let weak = [
        (WeakSecret::Empty, secret.is_empty()),
        (WeakSecret::WellKnown, spellings.iter().any(|spelling| known::contains(spelling))),
        (WeakSecret::TooShort, secret.len() < SHORTEST),
        (WeakSecret::Placeholder, spellings.iter().any(|spelling| placeholder::is_one(spelling))),
        (
            WeakSecret::Repetitive,
            pattern::has_few_bytes(secret) || spellings.iter().any(|spelling| pattern::is_one(spelling)),
        ),
        (WeakSecret::LowEntropy, entropy::estimated_bits(secret) < FEWEST_BITS),
        (WeakSecret::LineBreakAtEnd, is_line(secret)),
    ];
    weak.into_iter().find(|(_, fits)| *fits).map_or(Ok(()), |(why, _)| Err(why))
}

/// Text with a line break behind it. One in 128 keys of random bytes ends in such a byte, too, but is no text.
fn is_line(secret: &[u8]) -> bool {
    let text = secret.trim_ascii_end();
    let is_text = std::str::from_utf8(text).is_ok_and(|text| !text.contains(char::is_control));
    is_text
        && secret.get(text.len()..).is_some_and(|end| end.iter().any(|byte| matches!(byte, b'\n' | b'\r')))
}
