//! What is in the tables, byte for byte.

use std::sync::Arc;

use dewar::clock::UnixTime;
use dewar::store::conformance::{ManualTime, run};
use dewar::store::{Cursor, Entry, Lister, Store, Sweeper, Write, WriteOutcome};
use dewar_servers::Postgres as Server;
use serde_json::Value as Json;

use super::{HOUR, created, entry, flask, from_now, key, native, now, owned, payload};

const NOW: UnixTime = UnixTime::from_seconds(1_709_210_096);

fn later(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW.seconds() + seconds)
}

/// What SQLAlchemy's dialects say of the table.
fn ddl_of_sqlalchemy(case: &str) -> String {
    let vectors: Json =
        serde_json::from_str(include_str!("../../../../../testdata/vectors/flask.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    let case = cases.iter().find(|it| it["id"] == case).unwrap();
    case["out"]["ddl"].as_str().unwrap().trim().to_owned()
}

#[cfg(feature = "sql")]
#[test]
fn the_table_is_made_as_flask_session_makes_it() {
    use dewar_stores::sql::{FlaskTable, POSTGRES, flask_table};

    for (case, schema) in [("default", None), ("schema", Some("auth"))] {
        let names = FlaskTable { name: "sessions", schema, sequence: None };
        let table = flask_table(&POSTGRES, names).unwrap();
        let ddl = table.ddl().replace("IF NOT EXISTS ", "");
        assert_eq!(ddl, ddl_of_sqlalchemy(&format!("sqlalchemy_ddl/{case}_postgresql")));
    }
}

#[tokio::test]
async fn a_row_is_stored_as_flask_session_stores_it() {
    let Some(server) = Server::for_test() else { return };
    let store = flask(&server.url()).await;
    let month = Entry::new(b"\x81\xa1a\x01".to_vec(), Some(later(31 * 86_400)));
    let _ = store.write(Write::create(&key("session:x"), &month), NOW).await.unwrap();
    let _ = store.write(Write::create(&key("ever"), &Entry::new("x", None)), NOW).await.unwrap();
    let rows = server.sql("SELECT id, session_id, data, expiry FROM sessions ORDER BY id").unwrap();
    assert_eq!(rows, "1|session:x|\\x81a16101|2024-03-31 12:34:56\n2|ever|\\x78|9999-12-31 23:59:59.999999");
}

#[tokio::test]
async fn rows_of_flask_session_are_read_and_replaced() {
    let Some(server) = Server::for_test() else { return };
    let store = flask(&server.url()).await;
    server
        .sql(
            "INSERT INTO sessions (session_id, data, expiry) VALUES ('a', '\\x81a16101', '2024-03-31 12:34:56'), ('no end', 'x', NULL), \
             ('micro', 'x', '2024-02-29 12:34:56.000001'), ('nothing', NULL, '2024-03-31'), ('infinite', 'x', 'infinity')",
        )
        .unwrap();
    let found = store.load(&key("a"), None, NOW).await.unwrap().unwrap();
    assert_eq!((&found.payload[..], found.expires), (&b"\x81\xa1a\x01"[..], Some(later(31 * 86_400))));
    let at = |name: &'static str| {
        let store = &store;
        async move { store.load(&key(name), None, NOW).await.unwrap() }
    };
    assert!(at("no end").await.is_none(), "as for Flask-Session");
    assert!(at("micro").await.is_some(), "a microsecond is left");
    assert_eq!(at("infinite").await.unwrap().expires, None);
    let nothing = at("nothing").await.unwrap();
    assert_eq!(nothing.payload, "");
    let new = Entry::new("y", Some(later(60)));
    let swapped = store.write(Write::swap(&key("nothing"), &nothing.revision, &new), NOW).await.unwrap();
    assert!(matches!(swapped, WriteOutcome::Saved(_)));
    let left = "SELECT count(*) FROM sessions WHERE session_id = 'no end'";
    assert_eq!(server.sql(left).unwrap(), "0", "an expired row that is read is removed");
}

#[tokio::test]
async fn a_payload_may_be_large_and_an_owner_any_text() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    let large: Vec<u8> =
        (0..3_000_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    created(&store, &key("large"), &entry(large.clone())).await;
    assert_eq!(payload(&store, &key("large")).await.unwrap(), large);
    let owner = "a\0b'\"\\%é🦀";
    created(&store, &key("\0"), &owned("x", owner)).await;
    let found = store.owners().unwrap().owned_by(owner, now()).await.unwrap();
    assert_eq!(found.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["\0"]);
}

#[tokio::test]
async fn walks_go_in_batches_and_keep_to_the_prefix() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    server
        .sql(&format!(
            "INSERT INTO dewar_sessions (key, payload, revision, expires) SELECT 'shop:' || n, 'x', n, {} FROM generate_series(1, 2500) AS n",
            from_now(HOUR).millis()
        ))
        .unwrap();
    server.sql("INSERT INTO dewar_sessions SELECT 'till:' || key, payload, revision, expires FROM dewar_sessions").unwrap();
    let (mut seen, mut after): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let page = store.list("shop:", after.as_ref(), 700, now()).await.unwrap();
        seen.extend(page.entries.into_iter().map(|(key, _)| key.as_str().to_owned()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert!(seen.len() == 2500 && seen.is_sorted() && seen.iter().all(|key| key.starts_with("shop:")));
    assert_eq!(store.sweep("shop:", 1_500, from_now(2 * HOUR)).await.unwrap(), 1_500);
    assert_eq!(store.sweep("shop:", 5_000, from_now(2 * HOUR)).await.unwrap(), 1_000);
    assert_eq!(server.sql("SELECT count(*) FROM dewar_sessions").unwrap(), "2500");
}

/// The server writes its plan of every statement into its log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_statement_finds_its_rows_by_an_index() {
    let Some(server) = Server::for_test() else { return };
    let (native, flask) = (native(&server.url()).await, flask(&server.url()).await);
    for setting in [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "enable_seqscan = off",
    ] {
        server.sql(&format!("ALTER DATABASE postgres SET {setting}")).unwrap();
    }
    drop((native, flask));
    run(&ManualTime::new(Arc::new(super::native(&server.url()).await))).await.assert();
    run(&ManualTime::new(Arc::new(super::flask(&server.url()).await))).await;
    let log = std::fs::read(server.folder().join("log")).unwrap();
    let log = String::from_utf8_lossy(&log);
    let is_ours = |plan: &&str| plan.contains(" dewar_sessions") || plan.contains(" \"sessions\"");
    let plans: Vec<&str> = log.split(" ms  plan:\n").skip(1).filter(is_ours).collect();
    assert!(plans.len() > 1_000, "{}", plans.len());
    for plan in plans {
        // Flask-Session has no index for it.
        let may_walk = plan.contains("DELETE FROM \"sessions\" WHERE id IN");
        assert!(may_walk || !plan.contains("Seq Scan"), "{plan}");
    }
}
