//! `sqlalchemy_ddl` and `sqlalchemy_flow`: the table that Flask-SQLAlchemy makes, and the rows in it after each request.

use std::path::Path;
use std::sync::Arc;

use dewar_stores::sqlite::{SqlAlchemy, Synchronous};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use super::server_flow::{self, Program};
use super::{Case, Outcome};

/// Of the databases only SQLite is there.
pub(super) fn sqlalchemy_ddl(case: &Case) -> Outcome {
    if !case.id.ends_with("_sqlite") {
        return Outcome::Excused("store-not-yet");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let store = SqlAlchemy::open(&file, case.given["table"].as_str().unwrap(), Synchronous::Normal);
    let (Ok(_store), ours) = (store, tables(&file)) else { return Outcome::Failed("not opened".into()) };
    super::compare(ours, json!([case.expected["ddl"].as_str().unwrap().trim()]), None)
}

pub(super) fn sqlalchemy_flow(case: &Case) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let store = SqlAlchemy::open(&file, SqlAlchemy::TABLE, Synchronous::Normal).unwrap();
    let program = Program::new(&case.given, Arc::new(store)).unwrap();
    server_flow::replay(case, &program, |step| {
        let rows = super::compare(rows(&file), step["rows"].clone(), None);
        rows.and(super::compare(tables(&file), step["ddl"].clone(), None))
    })
}

fn tables(file: &Path) -> Json {
    all(file, "SELECT sql FROM sqlite_master WHERE type = 'table'", |row| {
        row.get::<_, String>(0).unwrap().into()
    })
}

fn rows(file: &Path) -> Json {
    let rows =
        "SELECT id, session_id, hex(data), expiry, typeof(data), typeof(expiry) FROM sessions ORDER BY id";
    all(file, rows, |row| {
        let text = |column| row.get::<_, String>(column).unwrap();
        json!([row.get::<_, i64>(0).unwrap(), text(1), text(2), text(3), text(4), text(5)])
    })
}

fn all(file: &Path, query: &str, json: impl Fn(&rusqlite::Row<'_>) -> Json) -> Json {
    let connection = Connection::open(file).unwrap();
    let mut statement = connection.prepare(query).unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut items = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        items.push(json(row));
    }
    Json::Array(items)
}
