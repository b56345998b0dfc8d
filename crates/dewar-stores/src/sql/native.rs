//! The native table, with a revision, an owner, and indexes.

use std::sync::atomic::{AtomicU64, Ordering};

use dewar_core::clock::UnixTime;
use dewar_core::random::Random;
use dewar_core::{Cursor, Entry, Owners, Revision, StoreKey, Stored};

use super::dialect::{Dialect, declared};
use super::owned::OwnedStatements;
use super::rename::RenameSql;
use super::statement::{Kind, Kinds, Statement, Value};
use super::statements::{Statements, Storing};
use super::{Driver, Row, Shape, SqlStore, Table};
use crate::OpenError;

/// The shape of the table `dewar_sessions`, which has the owner of an entry.
///
/// An entry is replaced if its revision number is the one that was seen. No number is used twice, even by several processes.
#[derive(Debug)]
pub struct Native {
    /// Counted from a random number, so that neither another process nor this one after a restart uses the same numbers.
    next_revision: AtomicU64,
    pub(super) owned: OwnedStatements,
}

impl<D> SqlStore<D, Native> {
    /// A store on an engine whose database has the [table](super::native_table).
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub fn native(driver: D, dialect: &Dialect) -> Result<Self, OpenError> {
        let first = Random::system().bytes::<8>().map_err(|error| {
            OpenError::new("the system gave no random bytes to number sessions").with_source(error)
        })?;
        Ok(Self::native_from(u64::from_le_bytes(first), driver, dialect))
    }

    /// A store that counts its revisions from this number.
    pub(super) fn native_from(first: u64, driver: D, dialect: &Dialect) -> Self {
        let shape = Native {
            next_revision: AtomicU64::new(first),
            owned: OwnedStatements::new(dialect, KINDS, LIVE),
        };
        Self::new(driver, shape, statements(dialect))
    }
}

impl Shape for Native {
    /// SQL's integers end at 2⁶³.
    fn next_revision(&self, _: &Entry) -> Revision {
        Revision::from_number(self.next_revision.fetch_add(1, Ordering::Relaxed) & (u64::MAX >> 1))
    }

    fn revision_value(&self, revision: &Revision) -> Value {
        let number = revision.number().and_then(|number| i64::try_from(number).ok());
        number.map_or(Value::Null, Value::Integer)
    }

    fn moment(&self, moment: Option<UnixTime>) -> Value {
        moment.map_or(Value::Null, |moment| Value::Integer(moment.millis()))
    }

    fn stored(&self, row: Row) -> Stored {
        let revision = Revision::from_number(row.number.unsigned_abs());
        Stored { payload: row.payload, revision, expires: row.expires }
    }

    /// Pages are in the order of the keys.
    fn page_start(&self, after: Option<&Cursor>, prefix: &str) -> Value {
        Value::Text(after.map_or("", |cursor| cursor.0.as_str()).max(prefix).to_owned())
    }

    /// The next text in this order, if no key contains a NUL. PostgreSQL has no texts with one.
    fn cursor(&self, key: &StoreKey, _: &Row) -> Cursor {
        Cursor(format!("{}\u{1}", key.as_str()))
    }

    fn owners<D: Driver>(store: &SqlStore<D, Self>) -> Option<&dyn Owners> {
        Some(store)
    }
}

/// The table `dewar_sessions`. `expires` is in milliseconds since 1970; NULL means never. `joined` numbers the entries that an owner got.
#[must_use]
pub fn table(dialect: &Dialect) -> Table {
    let types = &dialect.types;
    let [text, bytes, integer] = [types.text, types.bytes, types.integer].map(declared);
    let (collation, options) = (dialect.collation, dialect.text_key_table);
    let (within, behind) = if dialect.has_partial_indexes { ("", INDEXES) } else { (KEYS, "") };
    let ddl = format!(
        "CREATE TABLE IF NOT EXISTS dewar_sessions (\n    \
             {key} {text} PRIMARY KEY{collation},\n    \
             payload {bytes} NOT NULL,\n    \
             revision {integer} NOT NULL,\n    \
             expires {integer},\n    \
             owner {text},\n    \
             joined {integer}{within}\n\
         ){options}{behind}",
        key = dialect.key
    );
    let columns = vec![
        ("key", types.text),
        ("payload", types.bytes),
        ("revision", types.integer),
        ("expires", types.integer),
        ("owner", types.text),
        ("joined", types.integer),
    ];
    Table {
        schema: None,
        name: "dewar_sessions".to_owned(),
        ddl,
        columns,
        unique: "key",
        sorted: Some("key"),
    }
}

/// The indexes, as statements of their own, and as a part of `CREATE TABLE`.
const INDEXES: &str = ";\n\
    CREATE INDEX IF NOT EXISTS dewar_sessions_expires ON dewar_sessions (expires) WHERE expires IS NOT NULL;\n\
    CREATE INDEX IF NOT EXISTS dewar_sessions_owner ON dewar_sessions (owner, joined) WHERE owner IS NOT NULL";
const KEYS: &str = ",\n    \
    KEY dewar_sessions_expires (expires),\n    \
    KEY dewar_sessions_owner (owner, joined)";

const KINDS: Kinds = Kinds { moment: Kind::Integer, revision: Kind::Integer, position: Kind::Text };
/// The columns beside the key.
const COLUMNS: [&str; 5] = ["payload", "revision", "expires", "owner", "joined"];
/// Instead of an owner, in a statement for entries that have none.
const NOBODY: &str = "NULL";
/// A row that has not expired.
const LIVE: &str = "(expires IS NULL OR expires > :now)";

