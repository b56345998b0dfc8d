//! Writes that wait for a row that another transaction has locked.

use std::time::{Duration, Instant};

use dewar::store::{Entry, Owners, Store, StoreErrorKind, Touch, Trim, Write, WriteOutcome};
use dewar_servers::Postgres as Server;
use dewar_stores::postgres::{Postgres, PostgresOptions};

use super::{HOUR, created, entry, from_now, key, native, now, owned, patient, payload};

/// A transaction of another program, which has done this and is not over.
struct Other(tokio_postgres::Client);

impl Other {
    async fn does(server: &Server, sql: &str) -> Self {
        let client = super::raw(&server.url()).await;
        client.batch_execute(&format!("BEGIN; {sql}")).await.unwrap();
        Self(client)
    }

    /// Commits once a client waits for it.
    async fn commit_when_it_is_waited_for(&self, server: &Server) {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        for _ in 0..2_000 {
            if server.sql(waiting).unwrap() != "0" {
                self.0.batch_execute("COMMIT").await.unwrap();
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("nobody waits");
    }
}

/// What another program stores in the row `a`.
const SWAPPED: &str = "UPDATE dewar_sessions SET payload = 'theirs', revision = revision + 1 WHERE key = 'a'";
const TOUCHED: &str = "UPDATE dewar_sessions SET expires = expires + 1000 WHERE key = 'a'";

#[tokio::test]
async fn a_conflict_brings_what_won() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    let seen = created(&store, &key("a"), &owned("ours", "me")).await;
    let (new, tombstone) = (entry("new"), entry("gone"));
    for write in [
        Write::swap(&key("a"), &seen, &new),
        Write::rename(&key("a"), &key("b"), &seen, &new, None),
        Write::rename(&key("a"), &key("b"), &seen, &new, Some(&tombstone)),
    ] {
        server.sql("UPDATE dewar_sessions SET payload = 'ours', revision = revision - 1 WHERE payload = 'theirs'").unwrap();
        let other = Other::does(&server, SWAPPED).await;
        let (outcome, ()) =
            tokio::join!(store.write(write, now()), other.commit_when_it_is_waited_for(&server));
        let WriteOutcome::Changed(found) = outcome.unwrap() else { panic!("{}", write.name()) };
        assert_eq!(found.payload, "theirs", "{}", write.name());
        assert_eq!(payload(&store, &key("b")).await, None);
    }
}

#[tokio::test]
async fn a_rename_that_waits_for_a_touch_is_done_completely() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    for tombstone in [None, Some(entry("gone"))] {
        let seen = created(&store, &key("a"), &owned("old", "me")).await;
        let other = Other::does(&server, TOUCHED).await;
        let new = owned("new", "me");
        let (a, b) = (key("a"), key("b"));
        let rename = Write::rename(&a, &b, &seen, &new, tombstone.as_ref());
        let (outcome, ()) =
            tokio::join!(store.write(rename, now()), other.commit_when_it_is_waited_for(&server));
        assert!(matches!(outcome.unwrap(), WriteOutcome::Saved(_)));
        assert_eq!(payload(&store, &b).await.unwrap(), b"new");
        let left = payload(&store, &a).await;
        assert_eq!(left.as_deref(), tombstone.as_ref().map(|_| &b"gone"[..]));
        server.sql("DELETE FROM dewar_sessions").unwrap();
    }
}

#[tokio::test]
async fn a_removal_removes_what_won_and_a_create_takes_what_was_removed() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    created(&store, &key("a"), &entry("ours")).await;
    for tombstone in [Some(entry("gone")), None] {
        let other = Other::does(&server, SWAPPED).await;
        let a = key("a");
        let remove = Write::remove(&a, tombstone.as_ref());
        let (outcome, ()) =
            tokio::join!(store.write(remove, now()), other.commit_when_it_is_waited_for(&server));
        assert_eq!(outcome.unwrap(), WriteOutcome::Removed);
    }
    assert_eq!(payload(&store, &key("a")).await, None);
    created(&store, &key("a"), &entry("ours")).await;
    let other = Other::does(&server, "DELETE FROM dewar_sessions WHERE key = 'a'").await;
    let (a, new) = (key("a"), entry("new"));
    let (outcome, ()) = tokio::join!(
        store.write(Write::create(&a, &new), now()),
        other.commit_when_it_is_waited_for(&server)
    );
    assert!(matches!(outcome.unwrap(), WriteOutcome::Saved(_)));
}

/// Without this, "log out everywhere" would miss a session that is renamed at the same moment.
#[tokio::test]
async fn the_removal_of_an_owners_entries_finds_one_that_is_renamed_meanwhile() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    created(&store, &key("a"), &owned("x", "me")).await;
    created(&store, &key("c"), &owned("x", "me")).await;
    let other =
        Other::does(&server, "UPDATE dewar_sessions SET key = 'b', revision = 1 WHERE key = 'a'").await;
    let (removed, ()) =
        tokio::join!(store.remove_all("me", None, now()), other.commit_when_it_is_waited_for(&server));
    assert_eq!(removed.unwrap(), 2);
    assert_eq!(server.sql("SELECT count(*) FROM dewar_sessions").unwrap(), "0");
}

