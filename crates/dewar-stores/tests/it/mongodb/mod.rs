//! MongoDB, on real servers. Where there is none the tests are skipped, unless nothing may be skipped.

use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::store::{Entry, Revision, Store, StoreKey, Write, WriteOutcome};
use dewar_stores::mongodb::{FlaskMongoDb, MongoDb, MongoDbOptions};
use mongodb::bson::{Document, doc};
use mongodb::{Client, Collection};

mod bytes;
mod contract;
mod dropping;
mod failures;
mod opening;
mod outages;
mod owners;
mod round_trips;
mod vectors;

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
fn patient() -> MongoDbOptions {
    MongoDbOptions { timeout: Duration::from_secs(20), ..MongoDbOptions::default() }
}

async fn open(url: &str) -> MongoDb {
    MongoDb::open(url, patient()).await.unwrap()
}

async fn open_flask(url: &str) -> FlaskMongoDb {
    let options = MongoDbOptions { collection: Some("flask".to_owned()), ..patient() };
    FlaskMongoDb::open(url, options).await.unwrap()
}

/// The driver's own client, to look at what is stored.
async fn client(url: &str) -> Client {
    Client::with_uri_str(url).await.unwrap()
}

async fn collection(url: &str, name: &str) -> Collection<Document> {
    client(url).await.default_database().unwrap().collection(name)
}

/// Expired documents are removed by the calls of a test alone, whose clock may stand still.
async fn without_monitor(url: &str) {
    let off = doc! { "setParameter": 1, "ttlMonitorEnabled": false };
    client(url).await.database("admin").run_command(off).await.unwrap();
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
