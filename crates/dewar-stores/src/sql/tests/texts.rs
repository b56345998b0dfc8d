//! The SQL of each engine, word for word.

use super::super::{SQLITE, SqlStore, flask_table, native_table};
use super::made_up::MadeUp;

/// Fails with the text that the file should have.
fn assert_same(file: &str, ddl: &str, statements: Vec<(&str, &str)>) {
    let mut texts = format!("-- table\n{ddl};\n");
    for (name, text) in statements {
        texts.extend(["\n-- ", name, "\n", text, ";\n"]);
    }
    assert!(texts == file, "the SQL is another one now:\n{texts}");
}

#[test]
fn the_native_table_in_sqlite() {
    let store = SqlStore::native_from(0, MadeUp::default(), &SQLITE);
    let owned = &store.shape.owned;
    let mut statements: Vec<_> =
        store.statements.all().into_iter().map(|(name, statement)| (name, statement.text())).collect();
    statements.extend([
        ("owned", owned.list.text()),
        ("remove_all", owned.remove_all.text()),
        ("trim_oldest", owned.trim_oldest.text()),
        ("trim_newest", owned.trim_newest.text()),
    ]);
    assert_same(include_str!("sqlite_native.sql"), &native_table(&SQLITE).ddl, statements);
}

#[test]
fn the_table_of_flask_session_in_sqlite() {
    let store = SqlStore::flask(MadeUp::default(), &SQLITE, "sessions");
    let statements = store.statements.all().into_iter().map(|(name, statement)| (name, statement.text()));
    let table = flask_table(&SQLITE, "sessions").unwrap();
    assert_same(include_str!("sqlite_flask.sql"), &table.ddl, statements.collect());
}
