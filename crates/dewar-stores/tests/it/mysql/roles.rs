//! Servers that change roles behind one address, while connections stay.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::{Entry, Owners, Store, StoreErrorKind, Touch, Write, WriteOutcome};
use dewar_servers::{MariaDb as Server, Proxy, Trouble};
use dewar_stores::guard::{Guard, GuardOptions};
use dewar_stores::mysql::MySql;

use super::{HOUR, create, entry, from_now, key, now, owned, patient, payload};

/// Two servers with the same sessions, and the address of the one that can be written to.
struct Pair {
    primary: Server,
    replica: Server,
    address: Proxy,
}

/// A user whom `read_only` stops, unlike root.
const USER: &str = "CREATE USER web@localhost IDENTIFIED BY 'hunter2'; CREATE USER web@'127.0.0.1' IDENTIFIED BY 'hunter2'; \
                    GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON test.* TO web@localhost, web@'127.0.0.1'";

const OURS: &str = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'web'";

impl Pair {
    fn start() -> Option<Self> {
        let (primary, replica) = (Server::for_test()?, Server::start().unwrap());
        for server in [&primary, &replica] {
            server.sql(USER).unwrap();
        }
        let address = Proxy::start(primary.port(), Trouble::none()).unwrap();
        Some(Self { primary, replica, address })
    }

    async fn store_at(port: u16) -> MySql {
        MySql::open(&format!("mysql://web:hunter2@127.0.0.1:{port}/test"), patient()).await.unwrap()
    }

    /// The replica has what the primary has. The previous primary keeps its clients.
    fn change_roles(&mut self) {
        self.replica.sql("SET GLOBAL read_only = 0").unwrap();
        self.primary.sql("SET GLOBAL read_only = 1").unwrap();
        std::mem::swap(&mut self.primary, &mut self.replica);
    }

    fn address_follows(&self) {
        self.address.lead_to(self.primary.port());
    }
}

#[tokio::test]
async fn every_kind_of_write_replaces_connections_to_a_replica() {
    let Some(mut pair) = Pair::start() else { return };
    let store = Pair::store_at(pair.address.port()).await;
    let (a, b) = (key("shop:a"), key("shop:b"));
    let seen = create(&store, "shop:a", &owned("1", "me")).await;
    let mirror = Pair::store_at(pair.replica.port()).await;
    create(&mirror, "shop:a", &owned("1", "me")).await;
    pair.change_roles();
    let (one, tombstone) = (owned("2", "me"), entry("gone"));
    for write in 0..6 {
        let error = match write {
            0 => store.write(Write::create(&b, &one), now()).await.map(drop),
            1 => store.write(Write::swap(&a, &seen, &one), now()).await.map(drop),
            2 => store.write(Write::rename(&a, &b, &seen, &one, Some(&tombstone)), now()).await.map(drop),
            3 => store.touch(&a, from_now(HOUR), now()).await.map(drop),
            4 => store.write(Write::remove(&a, Some(&tombstone)), now()).await.map(drop),
            _ => store.remove_all("me", None, now()).await.map(drop),
        };
        assert_eq!(error.unwrap_err().kind(), StoreErrorKind::Unavailable, "write {write}");
        pair.address_follows();
        assert!(store.touch(&a, from_now(HOUR), now()).await.unwrap(), "after write {write}");
        // The next connection is one to the replica again, which is read.
        pair.address.lead_to(pair.replica.port());
        kill_all(&pair.primary);
        while pair.replica.sql(OURS).unwrap().is_empty() {
            assert_eq!(payload(&store, "shop:a").await.unwrap(), b"1");
        }
    }
}

#[tokio::test]
async fn a_login_is_served_at_once_when_the_address_leads_to_the_new_primary() {
    let Some(mut pair) = Pair::start() else { return };
    let store = Arc::new(Pair::store_at(pair.address.port()).await);
    Pair::store_at(pair.replica.port()).await;
    let options = GuardOptions { deadline: Duration::from_secs(20), ..GuardOptions::default() };
    let guard = Guard::new(store, options);
    for round in 0..3 {
        _ = guard.write(Write::create(&key("shop:before"), &entry("x")), now()).await.unwrap();
        pair.change_roles();
        pair.address_follows();
        // The first call goes to the previous primary; the guard's second try connects anew.
        let name = format!("shop:{round}");
        let made = guard.write(Write::create(&key(&name), &entry("1")), now()).await.unwrap();
        assert!(matches!(made, WriteOutcome::Saved(_)));
        let found = pair.primary.sql(&format!("SELECT payload FROM dewar_sessions WHERE `key` = '{name}'"));
        assert_eq!(found.as_deref(), Ok("1"));
    }
}

/// A touch that fails does not fail the load, but the connection is replaced.
#[tokio::test]
async fn a_page_that_only_reads_is_shown_by_a_replica_that_cannot_touch() {
    let Some(mut pair) = Pair::start() else { return };
    let store = Pair::store_at(pair.address.port()).await;
    for server in [&pair.primary, &pair.replica] {
        create(&Pair::store_at(server.port()).await, "shop:a", &entry("1")).await;
    }
    pair.change_roles();
    let due = Touch { expires: from_now(2 * HOUR), if_before: from_now(2 * HOUR) };
    let a = key("shop:a");
    assert_eq!(store.load(&a, Some(due), now()).await.unwrap().unwrap().payload, "1");
    pair.address_follows();
    store.load(&a, Some(due), now()).await.unwrap().unwrap();
    let left = pair.primary.sql("SELECT expires FROM dewar_sessions").unwrap();
    assert!(left.parse::<i64>().unwrap() > from_now(HOUR).millis() + 60_000, "{left}");
}

#[tokio::test]
async fn a_password_that_changes_is_unavailable_until_it_is_right_again() {
    let Some(pair) = Pair::start() else { return };
    let store = Pair::store_at(pair.primary.port()).await;
    create(&store, "shop:a", &Entry { owner: None, ..entry("1") }).await;
    let with = |password: &str| {
        ["localhost", "127.0.0.1"]
            .map(|host| format!("ALTER USER web@'{host}' IDENTIFIED BY '{password}'"))
            .join("; ")
    };
    pair.primary.sql(&with("new")).unwrap();
    kill_all(&pair.primary);
    let mut kinds = Vec::new();
    for _ in 0..4 {
        kinds.push(store.load(&key("shop:a"), None, now()).await.unwrap_err().kind());
    }
    assert_eq!(kinds.last(), Some(&StoreErrorKind::Unavailable), "{kinds:?}");
    pair.primary.sql(&with("hunter2")).unwrap();
    assert_eq!(payload(&store, "shop:a").await.unwrap(), b"1");
}

/// Ends the connections of the user.
fn kill_all(server: &Server) {
    let ids = server.sql(OURS).unwrap();
    for id in ids.lines() {
        server.sql(&format!("KILL {id}")).unwrap();
    }
}
