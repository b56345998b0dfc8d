//! Redis, on real servers. Where none is installed the tests are skipped, unless nothing may be skipped.

use dewar::clock::{Clock, UnixTime};
use dewar::store::{Entry, Revision, Store, StoreKey, Write, WriteOutcome};
use dewar_servers::Redis as Server;
use dewar_stores::{Redis, RedisOptions};
use std::time::Duration;

mod all_or_nothing;
mod at_once;
mod bytes;
mod comparing;
mod contract;
mod dropping;
mod extending;
#[cfg(feature = "redis-connection-manager")]
mod handed_over;
mod memory;
mod model;
mod opening;
mod outages;
mod owners;
mod roles;
mod round_trips;
mod stale_members;

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

fn owned(payload: &str, owner: &str) -> Entry {
    Entry { owner: Some(owner.to_owned()), ..entry(payload) }
}

/// For tests that are not about time: the machine may be busy.
fn patient() -> RedisOptions {
    RedisOptions { timeout: Duration::from_secs(20), ..RedisOptions::default() }
}

fn as_user(user: &str, password: &str) -> RedisOptions {
    RedisOptions { user: Some(user.to_owned()), password: Some(password.to_owned()), ..patient() }
}

async fn open(url: &str) -> Redis {
    Redis::open(url, patient()).await.unwrap()
}

async fn open_without_owners(url: &str) -> Redis {
    Redis::open(url, RedisOptions { owner_index: false, ..patient() }).await.unwrap()
}

/// With and without an index of owners.
async fn both(server: &Server) -> [Redis; 2] {
    [open(&server.url()).await, open_without_owners(&server.url()).await]
}

/// Waits for what happens soon after an answer.
async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..2_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never happened that {what}");
}

async fn created(store: &Redis, key: &StoreKey, entry: &Entry) -> Revision {
    match store.write(Write::create(key, entry), now()).await.unwrap() {
        WriteOutcome::Saved(revision) => revision,
        other => panic!("the key is free: {other:?}"),
    }
}

async fn payload(store: &Redis, key: &StoreKey) -> Option<Vec<u8>> {
    store.load(key, None, now()).await.unwrap().map(|stored| stored.payload.to_vec())
}
