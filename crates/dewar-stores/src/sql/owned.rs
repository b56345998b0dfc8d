//! The statements for the entries of an owner.

use std::sync::Arc;

use super::dialect::Dialect;
use super::statement::{Kinds, Statement};

/// The statements for the entries of an owner.
#[derive(Debug)]
pub(super) struct OwnedStatements {
    /// The entries of `:owner`, oldest first.
    pub(super) list: Arc<Statement>,
    /// Removes all entries of `:owner` except `:except`.
    pub(super) remove_all: Arc<Statement>,
    /// Whether removing all may miss an entry that gets another key at this moment, so that it has to be done again.
    pub(super) may_miss: bool,
    /// Removes all entries of `:owner` except the last `:limit`.
    pub(super) trim_oldest: Trimming,
    /// Removes all entries of `:owner` except the first `:limit`.
    pub(super) trim_newest: Trimming,
}

/// How entries are removed whose keys have to be known.
#[derive(Debug)]
pub(super) enum Trimming {
    /// One statement removes them and returns their keys.
    Returning(Arc<Statement>),
    /// They are found, and removed one by one.
    OneByOne {
        /// The entries that are too many, without their payloads.
        find: Arc<Statement>,
        /// Removes the entry of `:key`, if it is still one of `:owner`.
        remove: Arc<Statement>,
    },
}

impl Trimming {
    #[cfg(test)]
    pub(super) fn texts(&self) -> [&str; 2] {
        match self {
            Self::Returning(statement) => [statement.text(), ""],
            Self::OneByOne { find, remove } => [find.text(), remove.text()],
        }
    }
}

impl OwnedStatements {
    /// The statements for the native table, whose rows are live under this condition.
    pub(super) fn new(dialect: &Dialect, kinds: Kinds, live: &str) -> Self {
        let sql = |template: &str| Statement::from_template(dialect, kinds, template);
        let key = dialect.key;
        Self {
            list: sql(&format!(
                "SELECT payload, expires, revision, TRUE, {key} FROM dewar_sessions \
                 WHERE owner = :owner AND {live} ORDER BY joined, {key}"
            )),
            remove_all: sql(&format!(
                "DELETE FROM dewar_sessions WHERE owner = :owner AND {live} AND (:except IS NULL OR {key} <> :except)"
            )),
            may_miss: !dialect.has_upsert_and_returning,
            trim_oldest: trimming(dialect, kinds, live, " DESC"),
            trim_newest: trimming(dialect, kinds, live, ""),
        }
    }
}

/// The entries are sorted in this direction; those that are not among the first are removed.
///
/// A `DELETE` that waited for the rename of an entry finds it under its new key, by its place among the owner's entries, which it keeps. Two that
/// got their owner at the same moment may share a place: such a place does not tell which of them is meant.
fn trimming(dialect: &Dialect, kinds: Kinds, live: &str, direction: &str) -> Trimming {
    let sql = |template: &str| Statement::from_template(dialect, kinds, template);
    let (key, no_limit) = (dialect.key, dialect.no_limit);
    let sorted = format!(
        "FROM dewar_sessions WHERE owner = :owner AND {live} ORDER BY joined{direction}, {key}{direction}"
    );
    let going = format!("{sorted} {no_limit} OFFSET :limit");
    if dialect.has_upsert_and_returning {
        return Trimming::Returning(sql(&format!(
            "DELETE FROM dewar_sessions WHERE owner = :owner AND ({key} IN (SELECT {key} {going}) \
             OR joined IN (SELECT joined {going}) AND joined NOT IN (SELECT joined {sorted} LIMIT :limit)) RETURNING {key}"
        )));
    }
    Trimming::OneByOne {
        find: sql(&format!("SELECT '', expires, revision, TRUE, {key} {going}")),
        remove: sql(&format!("DELETE FROM dewar_sessions WHERE {key} = :key AND owner = :owner AND {live}")),
    }
}
