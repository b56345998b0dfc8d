//! Checks a secret: the rules in their order, and the table of published secrets.

use std::fmt;

use sha2::{Digest, Sha256};

use super::placeholder::is_placeholder;
use super::randomness::{estimated_bits, has_few_bytes, is_repetitive};
use super::spelling;

const SHORTEST: usize = 16;
const FEWEST_BITS: u32 = 64;

/// The error of a secret that could be guessed. It does not contain the secret.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeakSecret {
    /// It is empty.
    Empty,
    /// It has been published: in documentation, in the defaults of a program, in public code.
    WellKnown,
    /// It is shorter than 16 bytes.
    TooShort,
    /// It is mostly a placeholder: `changeme`, `<your secret here>`, `${SECRET_KEY}`.
    Placeholder,
    /// It repeats itself, counts up or down, or has fewer than 8 distinct bytes.
    Repetitive,
    /// It is not random enough: its estimated entropy is less than 64 bits.
    LowEntropy,
    /// It is a text that ends with a line break, which would be part of the key: probably an editor or `echo` added it. Flask includes it in the
    /// key, and so does [`SecretKeys::accepting_weak`](crate::SecretKeys::accepting_weak).
    LineBreakAtEnd,
}

/// Checks that a secret cannot be guessed.
///
/// A secret that is hexadecimal or base64, or has Python's `\x..` escapes, is checked both as it is and decoded. No check finds every weak
/// secret: one that a person made up may pass, but still be weak. Use `openssl rand -base64 32` or `dewar secret new` to make one.
///
/// # Errors
/// The first [`WeakSecret`] that applies, in the order of its variants.
pub fn check(secret: &[u8]) -> Result<(), WeakSecret> {
    let spellings = spelling::all(secret);
    let weak = [
        (WeakSecret::Empty, secret.is_empty()),
        (WeakSecret::WellKnown, spellings.iter().any(|spelling| is_published(spelling))),
        (WeakSecret::TooShort, secret.len() < SHORTEST),
        (WeakSecret::Placeholder, spellings.iter().any(|spelling| is_placeholder(spelling))),
        (
            WeakSecret::Repetitive,
            has_few_bytes(secret) || spellings.iter().any(|spelling| is_repetitive(spelling)),
        ),
        (WeakSecret::LowEntropy, estimated_bits(secret) < FEWEST_BITS),
        (WeakSecret::LineBreakAtEnd, ends_in_line_break(secret)),
    ];
    weak.into_iter().find(|(_, fits)| *fits).map_or(Ok(()), |(why, _)| Err(why))
}

/// Whether it is a text that ends with a line break. One in 128 random keys ends with such a byte, but is not text.
fn ends_in_line_break(secret: &[u8]) -> bool {
    let text = secret.trim_ascii_end();
    let is_text = std::str::from_utf8(text).is_ok_and(|text| !text.contains(char::is_control));
    is_text
        && secret.get(text.len()..).is_some_and(|end| end.iter().any(|byte| matches!(byte, b'\n' | b'\r')))
}

const PREFIX: usize = 6;

/// The first 48 bits of the SHA-256 of each published secret, sorted. Made by `cargo xtask known-secrets`.
///
/// With 55,000 entries, the probability of a false match is 2 in 10^10.
static PUBLISHED: &[u8] = include_bytes!("known.bin");

/// Whether exactly this text is in the table.
fn is_published(secret: &[u8]) -> bool {
    let digest = Sha256::digest(secret);
    let (entries, _) = PUBLISHED.as_chunks::<PREFIX>();
    entries.binary_search_by(|entry| entry.as_slice().cmp(digest.get(..PREFIX).unwrap_or_default())).is_ok()
}

impl fmt::Display for WeakSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fact = match self {
            Self::LineBreakAtEnd => {
                return f.write_str(
                    "the secret ends in a line break, which would be part of it: remove it (`printf` writes none); if a program has \
                     signed with it, accept it as it is",
                );
            }
            Self::Empty => "the secret is empty",
            Self::WellKnown => "the secret is public: it is in documentation or code that anybody can read",
            Self::TooShort => "the secret is shorter than 16 bytes",
            Self::Placeholder => "the secret is a placeholder",
            Self::Repetitive => "the secret follows a pattern",
            Self::LowEntropy => "the secret is not random enough",
        };
        write!(f, "{fact}: make one with `openssl rand -base64 32` or `dewar secret new`")
    }
}

/// The same as `Display`, because a `main` that returns the error prints `Debug`.
impl fmt::Debug for WeakSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for WeakSecret {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_sorted_and_without_doubles() {
        let (entries, rest) = PUBLISHED.as_chunks::<PREFIX>();
        assert!(rest.is_empty() && entries.len() > 54_000);
        assert!(entries.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn the_first_and_the_last_entry_are_found() {
        assert!(is_published(b"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf"));
        assert!(!is_published(b"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbe"));
    }
}
