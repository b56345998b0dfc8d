//! When SQLAlchemy puts the name of a table in quotes.

/// A name as SQLAlchemy 2.1 writes it for SQLite: as it is, unless it has capitals, begins with a digit, or is a word of SQL.
pub(super) fn quoted(name: &str) -> String {
    let is_plain =
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && !RESERVED.split_whitespace().any(|word| word == name);
    if is_plain { name.to_owned() } else { format!("\"{name}\"") }
}

/// `SQLiteIdentifierPreparer.reserved_words`.
const RESERVED: &str = "
    add after all alter analyze and as asc attach autoincrement before begin between by cascade case cast
    check collate column commit conflict constraint create cross current_date current_time current_timestamp
    database default deferrable deferred delete desc detach distinct drop each else end escape except
    exclusive exists explain fail false for foreign from full glob group having if ignore immediate in index
    indexed initially inner insert instead intersect into is isnull join key left like limit match natural not
    notnull null of offset on or order outer plan pragma primary query raise references reindex rename replace
    restrict right rollback row select set table temp temporary then to transaction trigger true union unique
    update using vacuum values view virtual when where
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_sqlalchemy_quotes() {
        for plain in ["sessions", "web_sessions", "_s", "s1"] {
            assert_eq!(quoted(plain), plain);
        }
        for name in ["Sessions", "1s", "order", "group", "table"] {
            assert_eq!(quoted(name), format!("\"{name}\""));
        }
    }
}
