//! Dialects: the differences between the SQL of engines.

use std::sync::Arc;

use super::statement::{Kinds, Statement};

mod mysql;
mod postgres;
mod sqlite;

pub use self::mysql::MYSQL;
pub use self::postgres::POSTGRES;
pub use self::sqlite::SQLITE;

/// The SQL dialect of an engine.
#[derive(Debug)]
pub struct Dialect {
    pub(super) placeholders: Placeholders,
    /// The quote character for names.
    pub(super) quote: char,
    /// The table names that SQLAlchemy quotes because they are reserved words.
    pub(super) reserved: &'static str,
    pub(super) types: Types,
    /// The column `key` of the native table, quoted where that is a reserved word.
    pub(super) key: &'static str,
    /// The collation that sorts texts by their bytes.
    pub(super) collation: &'static str,
    /// What follows the columns in `CREATE TABLE` if the primary key is a text.
    pub(super) text_key_table: &'static str,
    /// Whether an index can leave rows out, and is created by a statement that does nothing if it exists. Otherwise indexes are a part of
    /// `CREATE TABLE`.
    pub(super) has_partial_indexes: bool,
    /// An expression for the bytes of Flask-Session's column `data`, if it may contain another type than bytes.
    pub(super) flask_data: &'static str,
    /// Whether a row of Flask-Session's table is that of `:key`, byte for byte.
    pub(super) flask_key: &'static str,
    /// Whether a row's key in Flask-Session's table starts with `:prefix`, byte for byte.
    pub(super) flask_prefix: &'static str,
    /// A `LIMIT` without a limit, since `OFFSET` needs one.
    pub(super) no_limit: &'static str,
    pub(super) renames: Renames,
    /// What stands before and after a value of bytes in a `SELECT`, if the engine would take it for text there.
    pub(super) selected_bytes: [&'static str; 2],
    /// Whether an `INSERT` can replace a row (`ON CONFLICT … DO UPDATE … WHERE`) and a `DELETE` return what it removed (`RETURNING`). Otherwise
    /// these take several statements.
    pub(super) has_upsert_and_returning: bool,
    /// Whether a statement that writes to a table can read from it in a subquery. Otherwise what is read has to be a derived table.
    pub(super) reads_what_it_writes: bool,
    /// Whether a subquery costs time where its value is not used.
    pub(super) runs_unused_subqueries: bool,
    /// Whether a `DELETE` takes a `LIMIT`, while a subquery does not.
    pub(super) limits_deletes: bool,
    /// What follows a subquery for rows to sweep, so that rows that are locked are left for another time.
    pub(super) skip_locked: &'static str,
    /// The declaration of the column `id` of Flask-Session's table.
    pub(super) flask_id: &'static str,
    /// Whether the column `id` can take its numbers from a sequence.
    pub(super) has_sequences: bool,
}

/// How a row gets another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renames {
    /// In one statement that contains others (`WITH … AS (UPDATE …)`).
    InOneStatement,
    /// In a transaction: a new row is inserted, and the old one is removed or replaced.
    ByInserting,
    /// The row is updated. With a tombstone, in one `INSERT` that updates a row which is in its way.
    ByInsertingTwice,
}

/// The placeholders for values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placeholders {
    pub(super) sign: char,
    /// Whether the sign is followed by a number. Then one value can be used several times; otherwise each use needs the value again.
    pub(super) are_numbered: bool,
}

/// The names of column types. A table is created with the first; the others are accepted, too.
#[derive(Debug)]
pub(super) struct Types {
    pub(super) text: &'static [&'static str],
    pub(super) short_text: &'static [&'static str],
    pub(super) bytes: &'static [&'static str],
    /// Of Flask-Session's column `data`.
    pub(super) flask_bytes: &'static [&'static str],
    pub(super) integer: &'static [&'static str],
    /// Of Flask-Session's column `id`.
    pub(super) flask_id: &'static [&'static str],
    pub(super) date_time: &'static [&'static str],
}

impl Dialect {
    /// Quotes a name.
    pub(super) fn quoted(&self, name: &str) -> String {
        format!("{0}{name}{0}", self.quote)
    }

    /// Quotes a name as SQLAlchemy 2.1 does: only if it has capital letters, starts with a digit, or is a reserved word.
    pub(super) fn quoted_by_sqlalchemy(&self, name: &str) -> String {
        let is_plain =
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
                && !name.starts_with(|first: char| first.is_ascii_digit())
                && !self.reserved.split_whitespace().any(|word| word == name);
        if is_plain { name.to_owned() } else { self.quoted(name) }
    }

    /// The clause of an `INSERT` that replaces a row with the same `key` if it has expired; nothing if the engine has none.
    pub(super) fn on_conflict(&self, key: &str, columns: &[&str], has_expired: &str) -> String {
        if !self.has_upsert_and_returning {
            return String::new();
        }
        let columns: Vec<_> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        format!(" ON CONFLICT ({key}) DO UPDATE SET {} WHERE {has_expired}", columns.join(", "))
    }
}

impl Dialect {
    /// A value of bytes in a `SELECT`.
    pub(super) fn selected(&self, bytes: &str) -> String {
        let [before, after] = self.selected_bytes;
        format!("{before}{bytes}{after}")
    }

    /// A subquery for one value, within a statement that writes to the table. An aggregate is never merged into the statement.
    pub(super) fn aggregate(&self, aggregate: &str, rows: &str) -> String {
        if self.reads_what_it_writes {
            return format!("(SELECT {aggregate} FROM {rows})");
        }
        format!("(SELECT it FROM (SELECT {aggregate} AS it FROM {rows}) AS found)")
    }

    /// A statement that removes expired rows which an `INSERT` cannot replace; `None` if it can.
    pub(super) fn clear(&self, table: &str, which: &str, kinds: Kinds) -> Option<Arc<Statement>> {
        let sql = || Statement::from_template(self, kinds, &format!("DELETE FROM {table} WHERE {which}"));
        (!self.has_upsert_and_returning).then(sql)
    }

    /// A `DELETE` of at most `:limit` rows, each with its own value in the `key` column. Rows that are locked are left out if the engine can do that.
    pub(super) fn limited_delete(&self, table: &str, key: &str, which: &str, is_expired: &str) -> String {
        if self.limits_deletes {
            return format!("DELETE FROM {table} WHERE {which} LIMIT :limit");
        }
        let skip_locked = self.skip_locked;
        format!(
            "DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {which} LIMIT :limit{skip_locked}) AND {is_expired}"
        )
    }
}

/// The type that a column is created with.
pub(super) fn declared(types: &[&'static str]) -> &'static str {
    types.first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_sqlalchemy_quotes_them() {
        for plain in ["sessions", "web_sessions", "_s", "s1"] {
            assert_eq!(SQLITE.quoted_by_sqlalchemy(plain), plain);
        }
        for name in ["Sessions", "1s", "order", "group", "table"] {
            assert_eq!(SQLITE.quoted_by_sqlalchemy(name), format!("\"{name}\""));
        }
    }
}
