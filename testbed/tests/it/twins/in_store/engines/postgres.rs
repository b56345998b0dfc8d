//! PostgreSQL: a database for each.

use dewar_servers::Postgres;

use super::engine::{Engine, Place, Stored};
use super::hex;
use crate::twins::pair::NOW;

const RECORDS: &str = "SELECT session_id, encode(data, 'hex'), \
    round(extract(epoch FROM expiry - to_timestamp($NOW) AT TIME ZONE 'UTC') * 1000)::bigint FROM sessions ORDER BY id";

/// The columns, then the indexes.
const LAYOUT: &str = "SELECT column_name, data_type, character_maximum_length, is_nullable, column_default \
    FROM information_schema.columns WHERE table_name = 'sessions' ORDER BY ordinal_position; \
    SELECT indexdef FROM pg_indexes WHERE tablename = 'sessions' ORDER BY 1";

pub(super) struct PostgresDatabases(Postgres);

impl PostgresDatabases {
    pub(super) fn start() -> Option<Self> {
        let server = Self(Postgres::for_test()?);
        for place in [Place::Theirs, Place::Ours, Place::Shared] {
            server.0.sql(&format!("CREATE DATABASE {}", database(place))).unwrap();
        }
        Some(server)
    }

    fn sql(&self, place: Place, sql: &str) -> String {
        self.0.sql_in(database(place), sql).unwrap()
    }
}

fn database(place: Place) -> &'static str {
    match place {
        Place::Theirs => "theirs",
        Place::Ours => "ours",
        Place::Shared => "shared",
    }
}

impl Engine for PostgresDatabases {
    fn url_for_flask(&self, place: Place) -> String {
        format!("postgresql+psycopg://postgres@127.0.0.1:{}/{}", self.0.port(), database(place))
    }

    fn settings(&self, place: Place) -> Vec<(&'static str, String)> {
        vec![("SESSION_TYPE", "sqlalchemy".to_owned()), ("SESSION_SQLALCHEMY", self.url_for_flask(place))]
    }

    fn empty(&self, place: Place) {
        self.sql(place, "DELETE FROM sessions");
    }

    fn stored(&self, place: Place) -> Vec<Stored> {
        let printed = self.sql(place, &RECORDS.replace("$NOW", &NOW.seconds().to_string()));
        let row = |line: &str| {
            let [key, payload, left] = line.split('|').collect::<Vec<_>>()[..] else { panic!("{line}") };
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
        let digits = hex::digits(payload);
        let sql = format!("UPDATE sessions SET data = decode('{digits}', 'hex') WHERE session_id = '{key}'");
        self.sql(place, &sql);
    }

    fn layout(&self, place: Place) -> String {
        self.sql(place, LAYOUT)
    }
}
