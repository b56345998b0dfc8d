//! Round trips, counted on the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dewar::store::{Store, StoreError, Touch, Write};
use dewar_servers::Memcached as Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use super::{created, entry, from_now, key, now, open};

/// A proxy before a server: it counts how often the client sends after the server has.
struct Proxy {
    url: String,
    turns: Arc<AtomicUsize>,
}

impl Proxy {
    async fn before(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("memcached://{}", listener.local_addr().unwrap());
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

    fn count(&self) -> usize {
        self.turns.load(Ordering::SeqCst).div_ceil(2)
    }

    /// How many round trips a call takes.
    async fn of<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> usize {
        let before = self.count();
        _ = call.await.unwrap();
        self.count() - before
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

#[tokio::test]
async fn every_call_is_one_round_trip_with_the_exceptions_that_are_documented() {
    let Some(server) = Server::for_test() else { return };
    let proxy = Proxy::before(&server).await;
    let store = open(&proxy.url).await;
    let (a, b, tombstone) = (key("session:a"), key("session:b"), entry("tombstone"));
    let touch = Touch {
        expires: from_now(Duration::from_secs(3600)),
        if_before: from_now(Duration::from_secs(9000)),
    };
    let not_due = Touch { if_before: from_now(Duration::from_secs(3000)), ..touch };
    let big = entry("x".repeat(50_000));

    assert_eq!(proxy.of(store.load(&a, Some(touch), now())).await, 1, "nothing is there");
    assert_eq!(proxy.of(store.write(Write::create(&a, &entry("one")), now())).await, 1, "create");
    assert_eq!(proxy.of(store.write(Write::create(&a, &entry("two")), now())).await, 1, "create, taken");
    assert_eq!(proxy.of(store.load(&a, None, now())).await, 1, "load");
    assert_eq!(proxy.of(store.load(&a, Some(not_due), now())).await, 1, "load, touch not due");
    assert_eq!(proxy.of(store.load(&a, Some(touch), now())).await, 2, "load with a touch");
    assert_eq!(proxy.of(store.touch(&a, touch.expires, now())).await, 1, "touch");
    let seen = store.load(&a, None, now()).await.unwrap().unwrap().revision;
    assert_eq!(proxy.of(store.write(Write::swap(&a, &seen, &big), now())).await, 1, "swap");
    assert_eq!(proxy.of(store.write(Write::swap(&a, &seen, &big), now())).await, 2, "swap, changed");
    let stale = seen;
    let seen = store.load(&a, None, now()).await.unwrap().unwrap().revision;
    let rename = |seen| Write::rename(&a, &b, seen, &big, Some(&tombstone));
    assert_eq!(proxy.of(store.write(rename(&stale), now())).await, 4, "rename, changed");
    assert_eq!(proxy.of(store.write(rename(&seen), now())).await, 2, "rename");
    assert_eq!(proxy.of(store.write(Write::remove(&b, Some(&tombstone)), now())).await, 1, "logout");
    assert_eq!(proxy.of(store.write(Write::remove(&b, None), now())).await, 1, "remove");
    assert_eq!(proxy.of(store.write(Write::swap(&b, &seen, &big), now())).await, 1, "swap, gone");
    created(&store, &b, &entry("x")).await;
}
