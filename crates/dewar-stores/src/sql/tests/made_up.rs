//! A fake engine for tests of the SQL: it records what it is sent, and returns prepared answers.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;

use dewar_core::{StoreError, StoreKey};

use super::super::dialect::{Dialect, Placeholders, Renames, Types};
use super::super::{Driver, Outcome, Query, Row, Statement, Transaction, Value, Values};

/// Its dialect has unnumbered placeholders and names in backticks, like MySQL.
pub(super) const MADE_UP: Dialect = Dialect {
    placeholders: Placeholders { sign: '?', are_numbered: false },
    quote: '`',
    reserved: "rows",
    types: Types {
        text: &["TEXT"],
        short_text: &["VARCHAR"],
        bytes: &["LONGBLOB"],
        flask_bytes: &["BLOB"],
        integer: &["BIGINT"],
        flask_id: &["INTEGER"],
        date_time: &["DATETIME(6)"],
    },
    key: "key",
    collation: " COLLATE utf8mb4_bin",
    text_key_table: "",
    has_partial_indexes: true,
    flask_data: "data",
    flask_key: "session_id = :key",
    flask_prefix: "substr(coalesce(session_id, ''), 1, length(:prefix)) = :prefix",
    no_limit: "LIMIT 18446744073709551615",
    renames: Renames::ByInserting,
    selected_bytes: ["", ""],
    has_upsert_and_returning: true,
    reads_what_it_writes: true,
    runs_unused_subqueries: false,
    limits_deletes: false,
    skip_locked: "",
    flask_id: "INTEGER NOT NULL AUTO_INCREMENT",
    has_sequences: false,
};

/// A statement that was sent, and its values.
#[derive(PartialEq)]
pub(super) struct Sent(pub(super) String, pub(super) Vec<Value>);

/// What a statement wrote, or the rows that it found.
pub(super) enum Reply {
    Wrote(usize),
    Found(Vec<(StoreKey, Row)>),
    Failed(StoreError),
}

#[derive(Default)]
pub(super) struct MadeUp {
    sent: Mutex<Vec<Sent>>,
    replies: Mutex<VecDeque<Reply>>,
}

impl MadeUp {
    /// An engine with these answers, statement by statement.
    pub(super) fn replying(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self { replies: Mutex::new(replies.into_iter().collect()), ..Self::default() }
    }

    /// What it was sent since the last call of this.
    pub(super) fn sent(&self) -> Vec<Sent> {
        assert!(self.replies.lock().unwrap().is_empty(), "it expected more");
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    fn send(&self, statement: &Statement, values: &Values) -> Reply {
        let sent = Sent(statement.text().to_owned(), statement.values(values).cloned().collect());
        self.sent.lock().unwrap().push(sent);
        self.replies.lock().unwrap().pop_front().expect("a statement that was not expected")
    }

    fn execute(&self, statement: &Statement, values: &Values) -> Result<usize, StoreError> {
        match self.send(statement, values) {
            Reply::Wrote(rows) => Ok(rows),
            Reply::Failed(error) => Err(error),
            Reply::Found(_) => panic!("{} finds nothing", statement.text()),
        }
    }

    fn query(&self, statement: &Statement, values: &Values) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        match self.send(statement, values) {
            Reply::Found(rows) => Ok(rows),
            Reply::Failed(error) => Err(error),
            Reply::Wrote(_) => panic!("{} writes nothing", statement.text()),
        }
    }
}

impl Driver for MadeUp {
    async fn find(&self, query: Query) -> Result<Option<Row>, StoreError> {
        Ok(self.query(&query.statement, &query.values)?.pop().map(|(_, row)| row))
    }

    async fn rows(&self, query: Query) -> Result<Vec<(StoreKey, Row)>, StoreError> {
        self.query(&query.statement, &query.values)
    }

    async fn write(&self, transaction: Transaction) -> Result<Outcome, StoreError> {
        let Transaction { values, first, then, look, .. } = transaction;
        let rows = self.execute(&first, &values)?;
        match (then, look) {
            (Some(then), _) if rows > 0 => _ = self.execute(&then, &values)?,
            (_, Some(look)) if rows == 0 => {
                let found = self.query(&look, &values)?.pop().map(|(_, row)| row);
                return Ok(Outcome { rows, found });
            }
            _ => {}
        }
        Ok(Outcome { rows, found: None })
    }

    async fn remove(&self, query: Query) -> Result<Vec<StoreKey>, StoreError> {
        Ok(self.query(&query.statement, &query.values)?.into_iter().map(|(key, _)| key).collect())
    }
}

impl fmt::Debug for MadeUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MadeUp")
    }
}
