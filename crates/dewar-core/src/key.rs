//! The key under which a store stores a session.

use std::fmt;

use compact_str::CompactString;
use sha2::{Digest, Sha256};

/// The key of an entry: text of at most 512 bytes. In Flask-Session's format it contains the session id itself, so never print it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreKey(CompactString);

impl StoreKey {
    /// A key with this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(CompactString::from(text.into()))
    }

    /// The text. Pass it to the engine only, never to a log.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the key starts with this text. All keys of one program start with its name.
    #[inline]
    #[must_use]
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.0.starts_with(prefix)
    }

    /// The first 8 hexadecimal digits of the key's SHA-256. A log may show them: they are enough to follow one session.
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
