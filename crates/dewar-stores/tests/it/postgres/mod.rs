//! PostgreSQL, on real servers. Where none is installed the tests are skipped, unless nothing may be skipped.

mod at_once;
mod blocked;
mod bytes;
mod contract;
mod dropping;
mod full_disk;
mod opening;
mod outages;
mod poolers;
mod roles;
mod round_trips;

use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::store::{Entry, Revision, Store, StoreKey, Write, WriteOutcome};
use dewar_stores::postgres::{Postgres, PostgresOptions, SqlAlchemy};

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
fn patient() -> PostgresOptions {
    PostgresOptions {
        create_table: Some(true),
        timeout: Duration::from_secs(20),
        lock_timeout: Duration::from_secs(10),
        ..PostgresOptions::default()
    }
}

async fn native(url: &str) -> Postgres {
    Postgres::open(url, patient()).await.unwrap()
}

async fn flask(url: &str) -> SqlAlchemy {
    SqlAlchemy::open(url, SqlAlchemy::TABLE, patient()).await.unwrap()
}

async fn created(store: &dyn Store, key: &StoreKey, entry: &Entry) -> Revision {
    match store.write(Write::create(key, entry), now()).await.unwrap() {
        WriteOutcome::Saved(revision) => revision,
        other => panic!("the key is free: {other:?}"),
    }
}

async fn payload(store: &dyn Store, key: &StoreKey) -> Option<Vec<u8>> {
    store.load(key, None, now()).await.unwrap().map(|stored| stored.payload.to_vec())
}

/// A connection of another program.
async fn raw(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
