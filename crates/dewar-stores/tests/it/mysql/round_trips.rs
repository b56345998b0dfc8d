//! Round trips: the server counts the statements, each of which is one.

use std::num::NonZeroUsize;
use std::time::Duration;

use dewar::store::{Entry, Owners, Revision, Store, StoreError, Touch, Trim, Write};
use dewar_servers::MariaDb as Server;
use dewar_stores::mysql::{MySql, MySqlOptions, SqlAlchemy};
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::{entry, from_now, key, now, owned, patient, stranger};

/// With one connection, so that no call opens another.
fn single() -> MySqlOptions {
    MySqlOptions { connections: NonZeroUsize::MIN, ..patient() }
}

async fn both(url: &str) -> [Box<dyn Store>; 2] {
    let flask = SqlAlchemy::open(url, SqlAlchemy::TABLE, single()).await.unwrap();
    [Box::new(MySql::open(url, single()).await.unwrap()), Box::new(flask)]
}

/// Statements so far, of all connections. `PREPARE` is not one.
async fn questions(conn: &mut Conn) -> usize {
    let (_, count): (String, usize) =
        conn.query_first("SHOW GLOBAL STATUS LIKE 'Questions'").await.unwrap().unwrap();
    count
}

async fn counted<T>(conn: &mut Conn, call: impl Future<Output = Result<T, StoreError>>) -> usize {
    let before = questions(conn).await;
    _ = call.await.unwrap();
    questions(conn).await - before - 1
}

async fn all_calls(
    conn: &mut Conn,
    store: &dyn Store,
    seen: &Revision,
    owner: Option<&str>,
) -> Vec<(&'static str, usize)> {
    let owned = |payload: &str| Entry { owner: owner.map(str::to_owned), ..entry(payload) };
    let (a, b, hour) = (key("session:a"), key("session:b"), Duration::from_secs(3600));
    let due = Touch { expires: from_now(hour), if_before: from_now(2 * hour) };
    let not_due = Touch { if_before: now(), ..due };
    let stale = Revision::from_payload("stale".into());
    let (one, tombstone) = (owned("one"), entry("t"));
    let write = |write| store.write(write, now());
    vec![
        ("load of nothing", counted(conn, store.load(&a, Some(due), now())).await),
        ("create", counted(conn, write(Write::create(&a, &one))).await),
        ("load", counted(conn, store.load(&a, Some(not_due), now())).await),
        ("load and touch", counted(conn, store.load(&a, Some(due), now())).await),
        ("touch", counted(conn, store.touch(&a, due.expires, now())).await),
        ("changed", counted(conn, write(Write::swap(&a, &stale, &one))).await),
        ("gone", counted(conn, write(Write::swap(&b, &stale, &one))).await),
        ("stale rename", counted(conn, write(Write::rename(&a, &b, seen, &one, None))).await),
        ("remove for a tombstone", counted(conn, write(Write::remove(&a, Some(&tombstone)))).await),
        ("remove", counted(conn, write(Write::remove(&a, None))).await),
    ]
}

#[tokio::test]
async fn every_call_takes_the_round_trips_that_the_documentation_says() {
    let Some(server) = Server::for_test() else { return };
    let mut conn = stranger(&server).await;
    for store in &both(&server.url()).await {
        let seen = Revision::from_payload("stale".into());
        for (call, trips) in all_calls(&mut conn, &**store, &seen, Some("shop:owner:me")).await {
            let expected = match call {
                "load and touch" | "changed" | "gone" | "stale rename" => 2,
                _ => 1,
            };
            assert_eq!(trips, expected, "{call}");
        }
    }
}

#[tokio::test]
async fn a_write_over_what_was_seen_takes_one_and_so_does_a_login() {
    let Some(server) = Server::for_test() else { return };
    let mut conn = stranger(&server).await;
    for store in &both(&server.url()).await {
        let (a, b, c) = (key("session:a"), key("session:b"), key("session:c"));
        let (mine, tombstone) = (owned("x", "me"), entry("t"));
        let seen = super::create(&**store, a.as_str(), &mine).await;
        let swap = counted(&mut conn, store.write(Write::swap(&a, &seen, &mine), now())).await;
        let seen = store.load(&a, None, now()).await.unwrap().unwrap().revision;
        let bury =
            counted(&mut conn, store.write(Write::rename(&a, &b, &seen, &mine, Some(&tombstone)), now()))
                .await;
        let seen = store.load(&b, None, now()).await.unwrap().unwrap().revision;
        let rename = counted(&mut conn, store.write(Write::rename(&b, &c, &seen, &mine, None), now())).await;
        assert_eq!((swap, bury, rename), (1, 1, 1));
    }
}

#[tokio::test]
async fn the_entries_of_an_owner() {
    let Some(server) = Server::for_test() else { return };
    let mut conn = stranger(&server).await;
    let store = MySql::open(&server.url(), single()).await.unwrap();
    for name in ["session:a", "session:b", "session:c"] {
        super::create(&store, name, &owned("x", "me")).await;
    }
    let list = counted(&mut conn, store.owned_by("me", now())).await;
    let enough = counted(&mut conn, store.trim("me", 3, Trim::Oldest, now())).await;
    let one_too_many = counted(&mut conn, store.trim("me", 2, Trim::Oldest, now())).await;
    let all = counted(&mut conn, store.remove_all("me", None, now())).await;
    assert_eq!((list, enough, one_too_many, all), (1, 1, 2, 2));
}
