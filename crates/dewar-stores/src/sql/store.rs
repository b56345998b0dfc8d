//! The store on any engine, with any shape of table.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use dewar_core::clock::UnixTime;
use dewar_core::{
    AsyncStore, Entry, Lister, Owners, StoreError, StoreErrorKind, StoreKey, Stored, Sweeper, Touch, Write,
    WriteOutcome,
};

use super::statement::{Name, Values};
use super::statements::Statements;
use super::{Driver, Query, Shape, Transaction};
use crate::best_effort::BestEffort;

/// A session store in a table of an SQL database.
pub struct SqlStore<D, S> {
    pub(crate) driver: D,
    pub(super) shape: S,
    pub(super) statements: Statements,
    best_effort: BestEffort,
}

impl<D, S> SqlStore<D, S> {
    pub(super) fn new(driver: D, shape: S, statements: Statements) -> Self {
        Self { driver, shape, statements, best_effort: BestEffort::default() }
    }
}

#[deny(clippy::missing_trait_methods)]
impl<D: Driver, S: Shape> AsyncStore for SqlStore<D, S> {
    /// The touch is best effort: if it fails, the load still succeeds.
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let found = self.driver.find(Query::new(&self.statements.find, self.at(key, now))).await?;
        let Some(row) = found else { return Ok(None) };
        if !row.is_live {
            self.remove_expired(key, now).await;
            return Ok(None);
        }
        let stored = self.shape.stored(row);
        if let Some(touch) = touch.filter(|touch| touch.is_due(stored.expires)) {
            self.touch_if_due(key, touch, now).await;
        }
        Ok(Some(stored))
    }

    /// If there is no room for a tombstone, the entry is removed without one.
    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let done = self.write_once(&write, now).await;
        match (write, done) {
            (Write::Remove { key, tombstone: Some(_) }, Err(why))
                if why.kind() == StoreErrorKind::Refused =>
            {
                self.best_effort.skipped("tombstone", &Cause(&why));
                self.write_once(&Write::remove(key, None), now).await
            }
            (_, done) => done,
        }
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let values = self.at(key, now).with(Name::Expires, self.shape.moment(Some(expires)));
        let touch = Transaction::single(&self.statements.touch, values);
        Ok(self.driver.write(touch).await?.rows > 0)
    }

    async fn load_without_expiry(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        self.load(key, None, now).await
    }

    fn is_faster_without_expiry(&self) -> bool {
        false
    }

    fn timeout(&self) -> Option<Duration> {
        None
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        Some(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        S::owners(self)
    }
}

impl<D: Driver, S: Shape> SqlStore<D, S> {
    async fn write_once(&self, write: &Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let revision = written_entry(write).map(|entry| self.shape.next_revision(entry));
        let outcome = self.driver.write(self.transaction(write, revision.as_ref(), now)).await?;
        Ok(self.written(write, revision, outcome))
    }

    /// If many calls find the touch due at once, only the first one touches the entry.
    async fn touch_if_due(&self, key: &StoreKey, touch: Touch, now: UnixTime) {
        let values = self
            .at(key, now)
            .with(Name::Expires, self.shape.moment(Some(touch.expires)))
            .with(Name::IfBefore, self.shape.moment(Some(touch.if_before)));
        let touch = Transaction::single(&self.statements.touch_if_due, values);
        if let Err(why) = self.driver.write_if_idle(touch).await {
            self.best_effort.skipped("touch", &Cause(&why));
        }
    }

    async fn remove_expired(&self, key: &StoreKey, now: UnixTime) {
        let Some(statement) = &self.statements.remove_expired else { return };
        let removal = Transaction::single(statement, self.at(key, now));
        if let Err(why) = self.driver.write_if_idle(removal).await {
            self.best_effort.skipped("remove", &Cause(&why));
        }
    }

    fn at(&self, key: &StoreKey, now: UnixTime) -> Values {
        Values::at(self.shape.moment(Some(now))).with(Name::Key, key)
    }
}

/// The entry that a write stores: the new entry, or the tombstone.
fn written_entry<'a>(write: &Write<'a>) -> Option<&'a Entry> {
    match *write {
        Write::Remove { tombstone, .. } => tombstone,
        _ => write.entry(),
    }
}

/// `Debug` shows where the table is, and nothing of its contents.
impl<D: fmt::Debug, S> fmt::Debug for SqlStore<D, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqlStore").field(&self.driver).finish()
    }
}

/// The cause of an error, for a log.
struct Cause<'a>(&'a StoreError);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(source) => fmt::Display::fmt(source, f),
            None => fmt::Display::fmt(self.0, f),
        }
    }
}
