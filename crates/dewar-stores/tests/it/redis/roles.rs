//! Servers that change roles behind one address, while connections stay.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::{Entry, Owners, Store, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::{Proxy, Redis as Server, Trouble};
use dewar_stores::Redis;
use dewar_stores::guard::{Guard, GuardOptions};

use super::{created, entry, key, now, open, owned, payload};

const ME: &str = "shop:owner:me";

/// A primary, its replica, and an address of the primary.
pub(super) struct Pair {
    pub(super) primary: Server,
    replica: Server,
    address: Proxy,
}

impl Pair {
    pub(super) fn start() -> Option<Self> {
        let (primary, replica) = (Server::for_test()?, Server::start().unwrap());
        replica.follow(&primary).unwrap();
        let address = Proxy::start(primary.port(), Trouble::none()).unwrap();
        Some(Self { primary, replica, address })
    }

    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.address.port())
    }

    async fn store(&self) -> Redis {
        open(&self.url()).await
    }

    /// The replica has everything, and takes over. The previous primary follows it, and keeps its clients.
    pub(super) fn change_roles(&mut self) {
        self.replica.catch_up(&self.primary).unwrap();
        self.replica.lead().unwrap();
        self.primary.follow(&self.replica).unwrap();
        std::mem::swap(&mut self.primary, &mut self.replica);
    }

    pub(super) fn address_follows(&self) {
        self.address.lead_to(self.primary.port());
    }

    pub(super) fn connections(&self) -> usize {
        self.address.connections()
    }
}

#[tokio::test]
async fn a_login_is_served_at_once_when_the_address_leads_to_the_new_primary() {
    let Some(mut pair) = Pair::start() else { return };
    let guard = Guard::new(
        Arc::new(pair.store().await),
        GuardOptions { deadline: Duration::from_secs(20), ..GuardOptions::default() },
    );
    for round in 0..3 {
        let name = key(&format!("shop:{{ab}}:{round}"));
        assert!(matches!(
            guard.write(Write::create(&name, &owned("1", ME)), now()).await.unwrap(),
            WriteOutcome::Saved(_)
        ));
        let before = pair.connections();
        pair.change_roles();
        pair.address_follows();
        // The first call goes to the previous primary; the guard's second try connects anew.
        let found = guard.load(&name, None, now()).await.unwrap().unwrap();
        let answer = guard.write(Write::swap(&name, &found.revision, &owned("2", ME)), now()).await.unwrap();
        assert!(matches!(answer, WriteOutcome::Saved(_)));
        assert_eq!(pair.connections(), before + 1);
        assert_eq!(pair.primary.command(&["GET", name.as_str()]), Ok("2".to_owned()));
    }
    assert_eq!(guard.owners().unwrap().owned_by(ME, now()).await.unwrap().len(), 3);
}

#[tokio::test]
async fn every_kind_of_write_replaces_a_connection_to_a_replica() {
    let Some(mut pair) = Pair::start() else { return };
    let store = pair.store().await;
    let (a, b) = (key("shop:{ab}:a"), key("shop:{ab}:b"));
    let seen = created(&store, &a, &owned("1", ME)).await;
    pair.change_roles();
    let tombstone = Entry { is_unique: true, ..entry("gone") };
    for write in 0..8 {
        pair.address.lead_to(pair.replica.port());
        pair.address_is_connected_again(&store).await;
        let error = match write {
            0 => store.write(Write::create(&b, &entry("x")), now()).await.map(drop),
            1 => store.write(Write::create(&b, &owned("x", ME)), now()).await.map(drop),
            2 => store.write(Write::swap(&a, &seen, &owned("2", ME)), now()).await.map(drop),
            3 => store.write(Write::swap(&a, &seen, &entry("2")), now()).await.map(drop),
            4 => store
                .write(Write::rename(&a, &b, &seen, &owned("2", ME), Some(&tombstone)), now())
                .await
                .map(drop),
            5 => store.touch(&a, super::from_now(super::HOUR), now()).await.map(drop),
            6 => store.write(Write::remove(&a, Some(&tombstone)), now()).await.map(drop),
            _ => store.remove_all(ME, None, now()).await.map(drop),
        };
        assert_eq!(error.unwrap_err().kind(), StoreErrorKind::Unavailable, "write {write}");
        pair.address_follows();
        assert!(store.touch(&a, super::from_now(super::HOUR), now()).await.unwrap(), "after write {write}");
    }
    assert_eq!(payload(&store, &a).await.unwrap(), b"1", "nothing was done");
}

impl Pair {
    /// The store's next call is made by a new connection.
    async fn address_is_connected_again(&self, store: &Redis) {
        let before = self.connections();
        self.primary.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).unwrap();
        self.replica.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).unwrap();
        while self.connections() == before {
            _ = store.load(&key("shop:{ab}:a"), None, now()).await;
        }
    }
}

/// A touch that fails does not fail the load, but the connection is replaced.
#[tokio::test]
async fn a_page_that_only_reads_is_shown_by_a_replica_that_cannot_touch() {
    let Some(mut pair) = Pair::start() else { return };
    let store = pair.store().await;
    let a = key("shop:{ab}:a");
    created(&store, &a, &owned("1", ME)).await;
    pair.change_roles();
    let due = dewar::store::Touch {
        expires: super::from_now(2 * super::HOUR),
        if_before: super::from_now(2 * super::HOUR),
    };
    assert_eq!(store.load(&a, Some(due), now()).await.unwrap().unwrap().payload, "1");
    pair.address_follows();
    store.load(&a, Some(due), now()).await.unwrap().unwrap();
    let left: i64 = pair.primary.command(&["TTL", a.as_str()]).unwrap().parse().unwrap();
    assert!(left > 3600, "{left}");
}

#[tokio::test]
async fn a_server_that_begins_to_ask_for_a_password_is_connected_again() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    created(&store, &key("shop:{ab}:a"), &entry("1")).await;
    server.command(&["ACL", "SETUSER", "other", "on", ">hunter2", "+@all", "~*"]).unwrap();
    let as_other = ["--user", "other", "--pass", "hunter2"];
    server.command(&[&as_other[..], &["CONFIG", "SET", "requirepass", "new"]].concat()).unwrap();
    server
        .command(&[&as_other[..], &["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]].concat())
        .unwrap();
    for _ in 0..3 {
        let error = store.load(&key("shop:{ab}:a"), None, now()).await.unwrap_err();
        assert!(matches!(error.kind(), StoreErrorKind::Unavailable | StoreErrorKind::NoAnswer), "{error:?}");
    }
    let error = store.load(&key("shop:{ab}:a"), None, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    server.command(&[&as_other[..], &["CONFIG", "SET", "requirepass", ""]].concat()).unwrap();
    assert_eq!(payload(&store, &key("shop:{ab}:a")).await.unwrap(), b"1");
}
