//! What was found in a store.

use dewar::admin::{EntryKind, SessionEntry};
use serde::Serialize;

/// What was found in a store.
#[derive(Debug, Default, Serialize)]
pub(super) struct Totals {
    /// The sessions that were meant, and the size of their records.
    pub(super) sessions: usize,
    pub(super) bytes: usize,
    /// Sessions that were not meant.
    pub(super) others: usize,
    pub(super) tombstones: usize,
    pub(super) expired: usize,
    pub(super) unreadable: usize,
}

impl Totals {
    /// Counts an entry.
    pub(super) fn add(&mut self, entry: &SessionEntry, is_meant: bool) {
        match entry.kind {
            EntryKind::Session if is_meant => {
                self.sessions += 1;
                self.bytes += entry.bytes;
            }
            EntryKind::Session => self.others += 1,
            EntryKind::Tombstone => self.tombstones += 1,
            EntryKind::Expired => self.expired += 1,
            EntryKind::Unreadable => self.unreadable += 1,
            _ => {}
        }
    }

    /// Such as `12 sessions, 34.5 KiB`, and what else is worth a look.
    pub(super) fn in_words(&self) -> String {
        let mut words = format!("{}, {}", count(self.sessions, "session"), size(self.bytes));
        if self.unreadable > 0 {
            words += &format!("; {} cannot be read", count(self.unreadable, "record"));
        }
        words
    }
}

/// Such as `1 session` or `2 sessions`.
pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Such as `512 B`, `34.5 KiB`.
pub(super) fn size(bytes: usize) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    match units.into_iter().find(|(shift, _)| bytes >> shift > 0) {
        None => format!("{bytes} B"),
        Some((shift, unit)) => {
            let tenths = bytes.saturating_mul(10) >> shift;
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_counts() {
        for (bytes, words) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (35_328, "34.5 KiB"),
            (2 << 20, "2.0 MiB"),
            (3 << 30, "3.0 GiB"),
        ] {
            assert_eq!(size(bytes), words);
        }
        assert_eq!((count(1, "session"), count(0, "session")), ("1 session".into(), "0 sessions".into()));
    }
}
