//! Round trips, counted on the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dewar::store::{Entry, Owners, Store, Touch, Trim, Write};
use dewar_servers::Redis as Server;
use dewar_stores::Redis;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use super::comparing::compares;
use super::{entry, from_now, key, now, open, open_without_owners, owned};

/// A proxy before a server: it counts how often the client sends after the server has.
pub(super) struct Proxy {
    pub(super) url: String,
    turns: Arc<AtomicUsize>,
}

impl Proxy {
    pub(super) async fn before(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        // Odd while the client is sending, which it has started (n + 1) / 2 times.
        let (turns, port) = (Arc::new(AtomicUsize::new(0)), server.port());
        let counter = Arc::clone(&turns);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let ((from, to), (back, answer)) = (client.into_split(), server.into_split());
                tokio::spawn(carry(from, answer, Arc::clone(&counter), 0));
                tokio::spawn(carry(back, to, Arc::clone(&counter), 1));
            }
        });
        Self { url, turns }
    }

    pub(super) fn count(&self) -> usize {
        self.turns.load(Ordering::SeqCst).div_ceil(2)
    }
}

/// Copies bytes in one direction. The first bytes after those of the other direction count as a turn.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, turns: Arc<AtomicUsize>, side: usize) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let turn = |turns: usize| (turns % 2 == side).then_some(turns + 1);
        _ = turns.fetch_update(Ordering::SeqCst, Ordering::SeqCst, turn);
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

/// How many round trips a call takes.
async fn counted<T>(proxy: &Proxy, call: impl Future<Output = Result<T, dewar::store::StoreError>>) -> usize {
    let before = proxy.count();
    _ = call.await.unwrap();
    proxy.count() - before
}

async fn all_calls(proxy: &Proxy, store: &Redis, owner: Option<&str>) -> Vec<(&'static str, usize)> {
    let owned = |payload: &str| Entry { owner: owner.map(str::to_owned), ..entry(payload) };
    let (a, b, big) = (key("session:a"), key("session:b"), "x".repeat(50_000));
    let touch = Touch {
        expires: from_now(Duration::from_secs(3600)),
        if_before: from_now(Duration::from_secs(9000)),
    };
    let not_due = Touch { if_before: from_now(Duration::from_secs(3000)), ..touch };
    let seen = dewar::store::Revision::from_payload("one".into());
    let stale = dewar::store::Revision::from_payload("stale".into());
    vec![
        ("load", counted(proxy, store.load(&a, None, now())).await),
        ("load, nothing to touch", counted(proxy, store.load(&a, Some(touch), now())).await),
        ("create", counted(proxy, store.write(Write::create(&a, &owned("one")), now())).await),
        ("load, touch not due", counted(proxy, store.load(&a, Some(not_due), now())).await),
        ("swap, changed", counted(proxy, store.write(Write::swap(&a, &stale, &owned("two")), now())).await),
        ("touch", counted(proxy, store.touch(&a, touch.expires, now())).await),
        (
            "rename",
            counted(
                proxy,
                store.write(Write::rename(&a, &b, &seen, &owned("one"), Some(&entry("t"))), now()),
            )
            .await,
        ),
        ("swap", counted(proxy, store.write(Write::swap(&b, &seen, &owned(&big)), now())).await),
        (
            "remove for a tombstone",
            counted(proxy, store.write(Write::remove(&b, Some(&entry("t"))), now())).await,
        ),
        ("remove", counted(proxy, store.write(Write::remove(&b, None), now())).await),
        ("remove the other", counted(proxy, store.write(Write::remove(&a, None), now())).await),
    ]
}

#[tokio::test]
async fn every_call_is_one_round_trip() {
    let Some(server) = Server::for_test() else { return };
    let proxy = Proxy::before(&server).await;
    let indexed = open(&proxy.url).await;
    let plain = open_without_owners(&proxy.url).await;
    for (store, owner) in [(&indexed, Some("shop:owner:me")), (&indexed, None), (&plain, None)] {
        all_calls(&proxy, store, owner).await;
        // A server that compares by itself does not say what it found.
        let asks_again = store.owners().is_none() && compares(&server);
        for (call, turns) in all_calls(&proxy, store, owner).await {
            let expected = if call == "swap, changed" && asks_again { 2 } else { 1 };
            assert_eq!(turns, expected, "{call}");
        }
    }
}

/// Once per tenth of the idle time.
#[tokio::test]
async fn a_touch_that_is_due_takes_one_more() {
    let Some(server) = Server::for_test() else { return };
    let proxy = Proxy::before(&server).await;
    let indexed = open(&proxy.url).await;
    let plain = open_without_owners(&proxy.url).await;
    let touch = Touch {
        expires: from_now(Duration::from_secs(3600)),
        if_before: from_now(Duration::from_secs(9000)),
    };
    for (name, store) in [("session:a", &indexed), ("session:b", &plain)] {
        _ = store.write(Write::create(&key(name), &owned("x", "shop:owner:me")), now()).await.unwrap();
        store.load(&key(name), Some(touch), now()).await.unwrap();
        assert_eq!(counted(&proxy, store.load(&key(name), Some(touch), now())).await, 2);
    }
}

#[tokio::test]
async fn the_entries_of_an_owner_are_listed_in_two_and_removed_in_three() {
    let Some(server) = Server::for_test() else { return };
    let proxy = Proxy::before(&server).await;
    let store = open(&proxy.url).await;
    for round in 0..2 {
        for name in ["session:a", "session:b", "session:c"] {
            _ = store.write(Write::create(&key(name), &owned("x", "shop:owner:me")), now()).await.unwrap();
        }
        let turns = [
            counted(&proxy, store.owned_by("shop:owner:me", now())).await,
            counted(&proxy, store.trim("shop:owner:me", 2, Trim::Oldest, now())).await,
            counted(&proxy, store.remove_all("shop:owner:me", None, now())).await,
        ];
        assert!(round == 0 || turns == [2, 4, 3], "{turns:?}");
    }
}

#[tokio::test]
async fn a_script_that_the_server_does_not_know_takes_one_more() {
    let Some(server) = Server::for_test() else { return };
    let proxy = Proxy::before(&server).await;
    let store = open(&proxy.url).await;
    let none = key("session:none");
    let touch = || store.touch(&none, from_now(Duration::from_secs(9)), now());
    touch().await.unwrap();
    server.command(&["SCRIPT", "FLUSH"]).unwrap();
    assert_eq!((counted(&proxy, touch()).await, counted(&proxy, touch()).await), (2, 1));
}
