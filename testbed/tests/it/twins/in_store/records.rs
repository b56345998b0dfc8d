//! The records of a store, without what is random.

use std::time::Instant;

use dewar::store::Bytes;

use super::engines::Stored;
use super::form;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Record {
    /// What stands before the id, and the id's form.
    pub(super) key: (String, String),
    pub(super) payload: Bytes,
    /// How long it is stored.
    pub(super) seconds: i64,
}

impl Record {
    /// Under this prefix, with an id of 32 bytes.
    pub(super) fn new(prefix: &str, payload: impl Into<Bytes>, seconds: i64) -> Self {
        Self { key: (prefix.to_owned(), "43".to_owned()), payload: payload.into(), seconds }
    }
}

/// What is stored, in order. A record whose end fits a write since `begun` with a lifetime of `seconds` is shown with exactly that
/// lifetime, any other with what is left of it, in milliseconds.
pub(super) fn records(stored: Vec<Stored>, prefix: &str, seconds: i64, begun: Instant) -> Vec<Record> {
    let passed = i64::try_from(begun.elapsed().as_millis()).unwrap() + 1;
    let fits = |left: i64, precision| {
        (seconds * 1000 - passed - precision..=seconds * 1000 + precision).contains(&left)
    };
    let record = |Stored { key, payload, left, precision }| {
        let id = key.strip_prefix(prefix).expect("the prefix");
        let seconds = if fits(left, precision) { seconds } else { left };
        Record { key: (prefix.to_owned(), form(id)), payload: payload.into(), seconds }
    };
    let mut records: Vec<Record> = stored.into_iter().map(record).collect();
    records.sort();
    records
}

#[test]
fn a_lifetime_is_exact_if_it_can_be() {
    let stored =
        |left, precision| vec![Stored { key: "pabc".to_owned(), payload: b"x".to_vec(), left, precision }];
    let seconds = |(left, precision)| records(stored(left, precision), "p", 100, Instant::now())[0].seconds;
    let cases = [(100_000, 0), (99_999, 0), (100_001, 0), (100_001, 1000), (90_000, 1000)];
    assert_eq!(cases.map(seconds), [100, 100, 100_001, 100, 90_000]);
}
