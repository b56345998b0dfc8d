//! The calls of a store, on a table of whatever shape.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use dewar_core::clock::UnixTime;
use dewar_core::old::{Created, Renamed, Swapped};
use dewar_core::{Cursor, Entry, Page, Revision, StoreError, StoreErrorKind, StoreKey, Stored, Touch};
use rusqlite::Connection;

use super::engine::Engine;
use super::transaction::all_or_nothing;
use crate::courtesies::Courtesies;

/// What lies under a key.
pub(super) enum LookedUp {
    There(Stored),
    Nothing,
    /// A row that is over and is not to be left to a sweep.
    ToBeRemoved,
}

/// What a table must know. What is over is not there, for any of these.
pub(super) trait Table: Send + Sync + 'static {
    /// For a reader.
    fn look_up(&self, conn: &Connection, key: &StoreKey, now: UnixTime) -> rusqlite::Result<LookedUp> {
        Ok(self.find(conn, key, now)?.map_or(LookedUp::Nothing, LookedUp::There))
    }

    /// Removes a row that is over.
    fn remove_over(&self, _: &Connection, _: &StoreKey, _: UnixTime) -> rusqlite::Result<()> {
        Ok(())
    }

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
    courtesies: Courtesies,
}

impl<T: Table> Rows<T> {
    pub(super) fn new(engine: Engine, table: T) -> Self {
        Self { engine, table: Arc::new(table), courtesies: Courtesies::default() }
    }

    /// A touch is a courtesy: if it cannot be done, the entry is shown all the same.
    pub(super) async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let looked_up = key.clone();
        let found = self.read(move |table, conn| table.look_up(conn, &looked_up, now)).await?;
        match (found, touch) {
            (LookedUp::There(stored), Some(touch)) if touch.is_due(stored.expires) => {
                let touched = self.load_and_touch(key, touch, now).await;
                Ok(touched.unwrap_or_else(|why| {
                    self.courtesies.left("touch", &Cause(&why));
                    Some(stored)
                }))
            }
            (LookedUp::There(stored), _) => Ok(Some(stored)),
            (LookedUp::Nothing, _) => Ok(None),
            (LookedUp::ToBeRemoved, _) => {
                let key = key.clone();
                let removed = self.write_if_idle(move |table, conn| table.remove_over(conn, &key, now)).await;
                let _ = removed.inspect_err(|why| self.courtesies.left("remove", &Cause(why)));
                Ok(None)
            }
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

    /// If there is no room for the tombstone, the entry is removed without one.
    pub(super) async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let (buried, laid) = (key.clone(), tombstone.cloned());
        let done = self.write(move |table, conn| clear(table, conn, &buried, laid.as_ref(), now)).await;
        match done {
            Err(why) if tombstone.is_some() && why.kind() == StoreErrorKind::Refused => {
                self.courtesies.left("tombstone", &Cause(&why));
                let key = key.clone();
                self.write(move |table, conn| table.delete(conn, &key, now)).await
            }
            done => done,
        }
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
        let (prefix, after) = (prefix.to_owned(), after.cloned());
        let (table, at_most) = (Arc::clone(&self.table), at_most.clamp(1, BATCH));
        let page = move |conn: &Connection| table.page(conn, &prefix, after.as_ref(), at_most, now);
        self.engine.read_much(page).await
    }

    pub(super) async fn read<A: Send + 'static>(
        &self,
        work: impl Fn(&T, &Connection) -> rusqlite::Result<A> + Send + 'static,
    ) -> Result<A, StoreError> {
        let table = Arc::clone(&self.table);
        self.engine.read(move |conn| work(&table, conn)).await
    }

    pub(super) async fn write<A: Send + 'static>(
        &self,
        work: impl Fn(&T, &Connection) -> rusqlite::Result<A> + Send + 'static,
    ) -> Result<A, StoreError> {
        let table = Arc::clone(&self.table);
        self.engine.write(move |conn| work(&table, conn)).await
    }

    async fn write_if_idle<A: Send + 'static>(
        &self,
        work: impl Fn(&T, &Connection) -> rusqlite::Result<A> + Send + 'static,
    ) -> Result<A, StoreError> {
        let table = Arc::clone(&self.table);
        self.engine.write_if_idle(move |conn| work(&table, conn)).await
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
            if found.as_ref().is_some_and(|stored| touch.is_due(stored.expires)) {
                table.touch(conn, &key, touch.expires, now)?;
            }
            Ok(found)
        };
        self.write_if_idle(load).await
    }
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

/// Why a call was not done: what lies behind the error says it.
struct Cause<'a>(&'a StoreError);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(source) => fmt::Display::fmt(source, f),
            None => fmt::Display::fmt(self.0, f),
        }
    }
}
