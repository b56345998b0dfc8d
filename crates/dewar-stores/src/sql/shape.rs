//! The shape of a table: its columns and their meaning.

use std::fmt;

use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Entry, Owners, Revision, StoreKey, Stored};

use super::{Driver, Row, SqlStore, Value};

/// The differences between the tables of sessions.
pub trait Shape: Send + Sync + Sized + 'static {
    /// The revision for an entry that is about to be written.
    fn next_revision(&self, entry: &Entry) -> Revision;

    /// A revision as a value of the column that is compared; null if no row of this table can have it.
    fn revision_value(&self, revision: &Revision) -> Value;

    /// A time as a value of the expiry column; `None`: never.
    fn moment(&self, moment: Option<UnixTime>) -> Value;

    /// The entry in a row.
    fn stored(&self, row: Row) -> Stored;

    /// The value of the ordering column after which a page starts.
    fn page_start(&self, after: Option<&Cursor>, prefix: &str) -> Value;

    /// Where the page after this row starts.
    fn cursor(&self, key: &StoreKey, row: &Row) -> Cursor;

    /// The store, if the table has the owner of an entry.
    fn owners<D: Driver>(store: &SqlStore<D, Self>) -> Option<&dyn Owners>;
}

/// The requirements for a table.
#[derive(Debug, Clone)]
pub struct Table {
    /// The schema that it is in; `None`: the one that the engine looks in.
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    /// The SQL that creates it and its indexes, with `IF NOT EXISTS`.
    pub(crate) ddl: String,
    /// The names and declared types of the columns. Only the start of a declared type is compared.
    pub(super) columns: Vec<(&'static str, &'static [&'static str])>,
    /// The column that must be unique.
    pub(crate) unique: &'static str,
    /// The column whose texts must sort by their bytes, if there is one.
    pub(crate) sorted: Option<&'static str>,
}

/// A column of an existing table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its declared type.
    pub declared: String,
    /// Whether every row needs a value for it.
    pub must_be_given: bool,
}

/// The SQL, to be read and run by people.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{};", self.ddl)
    }
}

impl Table {
    /// The name, without quotes.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The schema that it is in; `None`: the one that the engine looks in.
    #[must_use]
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The SQL that creates the table and its indexes unless they exist.
    #[must_use]
    pub fn ddl(&self) -> &str {
        &self.ddl
    }

    /// The column that must be unique.
    #[must_use]
    pub fn unique(&self) -> &'static str {
        self.unique
    }

    /// The column whose texts must sort by their bytes, if there is one.
    #[must_use]
    pub fn sorted(&self) -> Option<&'static str> {
        self.sorted
    }

    /// What is wrong with a table that has these columns, and whose [unique column](Self::unique) is so or not; `None` if it is right.
    #[must_use]
    pub fn difference(&self, found: &[Column], is_unique: bool) -> Option<String> {
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
                Some(format!("its column {} requires a value, which Dewar does not have", column.name))
            })
            .or_else(|| (!is_unique).then(|| format!("its column {} is not unique", self.unique)))
    }
}
