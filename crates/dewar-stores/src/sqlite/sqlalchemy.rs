//! Sessions in the table of Flask-Session's SQLAlchemy backend.

use std::path::Path;

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, Cursor, Entry, Page, Revision, StoreKey, Stored};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::answers::answered_by_rows;
use super::engine::Engine;
use super::options::SqliteOptions;
use super::quoting;
use super::rows::{LookedUp, Rows, Table};
use super::shape::Shape;
use super::utc_text::{self, NEVER};
use crate::OpenError;

/// Keeps sessions where Flask-Session's SQLAlchemy backend keeps them if its database is an SQLite file (Flask-Session 0.8, and
/// tables of older ones since 0.3): both may serve the same sessions at the same time.
///
/// Nothing in the table counts writes: an entry is replaced if its payload is the one that was seen. A row without an end is over,
/// as it is for Flask-Session; a session that never ends is kept until the year 9999. It does not know the entries of an owner.
pub struct SqlAlchemy {
    rows: Rows<FlaskTable>,
}

impl SqlAlchemy {
    /// Flask-Session's `SESSION_SQLALCHEMY_TABLE` unless it is set.
    pub const TABLE: &str = "sessions";

    /// Opens the file, with the table in it, and starts the thread that writes. What is not there is made, the file so that only
    /// its owner can read it. Takes a moment, and up to 5 seconds if another process holds the file: do it at start.
    ///
    /// # Errors
    /// When the table's name is not of ASCII letters, digits and underscores (64 of them at most), when the file cannot be read and
    /// written, when it is no SQLite database, or its table is not of this shape.
    pub fn open(
        path: impl AsRef<Path>,
        table: &str,
        options: impl Into<SqliteOptions>,
    ) -> Result<Self, OpenError> {
        check_name(table)?;
        let (table_name, ddl) = (table.to_owned().into(), ddl(table).into());
        let shape = Shape { table: table_name, ddl, columns: COLUMNS, unique: "session_id" };
        let engine = Engine::open(path.as_ref(), shape, &options.into())?;
        Ok(Self { rows: Rows::new(engine, FlaskTable::new(table)) })
    }

    /// How many transactions were committed since it was opened: fewer than there were writes, if many wrote at once.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.rows.engine.commits()
    }
}

answered_by_rows!(SqlAlchemy, owners: |_| None);

const COLUMNS: &[(&str, &[&str])] = &[
    ("id", &["INTEGER"]),
    ("session_id", &["VARCHAR", "TEXT"]),
    ("data", &["BLOB"]),
    ("expiry", &["DATETIME", "TIMESTAMP"]),
];

fn check_name(table: &str) -> Result<(), OpenError> {
    let known = table.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if known && (1..=64).contains(&table.len()) {
        return Ok(());
    }
    Err(OpenError::new(format!(
        "the table for sessions cannot be called {table:?}: use up to 64 letters, digits and underscores, without accents"
    )))
}

/// Letter for letter what SQLAlchemy sends.
fn ddl(table: &str) -> String {
    let name = quoting::quoted(table);
    format!(
        "CREATE TABLE IF NOT EXISTS {name} (\n\tid INTEGER NOT NULL, \n\tsession_id VARCHAR(255), \n\tdata BLOB, \n\t\
         expiry DATETIME, \n\tPRIMARY KEY (id), \n\tUNIQUE (session_id)\n)"
    )
}

/// Its statements. Nothing is later than NULL, so a row without an end is over.
struct FlaskTable {
    find: String,
    is_over: String,
    remove_over: String,
    insert: String,
    replace: String,
    bury: String,
    touch: String,
    delete: String,
    sweep: String,
    page: String,
}

