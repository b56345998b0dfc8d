//! The contents of the file of an entry.
//!
//! Numbers are big-endian. `magic` ends with the version of the format.
//!
//! | magic | SHA-256 of all else | number | position | expires? | expires | owner? | move | lengths | other name | owner | key | payload |
//! |---|---|---|---|---|---|---|---|---|---|---|---|---|
//! | 8 | 32 | 8 | 8 | 1 | 8 | 1 | 1 | 4 × 4 | 0 or 64 | … | … | … |

use std::io;

use bytes::Bytes;
use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, StoreKey, Stored};
use sha2::{Digest, Sha256};

use super::name::Name;
use crate::files::disk;

/// The longest owner, key or payload, in bytes.
const LONGEST_PART: u32 = 16 << 20;

const MAGIC: &[u8; 8] = b"dewar-s\x02";

/// An entry as it is in its file.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Record {
    /// The revision: a random number, new with each write except a touch.
    pub(super) number: u64,
    /// Entries that got their owner later have a greater position; 0 without an owner.
    pub(super) position: u64,
    pub(super) expires: Option<UnixTime>,
    pub(super) owner: Option<String>,
    /// Its part in a rename.
    pub(super) moves: Option<Moves>,
    pub(super) key: StoreKey,
    pub(super) payload: Bytes,
}

/// The part of an entry in a [rename](super::renaming).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Moves {
    To(Name),
    From(Name),
}

impl Record {
    /// A record with a number that no other write has.
    pub(super) fn new(key: &StoreKey, entry: &Entry, position: u64) -> io::Result<Self> {
        Ok(Self {
            number: disk::random_number()?,
            position,
            expires: entry.expires,
            owner: entry.owner.clone(),
            moves: None,
            key: key.clone(),
            payload: entry.payload.clone(),
        })
    }

    /// # Errors
    /// If a part is longer than [`LONGEST_PART`].
    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([0; 32]);
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.position.to_be_bytes());
        bytes.push(self.expires.is_some().into());
        bytes.extend(self.expires.map_or(0, UnixTime::millis).to_be_bytes());
        bytes.push(self.owner.is_some().into());
        bytes.push(self.moves.as_ref().map_or(0, Moves::direction));
        let other = self.moves.as_ref().map_or("", |moves| moves.other().as_str()).as_bytes();
        let owner = self.owner.as_deref().unwrap_or_default().as_bytes();
        let parts = [other, owner, self.key.as_bytes(), &self.payload];
        for part in parts {
            bytes.extend(length(part)?.to_be_bytes());
        }
        bytes.extend(parts.into_iter().flatten());
        let sum = checksum(&bytes).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        bytes.splice(MAGIC.len()..MAGIC.len() + sum.len(), sum);
        Ok(bytes)
    }

    /// `None` if the bytes are truncated, damaged, or not in this format.
    pub(super) fn from_bytes(bytes: &Bytes) -> Option<Self> {
        let mut rest = bytes.as_ref();
        (take::<8>(&mut rest)? == *MAGIC).then_some(())?;
        (take::<32>(&mut rest)? == checksum(bytes)?).then_some(())?;
        let number = u64::from_be_bytes(take(&mut rest)?);
        let position = u64::from_be_bytes(take(&mut rest)?);
        let [expires_is_some] = take(&mut rest)?;
        let expires = UnixTime::from_millis(i64::from_be_bytes(take(&mut rest)?));
        let [owner_is_some] = take(&mut rest)?;
        let [direction] = take(&mut rest)?;
        let [other, owner, key, payload] = lengths(&mut rest)?;
        let moves = Moves::parse(direction, text(&mut rest, other)?)?;
        let owner = text(&mut rest, owner)?;
        let key = StoreKey::new(text(&mut rest, key)?);
        (rest.len() == usize::try_from(payload).ok()?).then_some(())?;
        Some(Self {
            number,
            position,
            expires: (expires_is_some == 1).then_some(expires),
            owner: (owner_is_some == 1).then(|| owner.to_owned()),
            moves,
            key,
            payload: bytes.slice_ref(rest),
        })
    }

    pub(super) fn is_expired(&self, now: UnixTime) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }

    pub(super) fn revision(&self) -> Revision {
        Revision::from_number(self.number)
    }

    pub(super) fn stored(&self) -> Stored {
        Stored { payload: self.payload.clone(), revision: self.revision(), expires: self.expires }
    }
}

