//! The dialect of PostgreSQL.

use super::{Dialect, Placeholders, Renames, Types};

/// PostgreSQL 12 or later.
pub const POSTGRES: Dialect = Dialect {
    placeholders: Placeholders { sign: '$', are_numbered: true },
    quote: '"',
    reserved: POSTGRES_RESERVED,
    types: Types {
        text: &["TEXT"],
        short_text: &["VARCHAR", "CHARACTER VARYING", "TEXT"],
        bytes: &["BYTEA"],
        flask_bytes: &["BYTEA"],
        integer: &["BIGINT"],
        flask_id: &["INTEGER", "BIGINT"],
        date_time: &["TIMESTAMP WITHOUT TIME ZONE"],
    },
    key: "key",
    collation: " COLLATE \"C\"",
    text_key_table: "",
    has_partial_indexes: true,
    flask_data: "coalesce(data, '')",
    flask_key: "session_id = :key",
    flask_prefix: "substr(coalesce(session_id, ''), 1, length(:prefix)) = :prefix",
    no_limit: "LIMIT ALL",
    renames: Renames::InOneStatement,
    selected_bytes: ["", ""],
    has_upsert_and_returning: true,
    reads_what_it_writes: true,
    runs_unused_subqueries: false,
    limits_deletes: false,
    skip_locked: " FOR UPDATE SKIP LOCKED",
    flask_id: "SERIAL NOT NULL",
    has_sequences: true,
};

/// `PGIdentifierPreparer.reserved_words`.
const POSTGRES_RESERVED: &str = "
    all analyse analyze and any array as asc asymmetric authorization between binary both case cast check
    collate column constraint create cross current_catalog current_date current_role current_schema
    current_time current_timestamp current_user default deferrable desc distinct do else end except false
    fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull
    join leading left like limit localtime localtimestamp natural new not notnull null of off offset old on
    only or order outer over overlaps placing primary references returning right select session_user similar
    some symmetric table then to trailing true union unique user using variadic verbose when where window with
";
