//! Sessions in a table of our own.

use std::borrow::Cow;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use dewar_core::clock::UnixTime;
use dewar_core::random::Random;
use dewar_core::{Bytes, Cursor, Entry, Page, Revision, StoreKey, Stored};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::answers::answered_by_rows;
use super::engine::Engine;
use super::options::SqliteOptions;
use super::rows::{Rows, Table};
use super::shape::Shape;
use crate::OpenError;

/// Keeps sessions in the table `dewar_sessions` of an SQLite file. It knows the entries of an owner.
///
/// An entry is replaced if its number is the one that was seen. Numbers are given once, also by several processes.
pub struct Sqlite {
    pub(super) rows: Rows<OwnTable>,
}

impl Sqlite {
    /// Opens the file, with the table in it, and starts the thread that writes. What is not there is made, the file so that only
    /// its owner can read it. Takes a moment, and up to 5 seconds if another process holds the file: do it at start.
    ///
    /// # Errors
    /// When the file cannot be read and written, when it is no SQLite database, or its table `dewar_sessions` is not of this shape.
    pub fn open(path: impl AsRef<Path>, options: impl Into<SqliteOptions>) -> Result<Self, OpenError> {
        let first = Random::system()
            .bytes::<8>()
            .map_err(|error| OpenError::new("cannot number sessions").with_source(error))?;
        let engine = Engine::open(path.as_ref(), SHAPE, &options.into())?;
        let table = OwnTable { next_revision: AtomicU64::new(u64::from_le_bytes(first)) };
        Ok(Self { rows: Rows::new(engine, table) })
    }

    /// How many transactions were committed since it was opened: fewer than there were writes, if many wrote at once.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.rows.engine.commits()
    }
}

answered_by_rows!(Sqlite, owners: |store| Some(store));

/// `expires` counts milliseconds since 1970, NULL is never. `joined` counts the entries that came to an owner.
const SHAPE: Shape = Shape {
    table: Cow::Borrowed("dewar_sessions"),
    ddl: Cow::Borrowed(
        "CREATE TABLE IF NOT EXISTS dewar_sessions (
            key TEXT PRIMARY KEY COLLATE BINARY, payload BLOB NOT NULL, revision INTEGER NOT NULL,
            expires INTEGER, owner TEXT, joined INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS dewar_sessions_expires ON dewar_sessions (expires) WHERE expires IS NOT NULL;
        CREATE INDEX IF NOT EXISTS dewar_sessions_owner ON dewar_sessions (owner, joined) WHERE owner IS NOT NULL",
    ),
    columns: &[
        ("key", &["TEXT"]),
        ("payload", &["BLOB"]),
        ("revision", &["INTEGER"]),
        ("expires", &["INTEGER"]),
        ("owner", &["TEXT"]),
        ("joined", &["INTEGER"]),
    ],
    unique: "key",
};

const FIND: &str = "SELECT key, payload, revision, expires FROM dewar_sessions
    WHERE key = ?1 AND (expires IS NULL OR expires > ?2)";
const PAGE: &str = "SELECT key, payload, revision, expires FROM dewar_sessions
    WHERE key >= max(?1, ?4) AND key < ?5 AND (expires IS NULL OR expires > ?2) ORDER BY key LIMIT ?3";
const TOUCH: &str =
    "UPDATE dewar_sessions SET expires = ?2 WHERE key = ?1 AND (expires IS NULL OR expires > ?3)";
const DELETE: &str = "DELETE FROM dewar_sessions WHERE key = ?1 AND (expires IS NULL OR expires > ?2)";
const SWEEP: &str = "DELETE FROM dewar_sessions WHERE key IN
    (SELECT key FROM dewar_sessions WHERE expires <= ?1 AND key >= ?3 AND key < ?4 LIMIT ?2)";

