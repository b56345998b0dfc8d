//! The table of Flask-Session's SQLAlchemy backend.

use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Entry, Owners, Revision, StoreKey, Stored};

use super::dialect::{Dialect, declared};
use super::rename::RenameSql;
use super::statement::{Kind, Kinds, Statement, Value};
use super::statements::{Statements, Storing};
use super::{Driver, Row, Shape, SqlStore, Table};
use crate::OpenError;

/// The shape of the table of Flask-Session's SQLAlchemy backend: version 0.8, and older versions since 0.3.
///
/// No column counts writes, so an entry is replaced if its payload is the one that was seen. A row without an expiry has expired, as for
/// Flask-Session; a session that never expires has the last possible date. The owner of an entry is unknown.
#[derive(Debug)]
pub struct Flask;

/// The names of Flask-Session's table.
#[derive(Debug, Clone, Copy)]
pub struct FlaskTable<'a> {
    /// The table.
    pub name: &'a str,
    /// The schema that it is in; `None`: the one that the engine looks in.
    pub schema: Option<&'a str>,
    /// The sequence that numbers its rows; `None`: the engine numbers them. Engines without sequences ignore it, as SQLAlchemy does.
    pub sequence: Option<&'a str>,
}

/// A table with this name, where the engine looks for it.
impl<'a> From<&'a str> for FlaskTable<'a> {
    fn from(name: &'a str) -> Self {
        Self { name, schema: None, sequence: None }
    }
}

impl<D> SqlStore<D, Flask> {
    /// A store on an engine whose database has this [table](super::flask_table).
    pub fn flask<'a>(driver: D, dialect: &Dialect, table: impl Into<FlaskTable<'a>>) -> Self {
        let table = table.into();
        Self::new(driver, Flask, statements(dialect, table))
    }
}

impl Shape for Flask {
    fn next_revision(&self, entry: &Entry) -> Revision {
        Revision::from_payload(entry.payload.clone())
    }

    fn revision_value(&self, revision: &Revision) -> Value {
        revision.payload().into()
    }

    fn moment(&self, moment: Option<UnixTime>) -> Value {
        Value::DateTime(moment)
    }

    fn stored(&self, row: Row) -> Stored {
        let revision = Revision::from_payload(row.payload.clone());
        Stored { payload: row.payload, revision, expires: row.expires }
    }

    /// Pages are in the order of the rows' numbers. With a cursor of another store, the page is empty.
    fn page_start(&self, after: Option<&Cursor>, _: &str) -> Value {
        Value::Integer(after.map_or(i64::MIN, |cursor| cursor.0.parse().unwrap_or(i64::MAX)))
    }

    fn cursor(&self, _: &StoreKey, row: &Row) -> Cursor {
        Cursor(row.number.to_string())
    }

    fn owners<D: Driver>(_: &SqlStore<D, Self>) -> Option<&dyn Owners> {
        None
    }
}

/// The table of Flask-Session with these names, created exactly as SQLAlchemy creates it.
///
/// # Errors
/// If a name has other characters than ASCII letters, digits and underscores, or more than 64.
pub fn table<'a>(dialect: &Dialect, names: impl Into<FlaskTable<'a>>) -> Result<Table, OpenError> {
    let names = names.into();
    for (what, name) in [("table", Some(names.name)), ("schema", names.schema), ("sequence", names.sequence)]
    {
        name.map_or(Ok(()), |name| check(what, name))?;
    }
    let types = &dialect.types;
    let [short_text, bytes, date_time] = [types.short_text, types.flask_bytes, types.date_time].map(declared);
    let schema = names.schema.map_or_else(String::new, |schema| dialect.quoted_by_sqlalchemy(schema) + ".");
    let quoted = schema + &dialect.quoted_by_sqlalchemy(names.name);
    let sequence = names.sequence.filter(|_| dialect.has_sequences);
    let made = sequence.map_or_else(String::new, |sequence| {
        format!("CREATE SEQUENCE IF NOT EXISTS {};\n", dialect.quoted_by_sqlalchemy(sequence))
    });
    let id = if sequence.is_some() { "INTEGER NOT NULL" } else { dialect.flask_id };
    let ddl = format!(
        "{made}CREATE TABLE IF NOT EXISTS {quoted} (\n\tid {id}, \n\tsession_id {short_text}(255), \n\t\
         data {bytes}, \n\texpiry {date_time}, \n\tPRIMARY KEY (id), \n\tUNIQUE (session_id)\n)"
    );
    let columns = vec![
        ("id", types.flask_id),
        ("session_id", types.short_text),
        ("data", types.flask_bytes),
        ("expiry", types.date_time),
    ];
    let schema = names.schema.map(str::to_owned);
    Ok(Table { schema, name: names.name.to_owned(), ddl, columns, unique: "session_id", sorted: None })
}

