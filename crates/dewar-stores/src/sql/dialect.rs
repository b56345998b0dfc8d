//! Dialects: the differences between the SQL of engines.

mod postgres;
mod sqlite;

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
    /// The collation that sorts texts by their bytes.
    pub(super) collation: &'static str,
    /// What follows the columns in `CREATE TABLE` if the primary key is a text.
    pub(super) text_key_table: &'static str,
    /// An expression for the bytes of Flask-Session's column `data`, if it may contain another type than bytes.
    pub(super) flask_data: &'static str,
    /// A `LIMIT` without a limit, since `OFFSET` needs one.
    pub(super) no_limit: &'static str,
    /// Whether a statement can contain others that write (`WITH … AS (UPDATE …)`), so that a rename is one statement. Otherwise it is two in
    /// a transaction.
    pub(super) renames_in_one_statement: bool,
    /// What follows a subquery whose row no other transaction may change until this one ends; nothing, if transactions that write run one after
    /// the other.
    pub(super) row_lock: &'static str,
    /// What follows a subquery for rows to sweep, so that rows that are locked are left for another time.
    pub(super) skip_locked: &'static str,
    /// The declaration of the column `id` of Flask-Session's table.
    pub(super) flask_id: &'static str,
    /// Whether the column `id` can take its numbers from a sequence.
    pub(super) has_sequences: bool,
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

    /// The clause of an `INSERT` that replaces a row with the same `key` if it has expired.
    pub(super) fn on_conflict(&self, key: &str, columns: &[&str], has_expired: &str) -> String {
        let columns: Vec<_> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        format!("ON CONFLICT ({key}) DO UPDATE SET {} WHERE {has_expired}", columns.join(", "))
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