/// An entry's place among those of its owner (?5): the one that the heir's key has there, or the last.
macro_rules! place {
    ($heir:literal) => {
        concat!(
            "CASE WHEN ?5 IS NOT NULL THEN coalesce(",
            "(SELECT joined FROM dewar_sessions WHERE key = ",
            $heir,
            " AND owner = ?5), (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = ?5)) END"
        )
    };
}
const INSERT: &str = concat!(
    "INSERT INTO dewar_sessions (key, payload, revision, expires, owner, joined) VALUES (?1, ?2, ?3, ?4, ?5, ",
    place!("?6"),
    ") ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, revision = excluded.revision,
        expires = excluded.expires, owner = excluded.owner, joined = excluded.joined
        WHERE dewar_sessions.expires <= ?7"
);
/// Without a revision (?6), whatever is there.
const REPLACE: &str = concat!(
    "UPDATE dewar_sessions SET payload = ?2, revision = ?3, expires = ?4, owner = ?5, joined = ",
    place!("?1"),
    " WHERE key = ?1 AND revision = coalesce(?6, revision) AND (expires IS NULL OR expires > ?7)"
);

pub(super) struct OwnTable {
    /// Counted from a random number, so that no other process counts the same ones, nor this one when it starts again.
    next_revision: AtomicU64,
}

impl OwnTable {
    /// SQLite's numbers end at 2⁶³.
    fn next_revision(&self) -> u64 {
        self.next_revision.fetch_add(1, Ordering::Relaxed) & (u64::MAX >> 1)
    }

    fn put(
        &self,
        conn: &Connection,
        key: &StoreKey,
        seen: Option<i64>,
        entry: &Entry,
        now: UnixTime,
    ) -> rusqlite::Result<Option<Revision>> {
        let revision = self.next_revision();
        let values = params![
            key.as_str(),
            entry.payload.as_ref(),
            revision as i64,
            entry.expires.map(UnixTime::millis),
            entry.owner,
            seen,
            now.millis()
        ];
        let replaced = conn.prepare_cached(REPLACE)?.execute(values)?;
        Ok((replaced == 1).then(|| Revision::of_number(revision)))
    }
}

impl Table for OwnTable {
    fn find(&self, conn: &Connection, key: &StoreKey, now: UnixTime) -> rusqlite::Result<Option<Stored>> {
        conn.prepare_cached(FIND)?.query_row(params![key.as_str(), now.millis()], stored).optional()
    }

    fn insert(
        &self,
        conn: &Connection,
        key: &StoreKey,
        entry: &Entry,
        heir_of: Option<&StoreKey>,
        now: UnixTime,
    ) -> rusqlite::Result<Option<Revision>> {
        let revision = self.next_revision();
        let values = params![
            key.as_str(),
            entry.payload.as_ref(),
            revision as i64,
            entry.expires.map(UnixTime::millis),
            entry.owner,
            heir_of.map(StoreKey::as_str),
            now.millis()
        ];
        let inserted = conn.prepare_cached(INSERT)?.execute(values)?;
        Ok((inserted == 1).then(|| Revision::of_number(revision)))
    }

