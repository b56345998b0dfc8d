//! `sqlalchemy_ddl` and `sqlalchemy_flow`: the table that Flask-SQLAlchemy makes, and the rows in it after each request.

use std::path::Path;
use std::sync::Arc;

use dewar_stores::sql::{Dialect, FlaskTable, MYSQL, POSTGRES, flask_table};
use dewar_stores::sqlite::{SqlAlchemy, Synchronous};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use super::given::{Given, Judged, Known};
use super::server_flow::{self, Program};
use super::{Case, Outcome};

/// SQLite, whose table is made, has no schemas. There is no store for Microsoft's SQL Server and for Oracle.
pub(super) fn sqlalchemy_ddl(case: &Case) -> Judged {
    if let Some(dialect) = dialect(case) {
        return ddl_on_a_server(case, dialect);
    }
    if !case.given["schema"].is_null() {
        return Ok(Outcome::Excused(if is_sqlite(case) { "no-schema-in-sqlite" } else { "store-not-yet" }));
    }
    if !is_sqlite(case) {
        return Ok(Outcome::Excused("store-not-yet"));
    }
    let folder = tempfile::tempdir().known()?;
    let file = folder.path().join("sessions.db");
    let table = case.given["table"].text()?;
    let opened = SqlAlchemy::open(&file, table, Synchronous::Normal);
    let Ok(_store) = opened else {
        return Ok(match is_plain(table) {
            true => Outcome::Failed("not opened".into()),
            false => Outcome::Excused("a-table-has-a-plain-name"),
        });
    };
    Ok(super::compare(tables(&file)?, json!([case.expected["ddl"].text()?.trim()]), None))
}

fn dialect(case: &Case) -> Option<&'static Dialect> {
    let dialects: [(&str, &Dialect); 2] = [("_mysql", &MYSQL), ("_postgresql", &POSTGRES)];
    dialects.into_iter().find(|(end, _)| case.id.ends_with(end)).map(|(_, dialect)| dialect)
}

fn ddl_on_a_server(case: &Case, dialect: &Dialect) -> Judged {
    let names = FlaskTable {
        name: case.given["table"].text()?,
        schema: case.given["schema"].as_str(),
        sequence: case.given["sequence"].as_str(),
    };
    let Ok(table) = flask_table(dialect, names) else {
        return Ok(match is_plain(names.name) {
            true => Outcome::Failed("not made".into()),
            false => Outcome::Excused("a-table-has-a-plain-name"),
        });
    };
    // Several programs may make it at once.
    let ddl = table.ddl().replace("IF NOT EXISTS ", "");
    Ok(super::compare(json!(ddl), json!(case.expected["ddl"].text()?.trim()), None))
}

fn is_sqlite(case: &Case) -> bool {
    case.id.ends_with("_sqlite")
}

/// What is taken as the name of a table.
fn is_plain(name: &str) -> bool {
    let is_in_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=64).contains(&name.len()) && name.bytes().all(is_in_name)
}

pub(super) fn sqlalchemy_flow(case: &Case) -> Judged {
    let folder = tempfile::tempdir().known()?;
    let file = folder.path().join("sessions.db");
    let table = match &case.given["config"]["SESSION_SQLALCHEMY_TABLE"] {
        Json::Null => SqlAlchemy::TABLE,
        table => table.text()?,
    };
    if !is_plain(table) {
        return Ok(Outcome::Excused("a-table-has-a-plain-name"));
    }
    let store = SqlAlchemy::open(&file, table, Synchronous::Normal).known()?;
    let program = match Program::new(&case.given, Arc::new(store))? {
        Ok(program) => program,
        Err(rule) => return Ok(Outcome::Excused(rule)),
    };
    server_flow::replay(case, &program, |step| {
        let rows = super::compare(rows(&file, table)?, step["rows"].clone(), None);
        Ok(rows.and(super::compare(tables(&file)?, step["ddl"].clone(), None)))
    })
}

fn tables(file: &Path) -> Judged<Json> {
    all(file, "SELECT sql FROM sqlite_master WHERE type = 'table'", |row| {
        Ok(row.get::<_, String>(0).known()?.into())
    })
}

fn rows(file: &Path, table: &str) -> Judged<Json> {
    let columns = "id, session_id, hex(data), expiry, typeof(data), typeof(expiry)";
    all(file, &format!("SELECT {columns} FROM \"{table}\" ORDER BY id"), |row| {
        let text = |column| row.get::<_, String>(column).known();
        Ok(json!([row.get::<_, i64>(0).known()?, text(1)?, text(2)?, text(3)?, text(4)?, text(5)?]))
    })
}

fn all(file: &Path, query: &str, json: impl Fn(&rusqlite::Row<'_>) -> Judged<Json>) -> Judged<Json> {
    let connection = Connection::open(file).known()?;
    let mut statement = connection.prepare(query).known()?;
    let mut rows = statement.query([]).known()?;
    let mut items = Vec::new();
    while let Some(row) = rows.next().known()? {
        items.push(json(row)?);
    }
    Ok(Json::Array(items))
}