impl FlaskTable {
    fn new(table: &str) -> Self {
        // Bytes are what Flask-Session writes; a text or nothing at all is read as its bytes.
        let data = "CAST(coalesce(data, '') AS BLOB)";
        Self {
            find: format!(r#"SELECT {data}, expiry FROM "{table}" WHERE session_id = ?1 AND expiry > ?2"#),
            is_over: format!(
                r#"SELECT 1 FROM "{table}" WHERE session_id = ?1 AND (expiry IS NULL OR expiry <= ?2)"#
            ),
            remove_over: format!(
                r#"DELETE FROM "{table}" WHERE session_id = ?1 AND (expiry IS NULL OR expiry <= ?2)"#
            ),
            insert: format!(
                r#"INSERT INTO "{table}" (session_id, data, expiry) VALUES (?1, ?2, ?3)
                ON CONFLICT (session_id) DO UPDATE SET data = excluded.data, expiry = excluded.expiry
                WHERE "{table}".expiry IS NULL OR "{table}".expiry <= ?4"#
            ),
            replace: format!(
                r#"UPDATE "{table}" SET data = ?2, expiry = ?3 WHERE session_id = ?1 AND {data} = ?5 AND expiry > ?4"#
            ),
            bury: format!(
                r#"UPDATE "{table}" SET data = ?2, expiry = ?3 WHERE session_id = ?1 AND expiry > ?4"#
            ),
            touch: format!(r#"UPDATE "{table}" SET expiry = ?2 WHERE session_id = ?1 AND expiry > ?3"#),
            delete: format!(r#"DELETE FROM "{table}" WHERE session_id = ?1 AND expiry > ?2"#),
            sweep: format!(
                r#"DELETE FROM "{table}" WHERE id IN
                (SELECT id FROM "{table}" WHERE (expiry IS NULL OR expiry <= ?1)
                AND substr(coalesce(session_id, ''), 1, length(?3)) = ?3 LIMIT ?2)"#
            ),
            page: format!(
                r#"SELECT {data}, expiry, session_id, id FROM "{table}"
                WHERE id > ?1 AND session_id IS NOT NULL AND substr(session_id, 1, length(?4)) = ?4
                AND expiry > ?2 ORDER BY id LIMIT ?3"#
            ),
        }
    }
}

impl Table for FlaskTable {
    /// Flask-Session removes a row that it finds over.
    fn look_up(&self, conn: &Connection, key: &StoreKey, now: UnixTime) -> rusqlite::Result<LookedUp> {
        if let Some(stored) = self.find(conn, key, now)? {
            return Ok(LookedUp::There(stored));
        }
        let is_over =
            conn.prepare_cached(&self.is_over)?.exists(params![key.as_str(), utc_text::text(now)])?;
        Ok(if is_over { LookedUp::ToBeRemoved } else { LookedUp::Nothing })
    }

    fn remove_over(&self, conn: &Connection, key: &StoreKey, now: UnixTime) -> rusqlite::Result<()> {
        let values = params![key.as_str(), utc_text::text(now)];
        conn.prepare_cached(&self.remove_over)?.execute(values).map(drop)
    }

    fn find(&self, conn: &Connection, key: &StoreKey, now: UnixTime) -> rusqlite::Result<Option<Stored>> {
        let values = params![key.as_str(), utc_text::text(now)];
        conn.prepare_cached(&self.find)?.query_row(values, stored).optional()
    }

    fn insert(
        &self,
        conn: &Connection,
        key: &StoreKey,
        entry: &Entry,
        _heir_of: Option<&StoreKey>,
        now: UnixTime,
    ) -> rusqlite::Result<Option<Revision>> {
        let values = params![key.as_str(), entry.payload.as_ref(), end(entry), utc_text::text(now)];
        let inserted = conn.prepare_cached(&self.insert)?.execute(values)?;
        Ok((inserted == 1).then(|| revision(entry)))
    }

    fn replace(
        &self,
        conn: &Connection,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> rusqlite::Result<Option<Revision>> {
        let Some(seen) = seen.payload() else { return Ok(None) };
        let values =
            params![key.as_str(), entry.payload.as_ref(), end(entry), utc_text::text(now), seen.as_ref()];
        let replaced = conn.prepare_cached(&self.replace)?.execute(values)?;
        Ok((replaced == 1).then(|| revision(entry)))
    }

    fn bury(
        &self,
        conn: &Connection,
        key: &StoreKey,
        tombstone: &Entry,
        now: UnixTime,
    ) -> rusqlite::Result<bool> {
        let values = params![key.as_str(), tombstone.payload.as_ref(), end(tombstone), utc_text::text(now)];
        Ok(conn.prepare_cached(&self.bury)?.execute(values)? == 1)
    }

    fn touch(
        &self,
        conn: &Connection,
        key: &StoreKey,
        expires: UnixTime,
        now: UnixTime,
    ) -> rusqlite::Result<bool> {
        let values = params![key.as_str(), utc_text::text(expires), utc_text::text(now)];
        Ok(conn.prepare_cached(&self.touch)?.execute(values)? == 1)
    }

    fn delete(&self, conn: &Connection, key: &StoreKey, now: UnixTime) -> rusqlite::Result<bool> {
        Ok(conn.prepare_cached(&self.delete)?.execute(params![key.as_str(), utc_text::text(now)])? == 1)
    }

    fn sweep(
        &self,
        conn: &Connection,
        prefix: &str,
        at_most: usize,
        now: UnixTime,
    ) -> rusqlite::Result<usize> {
        conn.prepare_cached(&self.sweep)?.execute(params![utc_text::text(now), at_most as i64, prefix])
    }

    fn page(
        &self,
        conn: &Connection,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> rusqlite::Result<Page> {
        // A cursor that is not ours leads nowhere.
        let after = after.map_or(i64::MIN, |cursor| cursor.0.parse().unwrap_or(i64::MAX));
        let mut statement = conn.prepare_cached(&self.page)?;
        let mut rows = statement.query(params![after, utc_text::text(now), at_most as i64, prefix])?;
        let (mut entries, mut last) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            entries.push((StoreKey::new(row.get_ref(2)?.as_str()?), stored(row)?));
            last = row.get::<_, i64>(3)?;
        }
        let next = (entries.len() == at_most).then(|| Cursor(last.to_string()));
        Ok(Page { entries, next })
    }
}

/// Of a row of data and end.
fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let payload = Bytes::copy_from_slice(row.get_ref(0)?.as_bytes()?);
    let expires = match row.get_ref(1)? {
        ValueRef::Text(text) => str::from_utf8(text).ok().and_then(utc_text::moment),
        _ => None,
    };
    Ok(Stored { revision: Revision::of_payload(payload.clone()), payload, expires })
}

fn end(entry: &Entry) -> String {
    entry.expires.map_or_else(|| NEVER.to_owned(), utc_text::text)
}

fn revision(entry: &Entry) -> Revision {
    Revision::of_payload(entry.payload.clone())
}
