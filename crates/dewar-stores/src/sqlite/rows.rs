//! The calls of a store, on a table of whatever shape.

use std::sync::Arc;

use dewar::clock::UnixTime;
use dewar::store::{
    Created, Cursor, Entry, Page, Renamed, Revision, StoreError, StoreKey, Stored, Swapped, Touch,
};
use rusqlite::Connection;

use super::engine::Engine;
use super::writer::all_or_nothing;

/// What a table must know. What is over is not there, for any of these.
pub(super) trait Table: Send + Sync + 'static {
    fn find(&self, conn: &Connection, key: &StoreKey, now: UnixTime) -> rusqlite::Result<Option<Stored>>;

    /// `None`: something is there. With an heir's key, the entry keeps that one's place among those of its owner.
    fn insert(
        &self,
        conn: &Connection,
        key: &StoreKey,
        entry: &Entry,
        heir_of: Option<&StoreKey>,
        now: UnixTime,
    ) -> rusqlite::Result<Option<Revision>>;

    /// `None`: what was seen is not there.
    fn replace(
        &self,
        conn: &Connection,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> rusqlite::Result<Option<Revision>>;

    /// Replaces whatever is there.
    fn bury(
        &self,
        conn: &Connection,
        key: &StoreKey,
        tombstone: &Entry,
        now: UnixTime,
    ) -> rusqlite::Result<bool>;

    fn touch(
        &self,
        conn: &Connection,
        key: &StoreKey,
        expires: UnixTime,
        now: UnixTime,
    ) -> rusqlite::Result<bool>;

    fn delete(&self, conn: &Connection, key: &StoreKey, now: UnixTime) -> rusqlite::Result<bool>;

    fn sweep(
        &self,
        conn: &Connection,
        prefix: &str,
        at_most: usize,
        now: UnixTime,
    ) -> rusqlite::Result<usize>;

    fn page(
        &self,
        conn: &Connection,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> rusqlite::Result<Page>;
}

/// So many are removed, or listed, at once: others get their turn in between.
const BATCH: usize = 1000;

pub(super) struct Rows<T> {
    pub(super) engine: Engine,
    table: Arc<T>,
}

impl<T: Table> Rows<T> {
    pub(super) fn new(engine: Engine, table: T) -> Self {
        Self { engine, table: Arc::new(table) }
    }

    pub(super) async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let found = self.engine.read(|conn| self.table.find(conn, key, now))?;
        match (&found, touch) {
            (Some(stored), Some(touch)) if is_due(stored, touch) => {
                self.load_and_touch(key, touch, now).await
            }
            _ => Ok(found),
        }
    }

    pub(super) async fn create(
        &self,
        key: &StoreKey,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Created, StoreError> {
        let (key, entry) = (key.clone(), entry.clone());
        let done = self.write(move |table, conn| table.insert(conn, &key, &entry, None, now)).await?;
        Ok(done.map_or(Created::AlreadyThere, Created::Created))
    }

    pub(super) async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        let (key, seen, entry) = (key.clone(), seen.clone(), entry.clone());
        let swap = move |table: &T, conn: &Connection| {
            if let Some(revision) = table.replace(conn, &key, &seen, &entry, now)? {
                return Ok(Swapped::Swapped(revision));
            }
            Ok(table.find(conn, &key, now)?.map_or(Swapped::Gone, Swapped::Changed))
        };
        self.write(swap).await
    }

    pub(super) async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<Renamed, StoreError> {
        let (old, new) = (old.clone(), new.clone());
        let (seen, entry, tombstone) = (seen.clone(), entry.clone(), tombstone.cloned());
        let rename = move |table: &T, conn: &Connection| {
            match table.find(conn, &old, now)? {
                None => return Ok(Renamed::Gone),
                Some(found) if found.revision != seen => return Ok(Renamed::Changed(found)),
                Some(_) => {}
            }
            all_or_nothing(conn, |conn| {
                let Some(revision) = table.insert(conn, &new, &entry, Some(&old), now)? else {
                    return Ok(Renamed::AlreadyThere);
                };
                clear(table, conn, &old, tombstone.as_ref(), now)?;
                Ok(Renamed::Renamed(revision))
            })
        };
        self.write(rename).await
    }

    pub(super) async fn touch(
        &self,
        key: &StoreKey,
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let key = key.clone();
        self.write(move |table, conn| table.touch(conn, &key, expires, now)).await
    }

    pub(super) async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let (key, tombstone) = (key.clone(), tombstone.cloned());
        self.write(move |table, conn| clear(table, conn, &key, tombstone.as_ref(), now)).await
    }

    pub(super) async fn sweep(
        &self,
        prefix: &str,
        at_most: usize,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let mut swept = 0;
        while swept < at_most {
            let batch = BATCH.min(at_most - swept);
            let prefix = prefix.to_owned();
            let done = self.write(move |table, conn| table.sweep(conn, &prefix, batch, now)).await?;
            swept += done;
            if done < batch {
                break;
            }
        }
        Ok(swept)
    }

    pub(super) async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError> {
        self.engine.read(|conn| self.table.page(conn, prefix, after, at_most.clamp(1, BATCH), now))
    }

    pub(super) async fn write<A: Send + 'static>(
        &self,
        work: impl FnOnce(&T, &Connection) -> rusqlite::Result<A> + Send + 'static,
    ) -> Result<A, StoreError> {
        let table = Arc::clone(&self.table);
        self.engine.write(move |conn| work(&table, conn)).await
    }

    async fn load_and_touch(
        &self,
        key: &StoreKey,
        touch: Touch,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let key = key.clone();
        let load = move |table: &T, conn: &Connection| {
            let found = table.find(conn, &key, now)?;
            // Of many who found it due at once, the first will do.
            if found.as_ref().is_some_and(|stored| is_due(stored, touch)) {
                table.touch(conn, &key, touch.expires, now)?;
            }
            Ok(found)
        };
        self.write(load).await
    }
}

fn is_due(stored: &Stored, touch: Touch) -> bool {
    stored.expires.is_some_and(|expires| expires < touch.if_before)
}

fn clear<T: Table>(
    table: &T,
    conn: &Connection,
    key: &StoreKey,
    tombstone: Option<&Entry>,
    now: UnixTime,
) -> rusqlite::Result<bool> {
    match tombstone {
        Some(tombstone) => table.bury(conn, key, tombstone, now),
        None => table.delete(conn, key, now),
    }
}
