//! Round trips, counted on the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dewar::store::{Entry, Owners, Revision, Store, StoreError, Touch, Trim, Write, WriteOutcome};
use dewar_servers::Postgres as Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use super::{HOUR, created, entry, flask, from_now, key, native, now, owned};

/// A proxy before a server: it counts how often a client sends after the server has.
struct Proxy {
    url: String,
    turns: Arc<AtomicUsize>,
}

impl Proxy {
    async fn before(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("postgresql://postgres@{}/postgres", listener.local_addr().unwrap());
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

    fn count(&self) -> usize {
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

async fn counted<T>(proxy: &Proxy, call: impl Future<Output = Result<T, StoreError>>) -> (usize, T) {
    let before = proxy.count();
    let answer = call.await.unwrap();
    (proxy.count() - before, answer)
}

fn saved(outcome: WriteOutcome) -> Revision {
    match outcome {
        WriteOutcome::Saved(revision) => revision,
        other => panic!("{other:?}"),
    }
}

async fn all_calls(proxy: &Proxy, store: &dyn Store, owner: Option<&str>) -> Vec<(&'static str, usize)> {
    let owned = |payload: &str| Entry { owner: owner.map(str::to_owned), ..entry(payload) };
    let (a, b, big) = (key("a"), key("b"), "x".repeat(50_000));
    let not_due = Touch { expires: from_now(HOUR), if_before: now() };
    let due = Touch { expires: from_now(3 * HOUR), if_before: from_now(2 * HOUR) };
    let mut turns = Vec::new();
    turns.push(("load", counted(proxy, store.load(&a, None, now())).await.0));
    let (count, made) = counted(proxy, store.write(Write::create(&a, &owned("one")), now())).await;
    turns.push(("create", count));
    let first = saved(made);
    turns.push(("load, not due", counted(proxy, store.load(&a, Some(not_due), now())).await.0));
    let (count, swapped) = counted(proxy, store.write(Write::swap(&a, &first, &owned(&big)), now())).await;
    turns.push(("swap", count));
    let second = saved(swapped);
    let (count, stale) = counted(proxy, store.write(Write::swap(&a, &first, &owned("two")), now())).await;
    assert!(matches!(stale, WriteOutcome::Changed(_)));
    turns.push(("swap, changed", count));
    turns.push(("touch", counted(proxy, store.touch(&a, from_now(HOUR), now())).await.0));
    turns.push(("load, due", counted(proxy, store.load(&a, Some(due), now())).await.0));
    let tombstone = entry("gone");
    let third = owned("three");
    let rename = Write::rename(&a, &b, &second, &third, Some(&tombstone));
    turns.push(("rename", counted(proxy, store.write(rename, now())).await.0));
    turns.push(("bury", counted(proxy, store.write(Write::remove(&b, Some(&tombstone)), now())).await.0));
    turns.push(("remove", counted(proxy, store.write(Write::remove(&b, None), now())).await.0));
    turns.push(("remove the other", counted(proxy, store.write(Write::remove(&a, None), now())).await.0));
    turns
}

/// The table in the docs of the module.
#[tokio::test]
async fn every_call_is_one_round_trip() {
    let Some(server) = Server::for_test() else { return };
    let proxy = Proxy::before(&server).await;
    let (native, flask) = (native(&proxy.url).await, flask(&proxy.url).await);
    for (store, owner) in [(&native as &dyn Store, Some("me")), (&native, None), (&flask, None)] {
        // The first time, the statements are prepared.
        all_calls(&proxy, store, owner).await;
        for (call, turns) in all_calls(&proxy, store, owner).await {
            let expected = if matches!(call, "swap, changed" | "load, due") { 2 } else { 1 };
            assert_eq!(turns, expected, "{call}");
        }
    }
    for round in 0..2 {
        for name in ["a", "b", "c"] {
            created(&native, &key(name), &owned("x", "me")).await;
        }
        let turns = [
            counted(&proxy, native.owned_by("me", now())).await.0,
            counted(&proxy, native.trim("me", 2, Trim::Oldest, now())).await.0,
            counted(&proxy, native.remove_all("me", None, now())).await.0,
        ];
        assert!(round == 0 || turns == [1, 1, 1], "{turns:?}");
    }
}
