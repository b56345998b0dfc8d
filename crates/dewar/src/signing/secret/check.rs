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
    ];
    weak.into_iter().find(|(_, fits)| *fits).map_or(Ok(()), |(why, _)| Err(why))
}
