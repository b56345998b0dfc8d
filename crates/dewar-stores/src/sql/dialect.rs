//! What differs between engines in their SQL: a row for each.

/// How an engine writes SQL.
#[derive(Debug)]
pub(crate) struct Dialect {
    pub(super) placeholders: Placeholders,
    /// What stands before and behind a name that is no plain word.
    pub(super) quote: char,
    /// The words that SQLAlchemy puts in quotes if a table is called so.
    pub(super) reserved: &'static str,
    pub(super) types: Types,
    /// Sorts texts by their bytes.
    pub(super) collation: &'static str,
    /// Stands behind the columns of a table whose key is a text.
    pub(super) text_key_table: &'static str,
    /// The bytes of Flask-Session's column `data`, where another type than bytes may be in it.
    pub(super) flask_data: &'static str,
    /// A limit that is none, since an OFFSET needs one.
    pub(super) no_limit: &'static str,
}

/// What stands for a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placeholders {
    pub(super) sign: char,
    /// With a number behind it, a value may be used several times. Else each use needs the value once more.
    pub(super) are_numbered: bool,
}

/// The names of the types of columns: the first is the one that a table is made with, the others are as good.
#[derive(Debug)]
pub(super) struct Types {
    pub(super) text: &'static [&'static str],
    pub(super) short_text: &'static [&'static str],
    pub(super) bytes: &'static [&'static str],
    pub(super) integer: &'static [&'static str],
    pub(super) date_time: &'static [&'static str],
}

/// SQLite, since 3.38.
pub(crate) const SQLITE: Dialect = Dialect {
    placeholders: Placeholders { sign: '?', are_numbered: true },
    quote: '"',
    reserved: SQLITE_RESERVED,
    types: Types {
        text: &["TEXT"],
        short_text: &["VARCHAR", "TEXT"],
        bytes: &["BLOB"],
        integer: &["INTEGER"],
        date_time: &["DATETIME", "TIMESTAMP"],
    },
    collation: "COLLATE BINARY",
    text_key_table: " WITHOUT ROWID",
    flask_data: "CAST(coalesce(data, '') AS BLOB)",
    no_limit: "LIMIT -1",
};

/// `SQLiteIdentifierPreparer.reserved_words`.
const SQLITE_RESERVED: &str = "
    add after all alter analyze and as asc attach autoincrement before begin between by cascade case cast
    check collate column commit conflict constraint create cross current_date current_time current_timestamp
    database default deferrable deferred delete desc detach distinct drop each else end escape except
    exclusive exists explain fail false for foreign from full glob group having if ignore immediate in index
    indexed initially inner insert instead intersect into is isnull join key left like limit match natural not
    notnull null of offset on or order outer plan pragma primary query raise references reindex rename replace
    restrict right rollback row select set table temp temporary then to transaction trigger true union unique
    update using vacuum values view virtual when where
";

impl Dialect {
    /// A name in quotes.
    pub(super) fn quoted(&self, name: &str) -> String {
        format!("{0}{name}{0}", self.quote)
    }

    /// A name as SQLAlchemy 2.1 writes it: as it is, unless it has capitals, begins with a digit, or is a word of SQL.
    pub(super) fn quoted_by_sqlalchemy(&self, name: &str) -> String {
        let is_plain =
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
                && !name.starts_with(|first: char| first.is_ascii_digit())
                && !self.reserved.split_whitespace().any(|word| word == name);
        if is_plain { name.to_owned() } else { self.quoted(name) }
    }

    /// What an insertion says so that it replaces a row of the same `key` that `has_expired`.
    pub(super) fn on_conflict(&self, key: &str, columns: &[&str], has_expired: &str) -> String {
        let columns: Vec<_> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        format!("ON CONFLICT ({key}) DO UPDATE SET {} WHERE {has_expired}", columns.join(", "))
    }
}

/// The type that a column is made with.
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
