//! What an entry holds, in one allocation: its key, its owner and its payload, one after the other.

/// The length of a place in bytes.
const PLACE: usize = 8;

/// The bytes of an entry. Comparing the key brings the beginning of the payload into the processor's cache.
pub(super) struct Record {
    bytes: Box<[u8]>,
    key: u32,
    /// The length of the owner and its place; 0 without an owner.
    membership: u32,
}

/// The owner of an entry, and its place among the owner's entries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Membership<'a> {
    pub(super) owner: &'a [u8],
    pub(super) place: u64,
}

impl Record {
    pub(super) fn new(key: &[u8], membership: Option<Membership<'_>>, payload: &[u8]) -> Self {
        let membership_length = membership.map_or(0, |membership| PLACE + membership.owner.len());
        let mut bytes = Vec::with_capacity(key.len() + membership_length + payload.len());
        bytes.extend_from_slice(key);
        if let Some(Membership { owner, place }) = membership {
            bytes.extend_from_slice(&place.to_le_bytes());
            bytes.extend_from_slice(owner);
        }
        bytes.extend_from_slice(payload);
        Self { bytes: bytes.into(), key: length(key.len()), membership: length(membership_length) }
    }

    pub(super) fn key(&self) -> &[u8] {
        self.bytes.get(..self.key as usize).unwrap_or_default()
    }

    pub(super) fn is_owned(&self) -> bool {
        self.membership > 0
    }

    pub(super) fn membership(&self) -> Option<Membership<'_>> {
        let bytes = self.bytes.get(self.key as usize..self.payload_starts())?;
        let (place, owner) = bytes.split_first_chunk::<PLACE>()?;
        Some(Membership { owner, place: u64::from_le_bytes(*place) })
    }

    pub(super) fn payload(&self) -> &[u8] {
        self.bytes.get(self.payload_starts()..).unwrap_or_default()
    }

    fn payload_starts(&self) -> usize {
        self.key as usize + self.membership as usize
    }
}

/// Keys have at most 512 bytes, and owners are names: neither comes near 4 GiB.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_read_as_they_were_written() {
        let owned = Record::new(b"key", Some(Membership { owner: b"user:1", place: 7 }), b"payload");
        assert_eq!((owned.key(), owned.payload()), (b"key".as_slice(), b"payload".as_slice()));
        let membership = owned.membership().unwrap();
        assert_eq!((membership.owner, membership.place, owned.is_owned()), (b"user:1".as_slice(), 7, true));

        let anonymous = Record::new(b"", None, b"");
        assert_eq!((anonymous.key(), anonymous.payload()), (b"".as_slice(), b"".as_slice()));
        assert!(anonymous.membership().is_none() && !anonymous.is_owned());

        let nameless = Record::new(b"", Some(Membership { owner: b"", place: 1 }), b"");
        assert!(nameless.is_owned() && nameless.membership().is_some());
    }
}
