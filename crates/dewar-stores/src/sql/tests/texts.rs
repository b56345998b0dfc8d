//! The SQL of each engine, word for word.

use super::super::dialect::Dialect;
use super::super::{FlaskTable, MYSQL, POSTGRES, SQLITE, SqlStore, flask_table, native_table};
use super::made_up::MadeUp;

/// Fails with the text that the file should have.
fn assert_same(file: &str, ddl: &str, statements: Vec<(&str, &str)>) {
    let mut texts = format!("-- table\n{ddl};\n");
    for (name, text) in statements {
        texts.extend(["\n-- ", name, "\n", text, ";\n"]);
    }
    assert!(texts == file, "the SQL is another one now:\n{texts}");
}

fn assert_native(dialect: &Dialect, file: &str) {
    let store = SqlStore::native_from(0, MadeUp::default(), dialect);
    let owned = &store.shape.owned;
    let mut statements: Vec<_> =
        store.statements.all().into_iter().map(|(name, statement)| (name, statement.text())).collect();
    statements.extend([("owned", owned.list.text()), ("remove_all", owned.remove_all.text())]);
    statements.extend(owned.find_missed.as_deref().map(|find| ("find_missed", find.text())));
    for (names, trimming) in [
        (["trim_oldest", "trim_oldest_each"], &owned.trim_oldest),
        (["trim_newest", "trim_newest_each"], &owned.trim_newest),
    ] {
        statements.extend(names.into_iter().zip(trimming.texts()).filter(|(_, text)| !text.is_empty()));
    }
    assert_same(file, &native_table(dialect).ddl, statements);
}

fn assert_flask(dialect: &Dialect, names: FlaskTable<'_>, file: &str) {
    let store = SqlStore::flask(MadeUp::default(), dialect, names);
    let statements = store.statements.all().into_iter().map(|(name, statement)| (name, statement.text()));
    let table = flask_table(dialect, names).unwrap();
    assert_same(file, &table.ddl, statements.collect());
}

#[test]
fn the_native_table_in_sqlite() {
    assert_native(&SQLITE, include_str!("sqlite_native.sql"));
}

#[test]
fn the_table_of_flask_session_in_sqlite() {
    assert_flask(&SQLITE, "sessions".into(), include_str!("sqlite_flask.sql"));
}

#[test]
fn the_native_table_in_postgres() {
    assert_native(&POSTGRES, include_str!("postgres_native.sql"));
}

#[test]
fn the_table_of_flask_session_in_postgres() {
    assert_flask(&POSTGRES, "sessions".into(), include_str!("postgres_flask.sql"));
    let names = FlaskTable { name: "Web", schema: Some("auth"), sequence: Some("web_ids") };
    assert_flask(&POSTGRES, names, include_str!("postgres_flask_sequence.sql"));
}

#[test]
fn the_native_table_in_mysql() {
    assert_native(&MYSQL, include_str!("mysql_native.sql"));
}

#[test]
fn the_table_of_flask_session_in_mysql() {
    assert_flask(&MYSQL, "sessions".into(), include_str!("mysql_flask.sql"));
}
