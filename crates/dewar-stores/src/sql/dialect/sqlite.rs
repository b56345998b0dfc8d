//! The dialect of SQLite.

use super::{Dialect, Placeholders, Renames, Types};

/// SQLite 3.38 or later.
pub const SQLITE: Dialect = Dialect {
    placeholders: Placeholders { sign: '?', are_numbered: true },
    quote: '"',
    reserved: SQLITE_RESERVED,
    types: Types {
        text: &["TEXT"],
        short_text: &["VARCHAR", "TEXT"],
        bytes: &["BLOB"],
        flask_bytes: &["BLOB"],
        integer: &["INTEGER"],
        flask_id: &["INTEGER"],
        date_time: &["DATETIME", "TIMESTAMP"],
    },
    key: "key",
    collation: " COLLATE BINARY",
    text_key_table: " WITHOUT ROWID",
    has_partial_indexes: true,
    flask_data: "CAST(coalesce(data, '') AS BLOB)",
    flask_key: "session_id = :key",
    flask_prefix: "substr(coalesce(session_id, ''), 1, length(:prefix)) = :prefix",
    no_limit: "LIMIT -1",
    renames: Renames::ByInserting,
    selected_bytes: ["", ""],
    has_upsert_and_returning: true,
    reads_what_it_writes: true,
    runs_unused_subqueries: false,
    limits_deletes: false,
    skip_locked: "",
    flask_id: "INTEGER NOT NULL",
    has_sequences: false,
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
