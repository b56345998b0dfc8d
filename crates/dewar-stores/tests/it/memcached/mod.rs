//! Memcached, on real servers. Where none is installed the tests are skipped, unless nothing may be skipped.

use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::store::{Entry, Revision, Store, StoreKey, Write, WriteOutcome};
use dewar_servers::Memcached as Server;
use dewar_stores::{Memcached, MemcachedOptions};

mod bytes;
mod contract;
mod dropping;
mod expiry;
mod memory;
mod opening;
mod outages;
mod placement;
mod python;
mod renaming;
mod round_trips;
mod servers;

const HOUR: Duration = Duration::from_secs(3600);

fn now() -> UnixTime {
    Clock::system().now()
}

fn from_now(by: Duration) -> UnixTime {
    now().plus(by)
}

fn key(text: &str) -> StoreKey {
    StoreKey::new(text)
}

/// An entry for an hour.
fn entry(payload: impl Into<Vec<u8>>) -> Entry {
    Entry::new(payload.into(), Some(from_now(HOUR)))
}

/// The same, with a payload that no other write has.
fn unique(payload: &str) -> Entry {
    Entry { is_unique: true, ..entry(payload) }
}

/// For tests that are not about time: the machine may be busy.
fn patient() -> MemcachedOptions {
    MemcachedOptions { timeout: Duration::from_secs(20), ..MemcachedOptions::default() }
}

async fn open(url: &str) -> Memcached {
    Memcached::open(url, patient()).await.unwrap()
}

/// The URL of several servers.
fn url_of(servers: &[Server]) -> String {
    let places: Vec<_> = servers.iter().map(|server| format!("127.0.0.1:{}", server.port())).collect();
    format!("memcached://{}", places.join(","))
}

/// Several servers; `None` where none is installed.
fn servers(count: usize) -> Option<Vec<Server>> {
    let first = Server::for_test()?;
    Some(std::iter::once(first).chain((1..count).map(|_| Server::start().unwrap())).collect())
}

async fn created(store: &Memcached, key: &StoreKey, entry: &Entry) -> Revision {
    match store.write(Write::create(key, entry), now()).await.unwrap() {
        WriteOutcome::Saved(revision) => revision,
        other => panic!("the key is free: {other:?}"),
    }
}

async fn payload(store: &Memcached, key: &StoreKey) -> Option<Vec<u8>> {
    store.load(key, None, now()).await.unwrap().map(|stored| stored.payload.to_vec())
}

/// Stores a value as another program would.
fn set(server: &Server, key: &str, flags: u32, ttl: u64, value: &str) {
    let answer = server.command(&format!("set {key} {flags} {ttl} {}\r\n{value}", value.len())).unwrap();
    assert_eq!(answer, "STORED\r\n");
}
