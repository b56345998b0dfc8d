//! A rename as statements: one if the engine's statements can write both rows, two in a transaction otherwise.

use std::sync::Arc;

use super::dialect::{Dialect, Renames};
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
    /// Whether a row is that of `:key`.
    pub(super) is_key: String,
    /// The columns of an inserted row.
    pub(super) columns: String,
    /// The values of these columns for the new row.
    pub(super) inserted: String,
    /// The values of these columns for the tombstone, in a `SELECT`.
    pub(super) tombstone: String,
    /// The column that numbers the rows, if there is one.
    pub(super) number: Option<&'static str>,
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
        let one = |template: &str| Rename { first: sql(template), then: None };
        let two = |first: &str, then: &str| Rename { first: sql(first), then: Some(sql(then)) };
        match dialect.renames {
            Renames::InOneStatement => (one(&self.moving()), one(&self.moving_and_burying())),
            Renames::ByInserting => {
                let inserting = self.inserting(dialect);
                (two(&inserting, &self.delete), two(&inserting, &self.bury))
            }
            Renames::ByInsertingTwice => (one(&self.updating()), one(&self.inserting_twice())),
        }
    }

    /// The first of two statements, for an engine whose writes run one after the other: the second finds the same row.
    fn inserting(&self, dialect: &Dialect) -> String {
        let Self { table, key, is_key, columns, inserted, is_seen, is_live, .. } = self;
        let replaced = dialect.on_conflict(key, self.conflict.0, &self.conflict.1);
        format!(
            "INSERT INTO {table} ({columns}) SELECT {inserted} \
             WHERE EXISTS (SELECT 1 FROM {table} WHERE {is_key} AND {is_seen} AND {is_live}){replaced}"
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

    /// Fails if the new key is taken.
    fn updating(&self) -> String {
        let Self { table, key, is_key, changed, is_seen, is_live, .. } = self;
        format!("UPDATE {table} SET {key} = :new_key, {changed} WHERE {is_key} AND {is_seen} AND {is_live}")
    }

    /// Inserts the tombstone twice. The first one meets the old row, which then moves to its new key and makes room for the second. If the
    /// new key is taken, this fails as an insert does, and nothing is done.
    ///
    /// The row is locked before it is compared. It keeps its number.
    fn inserting_twice(&self) -> String {
        let Self { table, key, is_key, columns, tombstone, changed, is_seen, is_live, .. } = self;
        let (number, its_number, in_first) = match self.number {
            Some(number) => {
                (format!("{number}, "), format!("{number} AS number"), "CASE turn WHEN 1 THEN number END, ")
            }
            None => (String::new(), "1".to_owned(), ""),
        };
        format!(
            "INSERT INTO {table} ({number}{columns}) SELECT {in_first}{tombstone} \
             FROM (SELECT {its_number} FROM {table} WHERE {is_key} AND {is_seen} AND {is_live} FOR UPDATE) AS seen, \
             (SELECT 1 AS turn UNION ALL SELECT 2) AS turns ORDER BY turn \
             ON DUPLICATE KEY UPDATE {key} = :new_key, {changed}"
        )
    }

    /// Removes an expired row under the new key.
    fn clearing(&self) -> String {
        let Self { table, key, is_expired, .. } = self;
        format!("cleared AS (DELETE FROM {table} WHERE {key} = :new_key AND {is_expired} RETURNING 1)")
    }

    /// Counting makes the engine clear first.
    fn moved(&self) -> String {
        let Self { table, key, is_key, changed, is_seen, is_live, .. } = self;
        format!(
            "UPDATE {table} SET {key} = :new_key, {changed} WHERE {is_key} AND {is_seen} AND {is_live} \
             AND (SELECT count(*) FROM cleared) >= 0 \
             AND NOT EXISTS (SELECT 1 FROM {table} WHERE {key} = :new_key AND {is_live})"
        )
    }
}
