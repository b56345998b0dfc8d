//! The key under which a store stores a session.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};

/// The longest text that needs no allocation. A key of Dewar's own records has 48 bytes and the name of the program.
const INLINE: usize = 62;

/// The key of an entry: text of at most 512 bytes. In Flask-Session's format it contains the session id itself, so never print it.
///
/// A key of at most 62 bytes takes no memory of its own on the heap.
#[derive(Clone)]
pub struct StoreKey(Text);

#[derive(Clone)]
enum Text {
    Inline { length: u8, bytes: [u8; INLINE] },
    Heap(Box<str>),
}

impl StoreKey {
    /// A key with this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::inline(&[&text]).unwrap_or_else(|| Self(Text::Heap(text.into())))
    }

    /// A key of these texts, one after the other.
    #[must_use]
    pub fn concat(texts: &[&str]) -> Self {
        Self::inline(texts).unwrap_or_else(|| Self(Text::Heap(texts.concat().into())))
    }

    fn inline(texts: &[&str]) -> Option<Self> {
        let (mut bytes, mut length) = ([0; INLINE], 0_usize);
        for text in texts {
            let until = length.checked_add(text.len())?;
            bytes.get_mut(length..until)?.copy_from_slice(text.as_bytes());
            length = until;
        }
        Some(Self(Text::Inline { length: u8::try_from(length).ok()?, bytes }))
    }

    /// The text. Pass it to the engine only, never to a log.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // Only whole texts are put together, so it is always valid; checking that takes some nanoseconds.
            Text::Inline { .. } => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Text::Heap(text) => text,
        }
    }

    /// The text in bytes.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::Inline { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Text::Heap(text) => text.as_bytes(),
        }
    }

    /// Whether the key starts with this text. All keys of one program start with its name.
    #[inline]
    #[must_use]
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.as_bytes().starts_with(prefix.as_bytes())
    }

    /// The first 8 hexadecimal digits of the key's SHA-256. A log may show them: they are enough to follow one session.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        Sha256::digest(self.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl PartialEq for StoreKey {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for StoreKey {}

impl PartialOrd for StoreKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for StoreKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for StoreKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

/// Shows the fingerprint, never the key.
impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreKey({}…)", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_keys_have_the_text_they_were_made_of() {
        for length in [0, 1, INLINE - 1, INLINE, INLINE + 1, 512] {
            let text = "ü".repeat(length / 2) + &"x".repeat(length % 2);
            let (start, end) = text.split_at(length / 4 * 2);
            let (whole, parts) = (StoreKey::new(text.as_str()), StoreKey::concat(&[start, end]));
            assert_eq!((whole.as_str(), whole.as_bytes()), (text.as_str(), text.as_bytes()));
            assert!(whole == parts && whole.starts_with(&text) && !whole.starts_with(&format!("{text}x")));
            assert_eq!(matches!(whole.0, Text::Inline { .. }), length <= INLINE);
        }
    }

    #[test]
    fn keys_are_sorted_by_their_texts() {
        let long = "a".repeat(100);
        let mut keys = ["b", &long, "a", ""].map(StoreKey::new);
        keys.sort();
        assert_eq!(keys.each_ref().map(StoreKey::as_str), ["", "a", long.as_str(), "b"]);
    }
}