    fn replace(
        &self,
        conn: &Connection,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> rusqlite::Result<Option<Revision>> {
        match seen.number().and_then(|number| i64::try_from(number).ok()) {
            Some(seen) => self.put(conn, key, Some(seen), entry, now),
            None => Ok(None),
        }
    }

    fn bury(
        &self,
        conn: &Connection,
        key: &StoreKey,
        tombstone: &Entry,
        now: UnixTime,
    ) -> rusqlite::Result<bool> {
        Ok(self.put(conn, key, None, tombstone, now)?.is_some())
    }

    fn touch(
        &self,
        conn: &Connection,
        key: &StoreKey,
        expires: UnixTime,
        now: UnixTime,
    ) -> rusqlite::Result<bool> {
        let values = params![key.as_str(), expires.millis(), now.millis()];
        Ok(conn.prepare_cached(TOUCH)?.execute(values)? == 1)
    }

    fn delete(&self, conn: &Connection, key: &StoreKey, now: UnixTime) -> rusqlite::Result<bool> {
        Ok(conn.prepare_cached(DELETE)?.execute(params![key.as_str(), now.millis()])? == 1)
    }

    fn sweep(
        &self,
        conn: &Connection,
        prefix: &str,
        at_most: usize,
        now: UnixTime,
    ) -> rusqlite::Result<usize> {
        conn.prepare_cached(SWEEP)?.execute(params![now.millis(), at_most as i64, prefix, behind(prefix)])
    }

    fn page(
        &self,
        conn: &Connection,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> rusqlite::Result<Page> {
        let after = after.map_or("", |cursor| cursor.0.as_str());
        let mut statement = conn.prepare_cached(PAGE)?;
        let values = params![after, now.millis(), at_most as i64, prefix, behind(prefix)];
        let rows = statement.query_map(values, keyed)?;
        let entries = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        let last = entries.last().filter(|_| entries.len() == at_most);
        // The next text in this order, whether or not it is a key.
        let next = last.map(|(key, _)| Cursor(format!("{}\0", key.as_str())));
        Ok(Page { entries, next })
    }
}

/// What sorts behind every text that begins so, and before all others: the range is found by the index. A blob sorts behind every text.
fn behind(prefix: &str) -> Value {
    let mut text: Vec<_> = prefix.chars().collect();
    while let Some(last) = text.pop() {
        if let Some(next) = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32) {
            text.push(next);
            return Value::Text(text.into_iter().collect());
        }
    }
    Value::Blob(Vec::new())
}

/// Of a row of key, payload, revision and end.
pub(super) fn keyed(row: &Row<'_>) -> rusqlite::Result<(StoreKey, Stored)> {
    Ok((StoreKey::new(row.get_ref(0)?.as_str()?), stored(row)?))
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        payload: Bytes::copy_from_slice(row.get_ref(1)?.as_bytes()?),
        revision: Revision::of_number(row.get::<_, i64>(2)?.unsigned_abs()),
        expires: row.get::<_, Option<i64>>(3)?.map(UnixTime::from_millis),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_so_sorts_before_what_is_behind() {
        for (prefix, expected) in
            [("shop:", "shop;"), ("é", "ê"), ("\u{d7ff}", "\u{e000}"), ("a\u{10ffff}", "b")]
        {
            assert_eq!(behind(prefix), Value::Text(expected.to_owned()));
        }
        for prefix in ["", "\u{10ffff}"] {
            assert_eq!(behind(prefix), Value::Blob(Vec::new()));
        }
    }

    /// Neither signs that mean something to LIKE, nor letters of the other case, nor bytes that are none.
    #[test]
    fn a_prefix_is_itself_and_nothing_else() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(&SHAPE.ddl).unwrap();
        let table = OwnTable { next_revision: AtomicU64::new(0) };
        let keys = ["", "%", "a_b:1", "axb:1", "A_B:1", "a_b:\0", "a_b:\u{10ffff}", "a_b;", "a_b"];
        let now = UnixTime::EPOCH;
        for key in keys {
            table.insert(&conn, &StoreKey::new(key), &Entry::new("x", None), None, now).unwrap().unwrap();
        }
        for prefix in ["", "%", "a_b:", "a_b:\u{10ffff}", "A", "a_b"] {
            let page = table.page(&conn, prefix, None, 99, now).unwrap();
            let mut found: Vec<_> = page.entries.iter().map(|(key, _)| key.as_str()).collect();
            let mut expected: Vec<_> = keys.into_iter().filter(|key| key.starts_with(prefix)).collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{prefix:?}");
        }
        let plan: String = conn
            .query_row(&format!("EXPLAIN QUERY PLAN {PAGE}"), params!["", 0, 9, "a", "b"], |row| row.get(3))
            .unwrap();
        assert!(plan.contains("SEARCH") && plan.contains("key>? AND key<?"), "{plan}");
    }
}
