//! The shape of a table: which columns it must have, and what they mean.

use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Entry, Owners, Revision, StoreKey, Stored};

use super::{Driver, Row, SqlStore, Value};

/// What tells one table of sessions from another.
pub trait Shape: Send + Sync + Sized + 'static {
    /// The revision of an entry that is about to be written.
    fn next_revision(&self, entry: &Entry) -> Revision;

    /// A revision as the column that is compared holds it; null: no row of this table has it.
    fn revision_value(&self, revision: &Revision) -> Value;

    /// A moment as the column of ends holds it; `None`: never.
    fn moment(&self, moment: Option<UnixTime>) -> Value;

    /// What is stored in a row.
    fn stored(&self, row: Row) -> Stored;

    /// Behind which value of the column that orders pages one begins.
    fn page_start(&self, after: Option<&Cursor>, prefix: &str) -> Value;

    /// Where the page behind this row begins.
    fn cursor(&self, key: &StoreKey, row: &Row) -> Cursor;

    /// The store, if the table knows the owner of an entry.
    fn owners<D: Driver>(store: &SqlStore<D, Self>) -> Option<&dyn Owners>;
}

/// What a table must be like.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// Makes it and its indexes; says `IF NOT EXISTS`.
    pub(crate) ddl: String,
    /// Names and declared types, of which the beginning counts.
    pub(super) columns: Vec<(&'static str, &'static [&'static str])>,
    /// The column that holds no value twice.
    pub(crate) unique: &'static str,
}

/// A column of a table that is there.
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its declared type.
    pub(crate) declared: String,
    /// Whether each row needs a value for it.
    pub(crate) must_be_given: bool,
}

impl Table {
    /// What is not as it must be about a table of these columns; `None`: nothing.
    pub(crate) fn difference(&self, found: &[Column], is_unique: bool) -> Option<String> {
        let of_a_column = self.columns.iter().find_map(|(name, types)| {
            let Some(column) = found.iter().find(|column| column.name == *name) else {
                return Some(format!("it has no column {name}"));
            };
            let declared = column.declared.to_ascii_uppercase();
            let is_known = types.iter().any(|known| declared.starts_with(known));
            let wanted = types.first().unwrap_or(&"");
            (!is_known).then(|| format!("its column {name} is {declared:?} and not {wanted}"))
        });
        let unknown = |column: &&Column| !self.columns.iter().any(|(name, _)| *name == column.name);
        of_a_column
            .or_else(|| {
                let column = found.iter().filter(unknown).find(|column| column.must_be_given)?;
                Some(format!("its column {} must be filled, and Dewar does not know with what", column.name))
            })
            .or_else(|| (!is_unique).then(|| format!("its column {} is not unique", self.unique)))
    }
}
