//! Writes as SQL statements, and the meaning of their outcome.

use std::sync::Arc;

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, Stored, Write, WriteOutcome};

use super::statement::{Name, Statement, Values};
use super::{Outcome, Shape, SqlStore};

/// Statements that run completely or not at all: one statement, and another that depends on whether the first wrote anything.
#[derive(Debug)]
pub struct Transaction {
    /// The values of all statements.
    pub values: Values,
    /// The first statement: it compares, and writes if it should.
    pub first: Arc<Statement>,
    /// Runs if the first statement fails because a row with the same key exists: removes that row if it has expired, so that the first can run
    /// again. If it has not, or there is none of this, the first wrote nothing. Never there for engines whose `INSERT` replaces such a row.
    pub clear: Option<Arc<Statement>>,
    /// Runs if the first statement wrote something. If this fails, the first is undone. Never there for engines that rename in one statement.
    pub then: Option<Arc<Statement>>,
    /// Runs if the first statement wrote nothing: reads what is stored *now*.
    pub look: Option<Arc<Statement>>,
}

impl Transaction {
    /// A transaction of one statement.
    pub(super) fn single(statement: &Arc<Statement>, values: Values) -> Self {
        Self { values, first: Arc::clone(statement), clear: None, then: None, look: None }
    }
}

impl<D, S: Shape> SqlStore<D, S> {
    /// The statements of a write that gives its entry this revision.
    pub(super) fn transaction(
        &self,
        write: &Write<'_>,
        revision: Option<&Revision>,
        now: UnixTime,
    ) -> Transaction {
        let statements = &self.statements;
        let ending = |tombstone: Option<&Entry>| match tombstone {
            Some(tombstone) => statements.bury.of(tombstone),
            None => &statements.delete,
        };
        let (first, then, look) = match *write {
            Write::Create { entry, .. } => (statements.insert.of(entry), None, None),
            Write::Swap { entry, .. } => (statements.replace.of(entry), None, Some(&statements.find)),
            Write::Rename { tombstone, .. } => {
                let rename =
                    if tombstone.is_some() { &statements.rename_and_bury } else { &statements.rename };
                (&rename.first, rename.then.as_ref(), Some(&statements.find))
            }
            Write::Remove { tombstone, .. } => (ending(tombstone), None, None),
        };
        let values = self.values(write, revision, now);
        let clear = match write {
            Write::Create { .. } | Write::Rename { .. } => statements.clear.clone(),
            Write::Swap { .. } | Write::Remove { .. } => None,
        };
        Transaction { values, first: Arc::clone(first), clear, then: then.cloned(), look: look.cloned() }
    }

    fn values(&self, write: &Write<'_>, revision: Option<&Revision>, now: UnixTime) -> Values {
        let revision = revision.map(|revision| self.shape.revision_value(revision));
        let values = Values::at(self.shape.moment(Some(now))).with(Name::Revision, revision);
        match *write {
            Write::Create { key, entry } => self.with_entry(values.with(Name::NewKey, key), entry),
            Write::Swap { key, seen, entry } => self
                .with_entry(values.with(Name::Key, key), entry)
                .with(Name::Seen, self.shape.revision_value(seen)),
            Write::Rename { key, new_key, seen, entry, tombstone } => {
                let values = values.with(Name::Key, key).with(Name::NewKey, new_key);
                let values = self.with_entry(values, entry).with(Name::Seen, self.shape.revision_value(seen));
                self.with_tombstone(values, tombstone)
            }
            Write::Remove { key, tombstone } => self.with_tombstone(values.with(Name::Key, key), tombstone),
        }
    }

    fn with_entry(&self, values: Values, entry: &Entry) -> Values {
        values
            .with(Name::Payload, &entry.payload)
            .with(Name::Expires, self.shape.moment(entry.expires))
            .with(Name::Owner, entry.owner.as_deref())
    }

    fn with_tombstone(&self, values: Values, tombstone: Option<&Entry>) -> Values {
        let Some(tombstone) = tombstone else { return values };
        values
            .with(Name::TombstonePayload, &tombstone.payload)
            .with(Name::TombstoneExpires, self.shape.moment(tombstone.expires))
            .with(Name::TombstoneOwner, tombstone.owner.as_deref())
    }

    /// The outcome of a write that gave its entry this revision.
    pub(super) fn written(
        &self,
        write: &Write<'_>,
        revision: Option<Revision>,
        Outcome { rows, found }: Outcome,
    ) -> WriteOutcome {
        if rows > 0 {
            return match (write, revision) {
                (Write::Remove { .. }, _) | (_, None) => WriteOutcome::Removed,
                (_, Some(revision)) => WriteOutcome::Saved(revision),
            };
        }
        let found = found.filter(|row| row.is_live).map(|row| self.shape.stored(row));
        match (write, found) {
            (Write::Create { .. }, _) => WriteOutcome::Taken,
            (Write::Rename { seen, .. }, Some(Stored { revision, .. })) if revision == **seen => {
                WriteOutcome::Taken
            }
            (_, Some(found)) => WriteOutcome::Changed(found),
            (_, None) => WriteOutcome::Gone,
        }
    }
}
