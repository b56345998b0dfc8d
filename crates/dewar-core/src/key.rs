//! What a store sees in place of a session id.

use std::fmt;

use compact_str::CompactString;
use sha2::{Digest, Sha256};

/// The key of an entry: text, 512 bytes at most. In Flask-Session's format it *is* the session id, behind a prefix: never print it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreKey(CompactString);

impl StoreKey {
    /// A key of this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(CompactString::from(text.into()))
    }

    /// The text, for the engine alone.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it begins with this text, as the keys of one program do.
    #[inline]
    #[must_use]
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.0.starts_with(prefix)
    }

    /// The first 8 hexadecimal digits of its SHA-256: what a log may show, enough to follow one session through it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        Sha256::digest(self.0.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Shows the fingerprint, never the key.
impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreKey({}…)", self.fingerprint())
    }
}