#[tokio::test]
async fn a_trim_removes_its_victim_that_is_renamed_meanwhile() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    for (trim, victim, stays) in [(Trim::Oldest, "a", "c"), (Trim::Newest, "c", "a")] {
        for name in ["a", "c"] {
            created(&store, &key(name), &owned("x", "me")).await;
        }
        let rename = format!("UPDATE dewar_sessions SET key = 'b', revision = 1 WHERE key = '{victim}'");
        let other = Other::does(&server, &rename).await;
        let (trimmed, ()) =
            tokio::join!(store.trim("me", 1, trim, now()), other.commit_when_it_is_waited_for(&server));
        assert_eq!(trimmed.unwrap(), [key("b")], "{trim:?}");
        assert_eq!(server.sql("DELETE FROM dewar_sessions RETURNING key").unwrap(), stays);
    }
}

/// Both got their owner at the same moment.
#[tokio::test]
async fn a_trim_leaves_the_session_that_has_the_place_of_its_victim() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    for name in ["a", "c"] {
        created(&store, &key(name), &owned("x", "me")).await;
    }
    server.sql("UPDATE dewar_sessions SET joined = 1").unwrap();
    assert_eq!(store.trim("me", 1, Trim::Oldest, now()).await.unwrap(), [key("a")]);
    assert_eq!(server.sql("SELECT key FROM dewar_sessions").unwrap(), "c");
}

#[tokio::test]
async fn a_session_that_another_owner_gets_meanwhile_is_not_trimmed() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    created(&store, &key("a"), &owned("x", "me")).await;
    let other = Other::does(&server, "UPDATE dewar_sessions SET owner = 'you' WHERE key = 'a'").await;
    let (trimmed, ()) =
        tokio::join!(store.trim("me", 0, Trim::Oldest, now()), other.commit_when_it_is_waited_for(&server));
    assert_eq!(trimmed.unwrap(), []);
    assert_eq!(payload(&store, &key("a")).await.unwrap(), b"x");
}

#[tokio::test]
async fn a_sweep_leaves_an_expired_row_that_is_being_replaced() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    for name in ["a", "b"] {
        created(&store, &key(name), &Entry::new("x", Some(from_now(HOUR)))).await;
    }
    let later = from_now(2 * HOUR);
    let other = Other::does(&server, "UPDATE dewar_sessions SET expires = NULL WHERE key = 'a'").await;
    assert_eq!(store.sweeper().unwrap().sweep("", 9, later).await.unwrap(), 1, "it waits for nobody");
    other.0.batch_execute("COMMIT").await.unwrap();
    assert_eq!(store.sweeper().unwrap().sweep("", 9, later).await.unwrap(), 0);
    assert_eq!(server.sql("SELECT key FROM dewar_sessions").unwrap(), "a");
}

#[tokio::test]
async fn a_row_that_stays_locked_is_busy_and_delays_nobody_else() {
    let Some(server) = Server::for_test() else { return };
    let options = PostgresOptions { lock_timeout: Duration::from_secs(3), ..patient() };
    let store = Postgres::open(&server.url(), options).await.unwrap();
    let seen = created(&store, &key("a"), &entry("a")).await;
    created(&store, &key("b"), &entry("b")).await;
    let (a, b, new) = (key("a"), key("b"), entry("new"));
    // Several writes at once open connections for several: one to read, two to write, and the one that counts.
    let counting = super::raw(&server.url()).await;
    let are_open = async || {
        let sql = "SELECT count(*) >= 4 FROM pg_stat_activity WHERE backend_type = 'client backend'";
        counting.query_one(sql, &[]).await.unwrap().get::<_, bool>(0)
    };
    while !are_open().await {
        let touch = || store.touch(&b, from_now(HOUR), now());
        let (one, two, three) = tokio::join!(touch(), touch(), touch());
        assert!(one.unwrap() && two.unwrap() && three.unwrap());
    }
    // What the server counts may still have to be told to the store.
    for _ in 0..20 {
        assert!(store.touch(&b, from_now(HOUR), now()).await.unwrap());
    }
    let other = Other::does(&server, SWAPPED).await;
    let start = Instant::now();
    let stuck = async {
        let error = store.write(Write::swap(&a, &seen, &new), now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Busy, "{error:?}");
        start.elapsed()
    };
    let others = async {
        tokio::task::yield_now().await;
        for _ in 0..20 {
            assert_eq!(payload(&store, &a).await.unwrap(), b"a");
            assert!(store.touch(&b, from_now(HOUR), now()).await.unwrap());
        }
        start.elapsed()
    };
    let (stuck, others) = tokio::join!(stuck, others);
    assert!(stuck >= Duration::from_secs(3) && others < stuck, "{others:?}, {stuck:?}");
    let due = Touch { expires: from_now(3 * HOUR), if_before: from_now(2 * HOUR) };
    let found = store.load(&a, Some(due), now()).await.unwrap().unwrap();
    assert_eq!(found.payload, "a", "a touch that cannot be done fails no read");
    drop(other);
}
