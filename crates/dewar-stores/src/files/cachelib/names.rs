//! The names of the files.

use std::fmt::Write;
use std::iter;

use md5::Md5;
use sha2::{Digest, Sha256};

use super::entry_file::Found;
use super::store::{CachelibOptions, FileNames};

/// cachelib ignores files whose names end with this.
pub(super) const SUFFIX: &str = ".__wz_cache";

/// The folder of the locks.
pub(super) const LOCKS: &str = "dewar-locks.__wz_cache";

const DRAFT: &str = "dewar-draft-";
const COUNTER: &str = "__wz_cache_count";

/// The names that a key's file may have: the name that is written, and another name that is also read.
#[derive(Debug)]
pub(crate) struct Names {
    pub(super) written: String,
    pub(super) other: Option<String>,
}

impl Names {
    pub(super) fn of_key(key: &str, options: &CachelibOptions) -> Self {
        let other = options.reads_other_names.then(|| options.names.other().hash(key));
        Self { written: options.names.hash(key), other }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        iter::once(self.written.as_str()).chain(self.other.as_deref())
    }

    pub(super) fn shards(&self) -> impl Iterator<Item = &str> {
        self.all().map(shard)
    }

    /// The name under which an entry was found.
    pub(super) fn of_found(&self, found: &Found) -> &str {
        self.other.as_deref().filter(|_| found.is_under_other_name).unwrap_or(&self.written)
    }
}

impl FileNames {
    /// The name of a key's file.
    pub(super) fn hash(self, key: &str) -> String {
        match self {
            Self::Md5 => hex(&Md5::digest(key)),
            Self::Sha256 => hex(&Sha256::digest(key)),
        }
    }

    pub(super) fn counter(self) -> String {
        self.hash(COUNTER)
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::Md5 => Self::Sha256,
            Self::Sha256 => Self::Md5,
        }
    }

    /// Whether an entry can have this name. The counter is not an entry, under either of its names.
    pub(super) fn is_entry(self, name: &str) -> bool {
        is_hash(name) && name != self.counter() && name != self.other().counter()
    }
}

/// Whether cachelib or this store can have created a file with this name.
pub(super) fn is_known(name: &str) -> bool {
    is_hash(name) || name.ends_with(SUFFIX)
}

/// The shard of an entry, whose entries share a lock: the first digit of its name.
pub(super) fn shard(name: &str) -> &str {
    name.get(..1).unwrap_or_default()
}

/// The name of a file that is being written, for the entry with this name.
pub(super) fn draft(name: &str, number: u64) -> String {
    format!("{DRAFT}{}-{number:016x}{SUFFIX}", shard(name))
}

/// Whether this is the name of our draft for an entry of this shard.
pub(super) fn is_draft(name: &str, of_shard: &str) -> bool {
    name.ends_with(SUFFIX)
        && name.strip_prefix(DRAFT).is_some_and(|rest| shard(rest) == of_shard && rest.get(1..2) == Some("-"))
}

pub(super) fn is_hash(name: &str) -> bool {
    matches!(name.len(), 32 | 64) && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_cachelib_names_them() {
        for (key, md5, sha256) in [
            (
                "session:SID",
                "aab5d6f43551501a910cc3d9ec53104f",
                "6af2ea17d7c837987526415b79ef480eef4af7dd96587029a5a011705d0942d5",
            ),
            (
                "__wz_cache_count",
                "2029240f6d1128be89ddc32729463129",
                "79bc207ee04a581ab2348ca1f3494e64cd0ec36128735b8c6bc85ddd8fe1938c",
            ),
            (
                "é",
                "66ddcd97cfdeabb2f6fb8a999b4bc76f",
                "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c",
            ),
        ] {
            assert_eq!(FileNames::Md5.hash(key), md5);
            assert_eq!(FileNames::Sha256.hash(key), sha256);
            assert_eq!(FileNames::Md5.is_entry(sha256), key != COUNTER);
            assert_eq!(FileNames::Sha256.is_entry(md5), key != COUNTER);
        }
    }

    #[test]
    fn drafts_are_ignored_by_cachelib_and_found_again() {
        let draft = draft("6af2", 7);
        assert_eq!(draft, "dewar-draft-6-0000000000000007.__wz_cache");
        assert!(is_draft(&draft, "6") && !is_draft(&draft, "7") && is_known(&draft));
        assert!(!FileNames::Md5.is_entry(&draft) && !is_draft("tmpx1.__wz_cache", "6") && is_known(LOCKS));
        assert!(!is_known("notes.txt") && !is_known("6af2"));
    }
}
