//! The key as Memcached accepts it.

use std::borrow::Cow;
use std::fmt::Write;

use dewar_core::StoreKey;
use sha2::{Digest, Sha256};

/// The longest key of Memcached, in bytes.
const LONGEST: usize = 250;

/// What a hashed key starts with. A key that starts like this is hashed itself, so no two keys become the same.
const HASHED: &str = "dewar-sha256:";

/// The text under which an entry is stored: the key itself, or its SHA-256 if Memcached does not accept it.
pub(super) fn on_the_wire(key: &StoreKey) -> Cow<'_, str> {
    let text = key.as_str();
    let is_plain = |byte: u8| byte > b' ' && byte != 0x7f;
    if (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_plain) && !text.starts_with(HASHED) {
        return Cow::Borrowed(text);
    }
    let mut hashed = HASHED.to_owned();
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(hashed, "{byte:02x}");
    }
    Cow::Owned(hashed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        on_the_wire(&StoreKey::new(text)).into_owned()
    }

    #[test]
    fn what_memcached_accepts_is_unchanged() {
        for text in ["session:a", "shop:{tg}:ff", "é", &"k".repeat(250)] {
            assert_eq!(of(text), text);
        }
    }

    #[test]
    fn all_else_is_hashed_and_stays_apart() {
        let long = "k".repeat(251);
        let texts = ["", "a b", "a\r\nflush_all", "\0", "\u{7f}", &long, &of("a b"), &of(&of("a b"))];
        let hashed: Vec<_> = texts.iter().map(|text| of(text)).collect();
        for (number, text) in hashed.iter().enumerate() {
            assert!(text.starts_with(HASHED) && text.len() == HASHED.len() + 64, "{text}");
            assert!(!hashed[..number].contains(text));
        }
    }
}
