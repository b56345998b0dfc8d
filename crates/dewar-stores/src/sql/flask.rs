//! The table of Flask-Session's SQLAlchemy backend.

use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Entry, Owners, Revision, StoreKey, Stored};

use super::dialect::{Dialect, declared};
use super::statement::{Statement, Value};
use super::statements::Statements;
use super::{Driver, Row, Shape, SqlStore, Table};
use crate::OpenError;

/// The shape of the table of Flask-Session's SQLAlchemy backend: version 0.8, and older versions since 0.3.
///
/// No column counts writes, so an entry is replaced if its payload is the one that was seen. A row without an expiry has expired, as for
/// Flask-Session; a session that never expires has the last possible date. The owner of an entry is unknown.
#[derive(Debug)]
pub struct Flask;

impl<D> SqlStore<D, Flask> {
    /// A store on an engine whose database has the [table](super::flask_table) with this name.
    pub fn flask(driver: D, dialect: &Dialect, table: &str) -> Self {
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

/// The table of Flask-Session with this name, created exactly as SQLAlchemy creates it.
///
/// # Errors
/// If the name has other characters than ASCII letters, digits and underscores, or more than 64.
pub fn table(dialect: &Dialect, name: &str) -> Result<Table, OpenError> {
    check(name)?;
    let types = &dialect.types;
    let [integer, short_text, bytes, date_time] =
        [types.integer, types.short_text, types.bytes, types.date_time].map(declared);
    let quoted = dialect.quoted_by_sqlalchemy(name);
    let ddl = format!(
        "CREATE TABLE IF NOT EXISTS {quoted} (\n\tid {integer} NOT NULL, \n\tsession_id {short_text}(255), \n\t\
         data {bytes}, \n\texpiry {date_time}, \n\tPRIMARY KEY (id), \n\tUNIQUE (session_id)\n)"
    );
    let columns = vec![
        ("id", types.integer),
        ("session_id", types.short_text),
        ("data", types.bytes),
        ("expiry", types.date_time),
    ];
    Ok(Table { name: name.to_owned(), ddl, columns, unique: "session_id" })
}

fn check(table: &str) -> Result<(), OpenError> {
    let is_known = table.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_known && (1..=64).contains(&table.len()) {
        return Ok(());
    }
    Err(OpenError::new(format!(
        "the name of the session table cannot be {table:?}: use up to 64 letters (a-z, A-Z), digits and underscores"
    )))
}

/// A comparison with NULL is never true, so a row without an expiry has expired.
fn statements(dialect: &Dialect, table: &str) -> Statements {
    let sql = |template: &str| Statement::from_template(dialect, template);
    let (table, data) = (dialect.quoted(table), dialect.flask_data);
    let expired = "(expiry IS NULL OR expiry <= :now)";
    let columns = "session_id, data, expiry";
    let has_expired = format!("{table}.expiry IS NULL OR {table}.expiry <= :now");
    let replaced = dialect.on_conflict("session_id", &["data", "expiry"], &has_expired);
    let begins = "substr(coalesce(session_id, ''), 1, length(:prefix)) = :prefix";
    Statements {
        find: sql(&format!("SELECT {data}, expiry, id, expiry > :now FROM {table} WHERE session_id = :key")),
        page: sql(&format!(
            "SELECT {data}, expiry, id, TRUE, session_id FROM {table} \
             WHERE id > :after AND session_id IS NOT NULL AND {begins} AND expiry > :now ORDER BY id LIMIT :limit"
        )),
        insert: sql(&format!(
            "INSERT INTO {table} ({columns}) VALUES (:new_key, :payload, :expires) {replaced}"
        )),
        insert_renamed: sql(&format!(
            "INSERT INTO {table} ({columns}) SELECT :new_key, :payload, :expires \
             WHERE EXISTS (SELECT 1 FROM {table} WHERE session_id = :key AND {data} = :seen AND expiry > :now) {replaced}"
        )),
        replace: sql(&format!(
            "UPDATE {table} SET data = :payload, expiry = :expires \
             WHERE session_id = :key AND {data} = :seen AND expiry > :now"
        )),
        bury: sql(&format!(
            "UPDATE {table} SET data = :tombstone_payload, expiry = :tombstone_expires \
             WHERE session_id = :key AND expiry > :now"
        )),
        delete: sql(&format!("DELETE FROM {table} WHERE session_id = :key AND expiry > :now")),
        touch: sql(&format!(
            "UPDATE {table} SET expiry = :expires WHERE session_id = :key AND expiry > :now"
        )),
        touch_if_due: sql(&format!(
            "UPDATE {table} SET expiry = :expires WHERE session_id = :key AND expiry > :now AND expiry < :if_before"
        )),
        // As Flask-Session does.
        remove_expired: Some(sql(&format!("DELETE FROM {table} WHERE session_id = :key AND {expired}"))),
        sweep: sql(&format!(
            "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {expired} AND {begins} LIMIT :limit)"
        )),
    }
}
