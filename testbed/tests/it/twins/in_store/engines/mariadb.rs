//! MariaDB: a database for each.

use dewar_servers::MariaDb;

use super::engine::{Engine, Place, Stored};
use super::hex;
use crate::twins::pair::NOW;

pub(super) struct MariaDbDatabases(MariaDb);

impl MariaDbDatabases {
    pub(super) fn start() -> Option<Self> {
        let server = Self(MariaDb::for_test()?);
        for place in [Place::Theirs, Place::Ours, Place::Shared] {
            server.sql(&format!("CREATE DATABASE {}", database(place)));
        }
        Some(server)
    }

    fn sql(&self, sql: &str) -> String {
        self.0.sql(sql).unwrap()
    }
}

fn database(place: Place) -> &'static str {
    match place {
        Place::Theirs => "theirs",
        Place::Ours => "ours",
        Place::Shared => "shared",
    }
}

impl Engine for MariaDbDatabases {
    fn url_for_flask(&self, place: Place) -> String {
        format!("mysql+pymysql://root@127.0.0.1:{}/{}", self.0.port(), database(place))
    }

    fn settings(&self, place: Place) -> Vec<(&'static str, String)> {
        vec![("SESSION_TYPE", "sqlalchemy".to_owned()), ("SESSION_SQLALCHEMY", self.url_for_flask(place))]
    }

    fn empty(&self, place: Place) {
        self.sql(&format!("DELETE FROM {}.sessions", database(place)));
    }

    fn stored(&self, place: Place) -> Vec<Stored> {
        let epoch = "TIMESTAMPDIFF(SECOND, '1970-01-01', expiry)";
        let columns = format!("session_id, HEX(data), ({epoch} - {}) * 1000", NOW.seconds());
        let printed = self.sql(&format!("SELECT {columns} FROM {}.sessions ORDER BY id", database(place)));
        let row = |line: &str| {
            let [key, payload, left] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            Stored {
                key: key.to_owned(),
                payload: hex::bytes(payload),
                left: left.parse().unwrap(),
                precision: 0,
            }
        };
        printed.lines().map(row).collect()
    }

    fn overwrite(&self, place: Place, key: &str, payload: &[u8]) {
        let (table, digits) = (format!("{}.sessions", database(place)), hex::digits(payload));
        self.sql(&format!("UPDATE {table} SET data = X'{digits}' WHERE session_id = '{key}'"));
    }

    /// The statement that creates the table, without the number of the next row.
    fn layout(&self, place: Place) -> String {
        let made = self.sql(&format!("SHOW CREATE TABLE {}.sessions", database(place)));
        made.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT=")).collect::<Vec<_>>().join(" ")
    }
}
