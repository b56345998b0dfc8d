//! Dewar's own record: an envelope around the data.
//!
//! | part | bytes |
//! |---|---|
//! | `DW`, version 1 | 3 |
//! | kind: 0 a session, 1 a tombstone | 1 |
//! | the key that the record belongs to: its last 8 bytes, which are part of a hash | 8 |
//! | the CRC-32 of everything else: it detects damage, but does not protect against an attacker who can write to the store | 4 |
//! | a random number that identifies the write; 0 where no answer of the store can be lost | 8 |
//! | the start of the session and the time of this write, in milliseconds since 1970 | 8 + 8 |
//! | flags: bit 0 = permanent, bit 1 = a client has sent its id, bit 2 = it has its own lifetime | 1 |
//! | the number of bytes of the following labels | 2 |
//! | owner, user agent, address: one byte of length and UTF-8 each | 3 or more |
//! | with its own lifetime: its idle and its absolute limit in seconds, 0 = none; fields added here by a later version are skipped | 8 |
//! | the data, MessagePack with Dewar's extensions; in a tombstone, the key under which the session continues, if it does | the rest |
//!
//! Numbers are big-endian.

use std::time::Duration;

use bytes::Bytes;

use super::parsed_record::{ParsedRecord, RecordKind};
use super::records::{Found, RecordContents, Records, Successor, Unreadable, last_used};
use crate::clock::UnixTime;
use crate::codec::{Codec, EncodeError, MsgPack};
use crate::lifetime::{Lifetimes, Timeouts, Times};
use crate::manager::rules::Rules;
use crate::session::{Device, StoredSession};
use crate::store::{Entry, StoreKey, Stored};
use crate::value::{Map, Text};

/// How long a tombstone stays under an ended id, at least. Until then a logout with that id ends the session under its newer id, and a
/// login that is repeated finds it.
const TOMBSTONE_TTL: Duration = Duration::from_secs(60);

const VERSION: u8 = 1;
const TOMBSTONE: u8 = 1;
const PERMANENT: u8 = 1;
const PRESENTED: u8 = 2;
const OWN_TIMEOUTS: u8 = 4;
/// The offsets of the parts.
const CHECKSUM: usize = 12;
const WRITE: usize = 16;
const WRITTEN: usize = 32;
const LABELS: usize = 43;
/// Most records are no longer, in bytes.
const USUAL: usize = 512;

/// Dewar's own records, ready to use.
#[derive(Debug)]
pub(in crate::manager) struct NativeRecord {
    /// How long a tombstone stays.
    trace: Duration,
}

impl NativeRecord {
    pub(in crate::manager) fn new(late_request_window: Duration) -> Self {
        Self { trace: TOMBSTONE_TTL.max(late_request_window) }
    }
}

impl Records for NativeRecord {
    fn rules(&self) -> Rules {
        Rules::NATIVE_RECORD
    }

    fn write(
        &self,
        key: &StoreKey,
        contents: &RecordContents<'_>,
        write: u64,
    ) -> Result<Vec<u8>, EncodeError> {
        session(key, contents, write)
    }

    fn tombstone(
        &self,
        key: &StoreKey,
        successor: Option<&Successor>,
        now: UnixTime,
        write: u64,
    ) -> Option<Entry> {
        let payload = Bytes::copy_from_slice(&tombstone(key, successor, now, write));
        Some(Entry { is_unique: true, ..Entry::new(payload, Some(now.plus(self.trace))) })
    }

    fn written(&self, stored: &Stored) -> Option<UnixTime> {
        let (millis, _) = stored.payload.get(WRITTEN..)?.split_first_chunk()?;
        Some(UnixTime::from_millis(i64::from_be_bytes(*millis)))
    }

    fn parse(&self, key: &StoreKey, stored: &Stored, lifetimes: &Lifetimes, now: UnixTime) -> Found {
        found(key, stored, lifetimes, self.trace, now)
    }
}

fn session(key: &StoreKey, contents: &RecordContents<'_>, write: u64) -> Result<Vec<u8>, EncodeError> {
    let RecordContents { data, is_permanent, times, timeouts, owner, device, is_presented } = contents;
    let flags = if *is_permanent { PERMANENT } else { 0 }
        | if *is_presented { PRESENTED } else { 0 }
        | if timeouts.is_some() { OWN_TIMEOUTS } else { 0 };
    let mut record = head(key, 0, write, *times, flags);
    for label in [*owner, Some(&device.user_agent), Some(&device.address)] {
        push_label(&mut record, label);
    }
    for limit in timeouts.iter().flat_map(|timeouts| timeouts.to_seconds()) {
        record.extend_from_slice(&limit.to_be_bytes());
    }
    end_labels(&mut record);
    MsgPack::native().append(data, &mut record)?;
    Ok(with_checksum(record))
}

fn tombstone(key: &StoreKey, successor: Option<&Successor>, now: UnixTime, write: u64) -> Vec<u8> {
    let mut record = head(key, TOMBSTONE, write, Times { created: now, refreshed: now }, 0);
    push_label(&mut record, successor.and_then(|successor| successor.owner.as_ref()));
    record.extend_from_slice(&[0, 0]);
    end_labels(&mut record);
    record.extend_from_slice(successor.map_or(&[][..], |successor| successor.key.as_bytes()));
    with_checksum(record)
}

/// Everything before the labels, with room for their length and the checksum.
fn head(key: &StoreKey, kind: u8, write: u64, times: Times, flags: u8) -> Vec<u8> {
    let mut record = Vec::with_capacity(USUAL);
    record.extend_from_slice(&[b'D', b'W', VERSION, kind]);
    record.extend_from_slice(&binding(key));
    record.extend_from_slice(&[0; WRITE - CHECKSUM]);
    record.extend_from_slice(&write.to_be_bytes());
    record.extend_from_slice(&times.created.millis().to_be_bytes());
    record.extend_from_slice(&times.refreshed.millis().to_be_bytes());
    record.extend_from_slice(&[flags, 0, 0]);
    record
}

