//! A standby, which cannot write, and that becomes the primary.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dewar::store::{Entry, Owners, Store, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::{Postgres as Server, PostgresProgram, Proxy, Trouble};
use dewar_stores::guard::{Guard, GuardOptions};
use dewar_stores::postgres::{Postgres, PostgresOptions};

use super::{HOUR, created, entry, from_now, key, native, now, owned, payload};

fn through(proxy: &Proxy) -> String {
    format!("postgresql://postgres@127.0.0.1:{}/postgres", proxy.port())
}

#[tokio::test]
async fn a_standby_is_neither_read_nor_written() {
    let Some(primary) = Server::for_test() else { return };
    let writer = native(&primary.url()).await;
    let (a, b) = (key("a"), key("b"));
    let seen = created(&writer, &a, &owned("1", "me")).await;
    let standby = primary.standby().unwrap();
    standby.catch_up(&primary).unwrap();
    let address = Proxy::start(primary.port(), Trouble::none()).unwrap();
    let store = native(&through(&address)).await;
    let tombstone = Entry { is_unique: true, ..entry("gone") };
    for write in 0..7 {
        address.lead_to(standby.port());
        primary
            .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dewar'")
            .unwrap();
        // The first may find the previous connection.
        let mut error = None;
        for _ in 0..2 {
            error = match write {
                0 => store.write(Write::create(&b, &owned("x", "me")), now()).await.err(),
                1 => store.write(Write::swap(&a, &seen, &entry("2")), now()).await.err(),
                2 => store.write(Write::rename(&a, &b, &seen, &owned("2", "me"), None), now()).await.err(),
                3 => store
                    .write(Write::rename(&a, &b, &seen, &entry("2"), Some(&tombstone)), now())
                    .await
                    .err(),
                4 => store.touch(&a, from_now(HOUR), now()).await.err(),
                5 => store.write(Write::remove(&a, Some(&tombstone)), now()).await.err(),
                _ => store.remove_all("me", None, now()).await.err(),
            };
        }
        assert_eq!(error.map(|error| error.kind()), Some(StoreErrorKind::Unavailable), "write {write}");
        let read = store.load(&a, None, now()).await.map_err(|error| error.kind());
        assert_eq!(read.err(), Some(StoreErrorKind::Unavailable), "a standby may lack the last logouts");
        address.lead_to(primary.port());
        assert!(store.touch(&a, from_now(HOUR), now()).await.unwrap(), "after write {write}");
    }
    assert_eq!(payload(&writer, &a).await.unwrap(), b"1", "nothing was done");
}

/// The primary dies, its standby takes over, and the address follows.
#[tokio::test]
async fn a_promoted_standby_serves_at_once() {
    if Server::for_test().is_none() {
        return;
    }
    let mut primary =
        Server::start_with(PostgresProgram { durable: true, ..PostgresProgram::default() }).unwrap();
    let standby = primary.standby().unwrap();
    let address = Proxy::start(primary.port(), Trouble::none()).unwrap();
    let options = PostgresOptions { create_table: Some(true), ..PostgresOptions::default() };
    let store = Postgres::open(&through(&address), options).await.unwrap();
    let store = Guard::new(Arc::new(store), GuardOptions::default());
    let seen = created(&store, &key("a"), &entry("1")).await;
    standby.catch_up(&primary).unwrap();
    primary.kill();
    address.lead_to(standby.port());
    assert!(store.write(Write::swap(&key("a"), &seen, &entry("2")), now()).await.is_err());
    standby.promote().unwrap();
    let start = Instant::now();
    loop {
        match store.write(Write::swap(&key("a"), &seen, &entry("2")), now()).await {
            Ok(WriteOutcome::Saved(_)) => break,
            Ok(other) => panic!("{other:?}"),
            Err(error) => assert!(start.elapsed() < Duration::from_secs(1), "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(standby.sql("SELECT payload FROM dewar_sessions").unwrap(), "\\x32");
}

#[tokio::test]
async fn of_several_hosts_the_one_that_accepts_writes_is_used() {
    if Server::for_test().is_none() {
        return;
    }
    let mut primary = Server::start().unwrap();
    let standby = primary.standby().unwrap();
    let hosts = format!("127.0.0.1:{},127.0.0.1:{}", standby.port(), primary.port());
    let store = native(&format!("postgresql://postgres@{hosts}/postgres")).await;
    let seen = created(&store, &key("a"), &entry("1")).await;
    standby.catch_up(&primary).unwrap();
    primary.kill();
    standby.promote().unwrap();
    while store.load(&key("a"), None, now()).await.is_err() {}
    let mut tries = 0;
    while store.write(Write::swap(&key("a"), &seen, &entry("2")), now()).await.is_err() {
        tries += 1;
        assert!(tries < 5, "the new primary is not used");
    }
    assert_eq!(payload(&store, &key("a")).await.unwrap(), b"2");
}
