//! The table of Flask-Session's SQLAlchemy backend.

use dewar::clock::UnixTime;
use dewar::store::{Entry, Store, Write, WriteOutcome};
use dewar_stores::sqlite::{SqlAlchemy, Synchronous};
use rusqlite::{Connection, types::Value};
use serde_json::Value as Json;

use super::{NOW, create, entry, flask, folder, key, later, payload};

/// What Flask-Session left in its database: the table and the rows.
fn left_by_flask() -> (String, Vec<Json>) {
    let vectors: Json =
        serde_json::from_str(include_str!("../../../../../testdata/vectors/flask.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    let flow = cases.iter().find(|case| case["kind"] == "sqlalchemy_flow").unwrap();
    let step = &flow["out"]["steps"][0];
    (step["ddl"][0].as_str().unwrap().to_owned(), step["rows"].as_array().unwrap().clone())
}

#[test]
fn the_table_is_made_as_flask_session_makes_it() {
    let folder = folder();
    drop(flask(&folder));
    let conn = Connection::open(folder.path().join("flask.db")).unwrap();
    let made: Vec<String> = conn
        .prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(made, [left_by_flask().0]);
}

#[tokio::test]
async fn a_row_is_stored_as_flask_session_stores_it() {
    let folder = folder();
    let (_, rows) = left_by_flask();
    let (name, data) = (rows[0][1].as_str().unwrap(), b"\x81\xa1a\x01".to_vec());
    assert_eq!(rows[0][2], "81A16101");
    let month = later(31 * 86_400);
    create(&flask(&folder), name, &Entry::new(data.clone(), Some(month))).await;
    let conn = Connection::open(folder.path().join("flask.db")).unwrap();
    let stored: [Value; 4] = conn
        .query_row("SELECT id, session_id, data, expiry FROM sessions", [], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
        })
        .unwrap();
    let expiry = rows[0][3].as_str().unwrap().to_owned();
    assert_eq!(
        stored,
        [Value::Integer(1), Value::Text(name.into()), Value::Blob(data), Value::Text(expiry)],
        "types count as much as values"
    );
}

#[tokio::test]
async fn rows_of_flask_session_are_read_and_replaced() {
    let folder = folder();
    let (ddl, rows) = left_by_flask();
    let conn = Connection::open(folder.path().join("flask.db")).unwrap();
    conn.execute_batch(&ddl).unwrap();
    let insert = "INSERT INTO sessions (session_id, data, expiry) VALUES (?1, ?2, ?3)";
    let (name, expiry) = (rows[0][1].as_str().unwrap(), rows[0][3].as_str().unwrap());
    conn.execute(insert, (name, b"\x81\xa1a\x01", expiry)).unwrap();
    conn.execute(insert, ("no end", b"x", None::<String>)).unwrap();
    conn.execute(insert, ("micro", b"x", "2024-02-29 12:34:56.000001")).unwrap();
    conn.execute(insert, ("text", "x", expiry)).unwrap();
    conn.execute(insert, ("nothing", None::<String>, expiry)).unwrap();

    let store = flask(&folder);
    let found = store.load(&key(name), None, NOW).await.unwrap().unwrap();
    assert_eq!(found.payload, b"\x81\xa1a\x01".as_slice());
    assert_eq!(found.expires, Some(later(31 * 86_400)));
    assert_eq!(payload(&store, "no end").await, None);
    assert_eq!(payload(&store, "micro").await.unwrap(), b"x", "a microsecond is left");
    for (odd, holds) in [("text", "x"), ("nothing", "")] {
        let found = store.load(&key(odd), None, NOW).await.unwrap().unwrap();
        assert_eq!(found.payload, holds.as_bytes());
        let swapped = store.write(Write::swap(&key(odd), &found.revision, &entry("y")), NOW).await.unwrap();
        assert!(matches!(swapped, WriteOutcome::Saved(_)), "{odd}");
    }
    create(&store, "no end", &entry("anew")).await;
    assert_eq!(store.sweeper().unwrap().sweep("", 9, later(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn ends_outside_the_calendar_are_never_or_expired() {
    let folder = folder();
    let store = flask(&folder);
    let far = Entry::new("far", Some(UnixTime::from_millis(i64::MAX)));
    create(&store, "far", &far).await;
    create(&store, "never", &Entry::new("never", None)).await;
    assert_eq!(payload(&store, "far").await.unwrap(), b"far");
    assert!(store.touch(&key("never"), UnixTime::from_millis(i64::MIN), NOW).await.unwrap());
    assert_eq!(payload(&store, "never").await, None);
}

#[tokio::test]
async fn the_table_may_have_another_name_but_no_sql_in_it() {
    let folder = folder();
    let path = folder.path().join("flask.db");
    for name in ["Sessions2", "order", "1", "_"] {
        let store = SqlAlchemy::open(&path, name, Synchronous::Normal).unwrap();
        create(&store, "a", &entry(name)).await;
        assert_eq!(payload(&store, "a").await.unwrap(), name.as_bytes());
    }
    for name in ["", "a b", "a\"b", "sessions; --", "séance", "a.b", &"t".repeat(65)] {
        let said = SqlAlchemy::open(&path, name, Synchronous::Normal).unwrap_err().to_string();
        assert!(said.contains("use up to 64 letters (a-z, A-Z), digits and underscores"), "{said}");
    }
    assert!(SqlAlchemy::open(&path, "sqlite_sequence", Synchronous::Normal).is_err());
}

#[tokio::test]
async fn an_expired_row_that_is_read_is_removed_as_flask_session_does() {
    let folder = folder();
    let store = flask(&folder);
    for (name, expires) in [("expired", later(1)), ("there", later(9))] {
        create(&store, name, &Entry::new("x", Some(expires))).await;
    }
    for name in ["expired", "there", "nothing"] {
        let found = store.load(&key(name), None, later(1)).await.unwrap();
        assert_eq!(found.is_some(), name == "there", "{name}");
    }
    let conn = Connection::open(folder.path().join("flask.db")).unwrap();
    let left: String =
        conn.query_row("SELECT group_concat(session_id) FROM sessions", [], |row| row.get(0)).unwrap();
    assert_eq!(left, "there");
}