fn statements(dialect: &Dialect) -> Statements {
    let sql = |template: &str| Statement::from_template(dialect, KINDS, template);
    let key = dialect.key;
    let columns = columns(key);
    let storing = |template: &dyn Fn(&str) -> String, owner: &str| {
        let owned = sql(&template(owner));
        if dialect.runs_unused_subqueries {
            return Storing::by_owner(owned, sql(&template(NOBODY)));
        }
        Storing::any(owned)
    };
    let (rename, rename_and_bury) = rename(dialect).statements(dialect, KINDS);
    let replaced = dialect.on_conflict(key, &COLUMNS, "dewar_sessions.expires <= :now");
    let in_range = format!("expires <= :now AND {key} >= :prefix AND {key} < :behind");
    Statements {
        find: sql(&format!(
            "SELECT payload, expires, revision, {LIVE} FROM dewar_sessions WHERE {key} = :key"
        )),
        page: sql(&format!(
            "SELECT payload, expires, revision, TRUE, {key} FROM dewar_sessions \
             WHERE {key} >= :after AND {key} < :behind AND {LIVE} ORDER BY {key} LIMIT :limit"
        )),
        insert: storing(
            &|owner| {
                let inserted = inserted(dialect, owner);
                format!("INSERT INTO dewar_sessions ({columns}) VALUES ({inserted}){replaced}")
            },
            ":owner",
        ),
        clear: dialect.clear("dewar_sessions", &format!("{key} = :new_key AND expires <= :now"), KINDS),
        rename,
        rename_and_bury,
        replace: storing(
            &|owner| {
                let values = new_values(dialect, owner);
                format!(
                    "UPDATE dewar_sessions SET {values} WHERE {key} = :key AND revision = :seen AND {LIVE}"
                )
            },
            ":owner",
        ),
        bury: storing(&|owner| bury(dialect, owner), ":tombstone_owner"),
        delete: sql(&delete(key)),
        touch: sql(&format!("UPDATE dewar_sessions SET expires = :expires WHERE {key} = :key AND {LIVE}")),
        touch_if_due: sql(&format!(
            "UPDATE dewar_sessions SET expires = :expires WHERE {key} = :key AND {LIVE} AND expires < :if_before"
        )),
        remove_expired: None,
        sweep: sql(&dialect.limited_delete("dewar_sessions", key, &in_range, "expires <= :now")),
    }
}

fn columns(key: &str) -> String {
    format!("{key}, {}", COLUMNS.join(", "))
}

/// The values of a new row.
fn inserted(dialect: &Dialect, owner: &str) -> String {
    format!(":new_key, :payload, :revision, :expires, {owner}, {}", last_position(dialect, owner))
}

/// `WHERE` of every statement that writes repeats the conditions on the row itself: after waiting for a lock, an engine checks those again.
fn rename(dialect: &Dialect) -> RenameSql {
    let key = dialect.key;
    RenameSql {
        table: "dewar_sessions".to_owned(),
        key,
        is_key: format!("{key} = :key"),
        columns: columns(key),
        inserted: format!(":new_key, :payload, :revision, :expires, :owner, {}", position(dialect, ":owner")),
        tombstone: format!(
            ":key, {}, :revision, :tombstone_expires, :tombstone_owner, {}",
            dialect.selected(":tombstone_payload"),
            last_position(dialect, ":tombstone_owner")
        ),
        number: None,
        changed: new_values(dialect, ":owner"),
        is_seen: "revision = :seen".to_owned(),
        is_live: LIVE.to_owned(),
        is_expired: "expires <= :now".to_owned(),
        conflict: (&COLUMNS, "dewar_sessions.expires <= :now".to_owned()),
        delete: delete(key),
        bury: bury(dialect, ":tombstone_owner"),
    }
}

/// MySQL assigns from left to right, so `joined` comes before the owner that it depends on.
fn new_values(dialect: &Dialect, owner: &str) -> String {
    format!(
        "payload = :payload, revision = :revision, expires = :expires, joined = {}, owner = {owner}",
        kept_position(dialect, owner)
    )
}

fn delete(key: &str) -> String {
    format!("DELETE FROM dewar_sessions WHERE {key} = :key AND {LIVE}")
}

fn bury(dialect: &Dialect, owner: &str) -> String {
    format!(
        "UPDATE dewar_sessions SET payload = :tombstone_payload, revision = :revision, expires = :tombstone_expires, \
         joined = {}, owner = {owner} WHERE {} = :key AND {LIVE}",
        kept_position(dialect, owner),
        dialect.key
    )
}

/// The position of `:key` in an owner's list if it is there, otherwise a new last position.
fn position(dialect: &Dialect, owner: &str) -> String {
    let rows = format!("dewar_sessions WHERE {} = :key AND owner = {owner}", dialect.key);
    let there = dialect.aggregate("max(joined)", &rows);
    if_owned(owner, &format!("coalesce({there}, {})", last(dialect, owner)))
}

/// The same for an `UPDATE` of the row of `:key`.
fn kept_position(dialect: &Dialect, owner: &str) -> String {
    let kept = format!("CASE WHEN owner = {owner} THEN joined END");
    if_owned(owner, &format!("coalesce({kept}, {})", last(dialect, owner)))
}

fn last_position(dialect: &Dialect, owner: &str) -> String {
    if_owned(owner, &last(dialect, owner))
}

fn last(dialect: &Dialect, owner: &str) -> String {
    dialect.aggregate("coalesce(max(joined), 0) + 1", &format!("dewar_sessions WHERE owner = {owner}"))
}

/// Every text is `>= ''`. `IS NOT NULL` would not tell PostgreSQL the type of the value.
fn if_owned(owner: &str, position: &str) -> String {
    if owner == NOBODY {
        return NOBODY.to_owned();
    }
    format!("CASE WHEN {owner} >= '' THEN {position} END")
}
