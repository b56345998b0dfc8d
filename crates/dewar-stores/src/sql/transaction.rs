//! A write as statements.

use std::sync::Arc;

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, Stored, Write, Written};

use super::statement::{Name, Statement, Values};
use super::statements::Statements;
use super::{Outcome, Shape};

/// What is done wholly or not at all: a statement, and another one that depends on whether it wrote anything.
#[derive(Debug)]
pub struct Transaction {
    /// The values of all of them.
    pub values: Values,
    /// Decides, and writes if it decides so.
    pub first: Arc<Statement>,
    /// Done if the first has written. If it fails, so does the first.
    pub then: Option<Arc<Statement>>,
    /// Looks at what is there *now*, if the first has not written.
    pub look: Option<Arc<Statement>>,
}

impl Transaction {
    /// A statement alone.
    pub(super) fn of_one(statement: &Arc<Statement>, values: Values) -> Self {
        Self { values, first: Arc::clone(statement), then: None, look: None }
    }

    /// The statements of a write, whose entries get this revision.
    pub(super) fn of_write(
        write: &Write<'_>,
        revision: Option<&Revision>,
        shape: &impl Shape,
        statements: &Statements,
        now: UnixTime,
    ) -> Self {
        let values = values(write, revision, shape, now);
        let clear = |tombstone: Option<&Entry>| match tombstone {
            Some(_) => &statements.bury,
            None => &statements.delete,
        };
        let (first, then, look) = match *write {
            Write::Create { .. } => (&statements.insert, None, None),
            Write::Swap { .. } => (&statements.replace, None, Some(&statements.find)),
            Write::Rename { tombstone, .. } => {
                (&statements.insert_renamed, Some(clear(tombstone)), Some(&statements.find))
            }
            Write::Remove { tombstone, .. } => (clear(tombstone), None, None),
        };
        Self { values, first: Arc::clone(first), then: then.cloned(), look: look.cloned() }
    }
}

fn values(write: &Write<'_>, revision: Option<&Revision>, shape: &impl Shape, now: UnixTime) -> Values {
    let mut values = Values::at(shape.moment(Some(now)))
        .with(Name::Revision, revision.map(|revision| shape.revision_value(revision)));
    if let Some(entry) = write.entry() {
        values = values
            .with(Name::Payload, &entry.payload)
            .with(Name::Expires, shape.moment(entry.expires))
            .with(Name::Owner, entry.owner.as_deref());
    }
    let (values, tombstone) = match *write {
        Write::Create { key, .. } => (values.with(Name::NewKey, key), None),
        Write::Swap { key, seen, .. } => {
            (values.with(Name::Key, key).with(Name::Seen, shape.revision_value(seen)), None)
        }
        Write::Rename { key, new_key, seen, tombstone, .. } => {
            let values = values.with(Name::Key, key).with(Name::NewKey, new_key);
            (values.with(Name::Seen, shape.revision_value(seen)), tombstone)
        }
        Write::Remove { key, tombstone } => (values.with(Name::Key, key), tombstone),
    };
    match tombstone {
        Some(tombstone) => values
            .with(Name::TombstonePayload, &tombstone.payload)
            .with(Name::TombstoneExpires, shape.moment(tombstone.expires))
            .with(Name::TombstoneOwner, tombstone.owner.as_deref()),
        None => values,
    }
}

impl Outcome {
    /// How a write ended whose entry has this revision.
    pub(super) fn of_write(
        self,
        write: &Write<'_>,
        revision: Option<Revision>,
        shape: &impl Shape,
    ) -> Written {
        if self.written > 0 {
            return match (write, revision) {
                (Write::Remove { .. }, _) | (_, None) => Written::Removed,
                (_, Some(revision)) => Written::Saved(revision),
            };
        }
        let found = self.found.filter(|row| row.is_live).map(|row| shape.stored(row));
        match (write, found) {
            (Write::Create { .. }, _) => Written::Taken,
            (Write::Rename { seen, .. }, Some(Stored { revision, .. })) if revision == **seen => {
                Written::Taken
            }
            (_, Some(found)) => Written::Changed(found),
            (_, None) => Written::Gone,
        }
    }
}
