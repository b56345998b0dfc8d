//! A rename as statements: one if the engine has statements that contain others, two in a transaction otherwise.

use std::sync::Arc;

use super::dialect::Dialect;
use super::statement::{Kinds, Statement};

/// The statements of a rename.
pub(super) struct Rename {
    /// Writes nothing if the row of `:key` is not the one that was `:seen`, or `:new_key` is taken.
    pub(super) first: Arc<Statement>,
    /// Runs in the same transaction if the first wrote something.
    pub(super) then: Option<Arc<Statement>>,
}

/// The parts of the SQL, which differ between the shapes of a table.
pub(super) struct RenameSql {
    pub(super) table: String,
    /// The column of the key.
    pub(super) key: &'static str,
    /// The columns of an inserted row.
    pub(super) columns: String,
    /// The values of these columns for the new row.
    pub(super) inserted: String,
    /// The values of these columns for the tombstone.
    pub(super) tombstone: String,
    /// The assignments of an `UPDATE` that gives the row its new contents.
    pub(super) changed: String,
    /// Whether a row is the one that was `:seen`.
    pub(super) is_seen: String,
    pub(super) is_live: String,
    pub(super) is_expired: String,
    /// The columns that a row loses to an insert with its key, and the condition.
    pub(super) conflict: (&'static [&'static str], String),
    /// Removes the row of `:key`.
    pub(super) delete: String,
    /// Replaces the row of `:key` with the tombstone.
    pub(super) bury: String,
}

impl RenameSql {
    /// The statements without and with a tombstone.
    pub(super) fn statements(&self, dialect: &Dialect, kinds: Kinds) -> (Rename, Rename) {
        let sql = |template: &str| Statement::from_template(dialect, kinds, template);
        if dialect.renames_in_one_statement {
            let one = |template: String| Rename { first: sql(&template), then: None };
            return (one(self.moving()), one(self.moving_and_burying()));
        }
        let insert = sql(&self.inserting(dialect));
        let two = |then: &str| Rename { first: Arc::clone(&insert), then: Some(sql(then)) };
        (two(&self.delete), two(&self.bury))
    }

    /// The first of two statements. It locks the old row, so that the second finds the same one.
    fn inserting(&self, dialect: &Dialect) -> String {
        let Self { table, key, columns, inserted, is_seen, is_live, .. } = self;
        let replaced = dialect.on_conflict(key, self.conflict.0, &self.conflict.1);
        format!(
            "INSERT INTO {table} ({columns}) SELECT {inserted} \
             WHERE EXISTS (SELECT 1 FROM {table} WHERE {key} = :key AND {is_seen} AND {is_live}{}) {replaced}",
            dialect.row_lock
        )
    }

    /// The row itself gets the new key. So a statement that waits for it, such as the removal of all entries of its owner, finds it under the new key.
    fn moving(&self) -> String {
        format!("WITH {} {}", self.clearing(), self.moved())
    }

    fn moving_and_burying(&self) -> String {
        let Self { table, columns, tombstone, .. } = self;
        format!(
            "WITH {}, moved AS ({} RETURNING 1) INSERT INTO {table} ({columns}) SELECT {tombstone} FROM moved",
            self.clearing(),
            self.moved()
        )
    }

    /// Removes an expired row under the new key.
    fn clearing(&self) -> String {
        let Self { table, key, is_expired, .. } = self;
        format!("cleared AS (DELETE FROM {table} WHERE {key} = :new_key AND {is_expired} RETURNING 1)")
    }

    /// Counting makes the engine clear first.
    fn moved(&self) -> String {
        let Self { table, key, changed, is_seen, is_live, .. } = self;
        format!(
            "UPDATE {table} SET {key} = :new_key, {changed} WHERE {key} = :key AND {is_seen} AND {is_live} \
             AND (SELECT count(*) FROM cleared) >= 0 \
             AND NOT EXISTS (SELECT 1 FROM {table} WHERE {key} = :new_key AND {is_live})"
        )
    }
}