impl Moves {
    fn direction(&self) -> u8 {
        match self {
            Self::To(_) => 1,
            Self::From(_) => 2,
        }
    }

    fn other(&self) -> &Name {
        let (Self::To(other) | Self::From(other)) = self;
        other
    }

    fn parse(direction: u8, other: &str) -> Option<Option<Self>> {
        match direction {
            0 => other.is_empty().then_some(None),
            1 => Name::parse(other).map(Self::To).map(Some),
            2 => Name::parse(other).map(Self::From).map(Some),
            _ => None,
        }
    }
}

fn length(part: &[u8]) -> io::Result<u32> {
    let too_long = || {
        io::Error::new(
            io::ErrorKind::FileTooLarge,
            "the session takes more than 16 MiB, which is the limit for a file",
        )
    };
    u32::try_from(part.len()).ok().filter(|length| *length <= LONGEST_PART).ok_or_else(too_long)
}

/// Computed over the magic and everything after the checksum.
fn checksum(bytes: &[u8]) -> Option<[u8; 32]> {
    let (magic, rest) = bytes.split_first_chunk::<8>()?;
    let (_, rest) = rest.split_first_chunk::<32>()?;
    Some(Sha256::new_with_prefix(magic).chain_update(rest).finalize().into())
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk::<N>()?;
    *rest = left;
    Some(*taken)
}

fn lengths(rest: &mut &[u8]) -> Option<[u32; 4]> {
    Some([take(rest)?, take(rest)?, take(rest)?, take(rest)?].map(u32::from_be_bytes))
}

fn text<'a>(rest: &mut &'a [u8], length: u32) -> Option<&'a str> {
    let (text, left) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = left;
    std::str::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(expires: Option<i64>, owner: Option<&str>) -> Record {
        Record {
            number: u64::MAX - 1,
            position: 3,
            expires: expires.map(UnixTime::from_millis),
            owner: owner.map(str::to_owned),
            moves: None,
            key: StoreKey::new("session:ß"),
            payload: Bytes::from_static(b"\0payload\xff"),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for expires in [None, Some(0), Some(-1), Some(i64::MAX), Some(i64::MIN)] {
            for owner in [None, Some(""), Some("ann"), Some("\0/..")] {
                for moves in
                    [None, Some(Moves::To(Name::from_text("a"))), Some(Moves::From(Name::from_text("b")))]
                {
                    let record = Record { moves, ..record(expires, owner) };
                    let bytes = Bytes::from(record.to_bytes().unwrap());
                    assert_eq!(Record::from_bytes(&bytes), Some(record));
                }
            }
        }
    }

    #[test]
    fn a_file_that_is_cut_or_continued_is_none() {
        let bytes = Bytes::from(record(Some(7), Some("ann")).to_bytes().unwrap());
        assert!((0..bytes.len()).all(|end| Record::from_bytes(&bytes.slice(..end)).is_none()));
        assert_eq!(Record::from_bytes(&Bytes::from([&bytes[..], b"\0"].concat())), None);
    }

    #[test]
    fn a_file_with_a_flipped_bit_is_none() {
        let bytes = record(Some(7), Some("ann")).to_bytes().unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Record::from_bytes(&Bytes::from(flipped)), None, "bit {bit}");
        }
    }

    #[test]
    fn lengths_that_lie_are_none_even_with_the_right_checksum() {
        let bytes = record(None, None).to_bytes().unwrap();
        for at in 66..83 {
            let mut lying = bytes.clone();
            lying[at] ^= 0x40;
            let sum = checksum(&lying).unwrap();
            lying[8..40].copy_from_slice(&sum);
            assert_eq!(Record::from_bytes(&Bytes::from(lying)), None, "byte {at}");
        }
    }

    #[test]
    fn an_entry_too_long_is_refused() {
        let payload = Bytes::from(vec![0; (16 << 20) + 1]);
        let longest = Record { payload: payload.slice(1..), ..record(None, None) };
        assert!(longest.to_bytes().is_ok());
        let refused = Record { payload, ..record(None, None) }.to_bytes().unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::FileTooLarge);
    }
}