/// Fills in the length of the labels: three of at most 255 bytes each, and two numbers.
fn end_labels(record: &mut [u8]) {
    let length = (record.len() - LABELS) as u16;
    put(record, LABELS - 2, length.to_be_bytes());
}

fn with_checksum(mut record: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&record);
    put(&mut record, CHECKSUM, sum);
    record
}

fn put<const N: usize>(record: &mut [u8], at: usize, bytes: [u8; N]) {
    if let Some(place) = record.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
        *place = bytes;
    }
}

/// A missing label is stored as empty text. An owner is never empty.
fn push_label(record: &mut Vec<u8>, label: Option<&Text>) {
    let text = label.map(Text::to_str_lossy).unwrap_or_default();
    let bytes = text.as_bytes().get(..255).unwrap_or(text.as_bytes());
    record.push(bytes.len() as u8);
    record.extend_from_slice(bytes);
}

fn found(key: &StoreKey, stored: &Stored, lifetimes: &Lifetimes, trace: Duration, now: UnixTime) -> Found {
    match parse(key, &stored.payload) {
        // Loading it may have extended its expiry in the store.
        Ok(ParsedRecord { kind: RecordKind::Tombstone, written, successor, owner, .. }) => {
            let successor = successor.map(|key| Successor { key, owner });
            let is_there = now < written.plus(trace);
            if is_there { Found::Tombstone { successor, since: written } } else { Found::Expired }
        }
        Ok(record) => {
            let refreshed = match record.timeouts {
                // Its expiry in the store may have been extended by the general idle limit before the record was read.
                Some(_) => record.written,
                // Near its absolute limit it expires before its idle limit.
                None => last_used(stored, &lifetimes.general, record.written).max(record.written),
            };
            let ParsedRecord { data, is_permanent, timeouts, created, owner, device, is_presented, .. } =
                record;
            let times = Times { created, refreshed };
            let present = StoredSession { data, is_permanent, times, timeouts, owner, device, is_presented };
            Found::Session { present, outdated: false }
        }
        Err(why) => Found::Unreadable(why),
    }
}

pub(super) fn parse(key: &StoreKey, payload: &[u8]) -> Result<ParsedRecord, Unreadable> {
    let mut rest = payload;
    let kind = match take::<4>(&mut rest) {
        Some([b'D', b'W', VERSION, 0]) => RecordKind::Session,
        Some([b'D', b'W', VERSION, TOMBSTONE]) => RecordKind::Tombstone,
        _ => return Err(Unreadable::Corrupt),
    };
    let bound_to = take::<8>(&mut rest).ok_or(Unreadable::Corrupt)?;
    if take::<4>(&mut rest).ok_or(Unreadable::Corrupt)? != checksum(payload) {
        return Err(Unreadable::Corrupt);
    }
    if bound_to != binding(key) {
        return Err(Unreadable::MixedUp);
    }
    body(kind, rest).ok_or(Unreadable::Corrupt)
}

fn body(kind: RecordKind, mut rest: &[u8]) -> Option<ParsedRecord> {
    let write = u64::from_be_bytes(take(&mut rest)?);
    let created = UnixTime::from_millis(i64::from_be_bytes(take(&mut rest)?));
    let written = UnixTime::from_millis(i64::from_be_bytes(take(&mut rest)?));
    let [flags] = take::<1>(&mut rest)?;
    let length = u16::from_be_bytes(take(&mut rest)?);
    let (mut labels, data) = rest.split_at_checked(usize::from(length))?;
    let owner = Some(take_label(&mut labels)?).filter(|owner| !owner.is_empty());
    let device = Device { user_agent: take_label(&mut labels)?, address: take_label(&mut labels)? };
    let timeouts = if flags & OWN_TIMEOUTS == 0 { None } else { Some(take_timeouts(&mut labels)?) };
    let (data, successor) = match kind {
        RecordKind::Session => (MsgPack::native().decode(data).ok()?, None),
        RecordKind::Tombstone => (Map::new(), std::str::from_utf8(data).ok()),
    };
    let successor = successor.filter(|key| !key.is_empty()).map(StoreKey::new);
    let is_permanent = flags & PERMANENT != 0;
    let is_presented = flags & PRESENTED != 0;
    Some(ParsedRecord {
        kind,
        data,
        is_permanent,
        timeouts,
        is_presented,
        created,
        written,
        write,
        owner,
        device,
        successor,
    })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}

fn take_timeouts(labels: &mut &[u8]) -> Option<Timeouts> {
    let mut limit = || take(labels).map(u32::from_be_bytes);
    Some(Timeouts::from_seconds([limit()?, limit()?]))
}

fn take_label(labels: &mut &[u8]) -> Option<Text> {
    let [length] = take::<1>(labels)?;
    let (label, after) = labels.split_at_checked(usize::from(length))?;
    *labels = after;
    std::str::from_utf8(label).ok().map(Text::from)
}

/// A shorter key is padded with zeros.
fn binding(key: &StoreKey) -> [u8; 8] {
    let mut binding = [0; 8];
    for (place, byte) in binding.iter_mut().rev().zip(key.as_bytes().iter().rev()) {
        *place = *byte;
    }
    binding
}

/// The checksum of everything except the checksum field.
fn checksum(record: &[u8]) -> [u8; 4] {
    let mut crc = crc32fast::Hasher::new();
    crc.update(record.get(..CHECKSUM).unwrap_or_default());
    crc.update(record.get(WRITE..).unwrap_or_default());
    crc.finalize().to_be_bytes()
}