fn check(what: &str, name: &str) -> Result<(), OpenError> {
    let is_known = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_known && (1..=64).contains(&name.len()) {
        return Ok(());
    }
    Err(OpenError::new(format!(
        "the name of the session {what} cannot be {name:?}: use up to 64 letters (a-z, A-Z), digits and underscores"
    )))
}

const KINDS: Kinds = Kinds { moment: Kind::DateTime, revision: Kind::Bytes, position: Kind::Integer };

/// A comparison with NULL is never true, so a row without an expiry has expired.
fn statements(dialect: &Dialect, names: FlaskTable<'_>) -> Statements {
    let sql = |template: &str| Statement::from_template(dialect, KINDS, template);
    let (table, data) = (&quoted(dialect, names), dialect.flask_data);
    let rename = rename(dialect, names);
    let (columns, expired) = (&rename.columns, &rename.is_expired);
    let inserted = Numbering::of(dialect, names).values("new_key", ":payload", ":expires");
    let replaced = dialect.on_conflict("session_id", &["data", "expiry"], &has_expired(table));
    let (moved, moved_and_buried) = rename.statements(dialect, KINDS);
    let (key, begins) = (dialect.flask_key, dialect.flask_prefix);
    let sweepable = format!("{expired} AND {begins}");
    Statements {
        find: sql(&format!("SELECT {data}, expiry, id, expiry > :now FROM {table} WHERE {key}")),
        page: sql(&format!(
            "SELECT {data}, expiry, id, TRUE, session_id FROM {table} \
             WHERE id > :after AND session_id IS NOT NULL AND {begins} AND expiry > :now ORDER BY id LIMIT :limit"
        )),
        insert: Storing::any(sql(&format!("INSERT INTO {table} ({columns}) VALUES ({inserted}){replaced}"))),
        clear: dialect.clear(table, &format!("session_id = :new_key AND {expired}"), KINDS),
        rename: moved,
        rename_and_bury: moved_and_buried,
        replace: Storing::any(sql(&format!(
            "UPDATE {table} SET data = :payload, expiry = :expires WHERE {key} AND {data} = :seen AND expiry > :now"
        ))),
        bury: Storing::any(sql(&rename.bury)),
        delete: sql(&rename.delete),
        touch: sql(&format!("UPDATE {table} SET expiry = :expires WHERE {key} AND expiry > :now")),
        touch_if_due: sql(&format!(
            "UPDATE {table} SET expiry = :expires WHERE {key} AND expiry > :now AND expiry < :if_before"
        )),
        // As Flask-Session does.
        remove_expired: Some(sql(&format!("DELETE FROM {table} WHERE {key} AND {expired}"))),
        sweep: sql(&dialect.limited_delete(table, "id", &sweepable, expired)),
    }
}

fn rename(dialect: &Dialect, names: FlaskTable<'_>) -> RenameSql {
    let (table, key, data) = (quoted(dialect, names), dialect.flask_key, dialect.flask_data);
    let numbering = Numbering::of(dialect, names);
    RenameSql {
        key: "session_id",
        is_key: key.to_owned(),
        columns: numbering.columns(),
        inserted: numbering.values("new_key", ":payload", ":expires"),
        tombstone: numbering.values("key", &dialect.selected(":tombstone_payload"), ":tombstone_expires"),
        number: Some("id"),
        changed: "data = :payload, expiry = :expires".to_owned(),
        is_seen: format!("{data} = :seen"),
        is_live: "expiry > :now".to_owned(),
        is_expired: "(expiry IS NULL OR expiry <= :now)".to_owned(),
        conflict: (&["data", "expiry"], has_expired(&table)),
        delete: format!("DELETE FROM {table} WHERE {key} AND expiry > :now"),
        bury: format!(
            "UPDATE {table} SET data = :tombstone_payload, expiry = :tombstone_expires WHERE {key} AND expiry > :now"
        ),
        table,
    }
}

/// In a conflict, a column's name alone could be that of the new row.
fn has_expired(table: &str) -> String {
    format!("{table}.expiry IS NULL OR {table}.expiry <= :now")
}

fn quoted(dialect: &Dialect, names: FlaskTable<'_>) -> String {
    let schema = names.schema.map_or_else(String::new, |schema| dialect.quoted(schema) + ".");
    schema + &dialect.quoted(names.name)
}

/// Where the numbers of new rows come from: the expression for the next one, if the statement has to name it.
struct Numbering(Option<String>);

impl Numbering {
    fn of(dialect: &Dialect, names: FlaskTable<'_>) -> Self {
        let sequence = names.sequence.filter(|_| dialect.has_sequences);
        Self(sequence.map(|sequence| format!("nextval('{}')", dialect.quoted(sequence))))
    }

    fn columns(&self) -> String {
        let id = if self.0.is_some() { "id, " } else { "" };
        format!("{id}session_id, data, expiry")
    }

    /// The values of a new row.
    fn values(&self, key: &str, payload: &str, expires: &str) -> String {
        let id = self.0.as_ref().map_or_else(String::new, |next| format!("{next}, "));
        format!("{id}:{key}, {payload}, {expires}")
    }
}
