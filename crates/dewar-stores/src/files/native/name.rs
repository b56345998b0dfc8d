//! What a file is called.

use sha2::{Digest, Sha256};

/// 64 hexadecimal digits: the SHA-256 of a key or of an owner. No text from outside becomes part of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name(String);

impl Name {
    pub(super) fn of(text: &str) -> Self {
        let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
        Self(Sha256::digest(text.as_bytes()).into_iter().flat_map(digits).flatten().collect())
    }

    /// The name, if it is one that [`of`](Self::of) gives.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (name.len() == 64 && name.bytes().all(is_digit)).then(|| Self(name.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder it lies in: the first two digits.
    pub(super) fn shard(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// What a log may show: as [`StoreKey::fingerprint`](dewar_core::StoreKey::fingerprint).
    #[cfg(feature = "tracing")]
    pub(super) fn fingerprint(&self) -> &str {
        self.0.get(..8).unwrap_or_default()
    }
}

/// All shards, in order, from this one on.
pub(super) fn shards(from: u8) -> impl Iterator<Item = (u8, String)> {
    (from..=u8::MAX).map(|number| (number, format!("{number:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_sha256_in_lower_case() {
        let name = Name::of("abc");
        assert_eq!(name.as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(name.shard(), "ba");
        assert_eq!(Name::parse(name.as_str()), Some(name));
    }

    #[test]
    fn nothing_else_is_a_name() {
        let name = Name::of("abc").as_str().to_owned();
        for other in
            ["", "..", &name[1..], &name.to_uppercase(), &format!("{name}0"), &name.replace('b', "/")]
        {
            assert_eq!(Name::parse(other), None);
        }
    }

    #[test]
    fn there_are_256_shards() {
        let all: Vec<_> = shards(0).map(|(_, shard)| shard).collect();
        assert_eq!((all.len(), all[0].as_str(), all[255].as_str()), (256, "00", "ff"));
        assert_eq!(shards(255).count(), 1);
    }
}
