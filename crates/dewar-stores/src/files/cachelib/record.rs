//! The contents of a file: an expiry and a pickle.

use bytes::{BufMut, Bytes, BytesMut};
use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, Stored};

use super::pickled;

/// An entry as it is in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// Seconds since 1970; 0: never.
    pub(super) end: u32,
    pub(super) payload: Bytes,
    /// Whether the file has the form of cachelib up to 0.6.
    pub(super) is_old: bool,
}

/// The length of what comes before the payload, in bytes.
const HEAD: usize = 4;

impl From<&Entry> for Record {
    fn from(entry: &Entry) -> Self {
        Self::new(entry.expires, entry.payload.clone())
    }
}

impl Record {
    pub(super) fn new(expires: Option<UnixTime>, payload: Bytes) -> Self {
        Self { end: end(expires), payload, is_old: false }
    }

    /// `None` for a truncated file.
    pub(super) fn from_bytes(bytes: &Bytes) -> Option<Self> {
        if let Some((end, len)) = pickled::end(bytes) {
            return Some(Self { end, payload: bytes.slice(len..), is_old: true });
        }
        let end = u32::from_ne_bytes(*bytes.first_chunk::<HEAD>()?);
        Some(Self { end, payload: bytes.slice(HEAD..), is_old: false })
    }

    pub(super) fn to_bytes(&self) -> Bytes {
        let mut bytes = BytesMut::with_capacity(HEAD + self.payload.len());
        bytes.put_slice(&self.end.to_ne_bytes());
        bytes.put_slice(&self.payload);
        bytes.freeze()
    }

    pub(super) fn expires(&self) -> Option<UnixTime> {
        (self.end != 0).then(|| UnixTime::from_seconds(self.end.into()))
    }

    /// In the second of its expiry it has not yet expired, as for cachelib.
    pub(super) fn is_expired(&self, now: UnixTime) -> bool {
        self.expires().is_some_and(|expires| now > expires)
    }

    pub(super) fn revision(&self) -> Revision {
        Revision::from_payload(self.payload.clone())
    }

    pub(super) fn stored(&self) -> Stored {
        Stored { payload: self.payload.clone(), revision: self.revision(), expires: self.expires() }
    }
}

/// Rounded down to a second, as cachelib does. What expired before 1970 has expired, and does not mean "never".
pub(super) fn end(expires: Option<UnixTime>) -> u32 {
    let Some(expires) = expires else { return 0 };
    u32::try_from(expires.seconds().max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICKLE: &[u8] =
        b"\x80\x05\x95\x19\0\0\0\0\0\0\0}\x94(\x8c\x0a_permanent\x94\x88\x8c\x01a\x94K\x01u.";

    fn record(head: &[u8]) -> Record {
        Record::from_bytes(&[head, PICKLE].concat().into()).unwrap()
    }

    #[test]
    fn todays_form_is_written_as_it_is_read() {
        let record = record(&1_711_888_496_u32.to_ne_bytes());
        assert_eq!((record.end, &record.payload[..], record.is_old), (1_711_888_496, PICKLE, false));
        assert_eq!(Record::from_bytes(&record.to_bytes()), Some(record));
        if cfg!(target_endian = "little") {
            assert_eq!(end(Some(UnixTime::from_seconds(1_711_888_496))).to_ne_bytes(), *b"pX\x09f");
        }
    }

    #[test]
    fn older_forms_are_read() {
        for (head, end) in [
            (&b"JpX\x09f."[..], 1_711_888_496),
            (b"\x80\x05JpX\x09f.", 1_711_888_496),
            (b"\x80\x04JpX\x09f.", 1_711_888_496),
            (b"K\0.", 0),
            (b"\x80\x05K\0.", 0),
            (b"GA\xd9\x82V\x1c\x00\x00\x00.", 1_711_888_496),
        ] {
            let record = record(head);
            assert_eq!((record.end, &record.payload[..], record.is_old), (end, PICKLE, true), "{head:?}");
        }
    }

    /// Every expiry in the current form, before a pickle, is recognised.
    #[test]
    fn todays_form_is_never_taken_for_an_older_one() {
        for first in [b'K', b'M', b'J', b'G', 0x80] {
            for rest in [[0, b'.', 0x80], [b'.'; 3], [0x05, b'J', b'p'], [5, b'K', 0], [b'.', 0x80, 5]] {
                let head = [first, rest[0], rest[1], rest[2]];
                assert_eq!(record(&head).end, u32::from_ne_bytes(head), "{head:?}");
            }
        }
        assert_eq!(Record::from_bytes(&Bytes::from_static(b"abc")), None);
        assert_eq!(Record::from_bytes(&Bytes::from_static(b"\0\0\0\0")).unwrap().payload, "");
    }

    #[test]
    fn ends_are_cut_to_seconds() {
        for (millis, seconds) in
            [(1, 1), (999, 1), (1999, 1), (2000, 2), (0, 1), (-5000, 1), (i64::MIN, 1), (i64::MAX, u32::MAX)]
        {
            assert_eq!(end(Some(UnixTime::from_millis(millis))), seconds, "{millis}");
        }
        assert_eq!(end(None), 0);
    }
}
