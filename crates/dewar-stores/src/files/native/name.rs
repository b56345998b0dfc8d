//! The names of the files.

use std::io;

use sha2::{Digest, Sha256};

use crate::files::disk;

const DRAFT: &str = ".draft-";

/// The name of a file: the SHA-256 of a key or an owner as 64 hexadecimal digits. No text from outside becomes part of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(String);

impl Name {
    pub(super) fn from_text(text: &str) -> Self {
        let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
        Self(Sha256::digest(text.as_bytes()).into_iter().flat_map(digits).flatten().collect())
    }

    /// Parses a name that [`from_text`](Self::from_text) may have returned.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (name.len() == 64 && name.bytes().all(is_digit)).then(|| Self(name.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that the file is in: the first two digits.
    pub(super) fn shard(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// For the name of an owner: the lock of the owner's shard.
    pub(super) fn owner_lock(&self) -> String {
        format!("owners-{}", self.shard())
    }

    /// What a log may show: the same as [`StoreKey::fingerprint`](dewar_core::StoreKey::fingerprint).
    #[cfg(feature = "tracing")]
    pub(super) fn fingerprint(&self) -> &str {
        self.0.get(..8).unwrap_or_default()
    }
}

/// All shards in order, starting with this one.
pub(super) fn shards(from: u8) -> impl Iterator<Item = String> {
    (from..=u8::MAX).map(shard)
}

/// The shard with this number.
pub(super) fn shard(number: u8) -> String {
    format!("{number:02x}")
}

/// A new name for a file that is being written.
pub(super) fn draft() -> io::Result<String> {
    Ok(format!("{DRAFT}{:016x}", disk::random_number()?))
}

pub(super) fn is_draft(name: &str) -> bool {
    name.starts_with(DRAFT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_sha256_in_lower_case() {
        let name = Name::from_text("abc");
        assert_eq!(name.as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(name.shard(), "ba");
        assert_eq!(Name::parse(name.as_str()), Some(name));
    }

    #[test]
    fn nothing_else_is_a_name() {
        let name = Name::from_text("abc").as_str().to_owned();
        for other in
            ["", "..", &name[1..], &name.to_uppercase(), &format!("{name}0"), &name.replace('b', "/")]
        {
            assert_eq!(Name::parse(other), None);
        }
    }

    #[test]
    fn there_are_256_shards() {
        let all: Vec<_> = shards(0).collect();
        assert_eq!((all.len(), all[0].as_str(), all[255].as_str()), (256, "00", "ff"));
        assert_eq!(shards(255).count(), 1);
    }

    #[test]
    fn drafts_are_found_again() {
        assert!(is_draft(&draft().unwrap()) && !is_draft(Name::from_text("abc").as_str()));
    }
}
