//! What a copy remembers of an entry that it stored.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::session_entry::SessionEntry;
use crate::clock::UnixTime;

/// Engines round times.
const ROUNDING: Duration = Duration::from_secs(2);

/// Marks an entry as it was copied, so that a later run recognizes it at the target if nothing has changed it there since. It holds a hash of
/// the key and the payload, and the expiry: none of it leads to the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyMark {
    /// Identifies the key with this payload.
    pub hash: [u8; 16],
    /// When the entry expires.
    pub expires: Option<UnixTime>,
}

impl CopyMark {
    /// The length of [`to_bytes`](Self::to_bytes).
    pub const BYTES: usize = 24;

    /// Encodes the mark: the hash, then the expiry in milliseconds, big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let expires = self.expires.map_or(i64::MAX, UnixTime::millis).to_be_bytes();
        bytes.iter_mut().zip(self.hash.into_iter().chain(expires)).for_each(|(to, from)| *to = from);
        bytes
    }

    /// Decodes what [`to_bytes`](Self::to_bytes) encoded.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let (mut hash, mut expires) = ([0; 16], [0; 8]);
        hash.iter_mut().chain(&mut expires).zip(bytes).for_each(|(to, from)| *to = *from);
        let expires = i64::from_be_bytes(expires);
        Self { hash, expires: (expires != i64::MAX).then(|| UnixTime::from_millis(expires)) }
    }

    /// Whether both mark the same entry, which has not been changed or used in between.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let is_close = |one: UnixTime, other: UnixTime| one.since(other).max(other.since(one)) <= ROUNDING;
        let same_expiry = match (self.expires, other.expires) {
            (Some(one), Some(other)) => is_close(one, other),
            (one, other) => one == other,
        };
        self.hash == other.hash && same_expiry
    }
}

impl SessionEntry {
    /// The mark of this entry.
    #[must_use]
    pub fn copy_mark(&self) -> CopyMark {
        let key = self.key.as_bytes();
        let digest =
            Sha256::new_with_prefix(key).chain_update([0]).chain_update(&self.stored.payload).finalize();
        let mut hash = [0; 16];
        hash.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        CopyMark { hash, expires: self.expires }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_survives_its_bytes_and_small_differences_of_time() {
        let at = |millis| Some(UnixTime::from_millis(millis));
        for expires in [None, at(0), at(1_709_210_096_123)] {
            let mark = CopyMark { hash: [7; 16], expires };
            assert_eq!(CopyMark::from_bytes(&mark.to_bytes()), mark);
        }
        let mark = CopyMark { hash: [7; 16], expires: at(60_000) };
        for (expires, is_same) in [(at(58_000), true), (at(62_000), true), (at(62_001), false), (None, false)]
        {
            assert_eq!(mark.is_same(&CopyMark { expires, ..mark }), is_same, "{expires:?}");
        }
        assert!(!mark.is_same(&CopyMark { hash: [8; 16], ..mark }));
    }
}
