//! The table of known secrets.

use sha2::{Digest, Sha256};

const PREFIX: usize = 6;

/// The first 48 bits of the SHA-256 of each known secret, sorted; made by `cargo xtask known-secrets`.
///
/// With 55,000 entries, a text that is not among them is taken for one with a probability of 2 in 10^10.
static TABLE: &[u8] = include_bytes!("known.bin");

/// Whether this very text is in the table.
pub(super) fn contains(secret: &[u8]) -> bool {
    let digest = Sha256::digest(secret);
    let (entries, _) = TABLE.as_chunks::<PREFIX>();
    entries.binary_search_by(|entry| entry.as_slice().cmp(digest.get(..PREFIX).unwrap_or_default())).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_sorted_and_without_doubles() {
        let (entries, rest) = TABLE.as_chunks::<PREFIX>();
        assert!(rest.is_empty() && entries.len() > 54_000);
        assert!(entries.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn the_first_and_the_last_entry_are_found() {
        assert!(contains(b"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf"));
        assert!(!contains(b"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbe"));
    }
}
