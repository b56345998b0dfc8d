//! Round trips, counted as the driver's commands.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dewar::store::{Entry, Owners, Revision, Store, StoreError, Touch, Trim, Write};
use dewar_servers::MongoDb as Server;
use dewar_stores::mongodb::{FlaskMongoDb, MongoDb};
use mongodb::Client;
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::ClientOptions;

use super::{entry, from_now, key, now, owned, patient};

/// A client that counts its commands about documents.
struct Counter {
    client: Client,
    count: Arc<AtomicUsize>,
}

const OF_DOCUMENTS: [&str; 6] = ["find", "findAndModify", "getMore", "update", "delete", "insert"];

impl Counter {
    async fn before(server: &Server) -> Self {
        let mut options = ClientOptions::parse(server.url()).await.unwrap();
        let count = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&count);
        options.command_event_handler = Some(EventHandler::callback(move |event| {
            if let CommandEvent::Started(started) = event
                && OF_DOCUMENTS.contains(&started.command_name.as_str())
            {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        }));
        Self { client: Client::with_options(options).unwrap(), count }
    }

    async fn of<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> usize {
        let before = self.count.load(Ordering::SeqCst);
        _ = call.await.unwrap();
        self.count.load(Ordering::SeqCst) - before
    }
}

const fn touch(if_before: u64) -> (Duration, Duration) {
    (Duration::from_secs(3600), Duration::from_secs(if_before))
}

async fn all_calls(counter: &Counter, store: &dyn Store, stale: Revision) -> Vec<(&'static str, usize)> {
    let (a, x) = (key("session:a"), entry("x"));
    let [due, not_due] = [touch(9000), touch(1)]
        .map(|(expires, before)| Touch { expires: from_now(expires), if_before: from_now(before) });
    let created = counter.of(store.write(Write::create(&a, &x), now())).await;
    let seen = store.load(&a, None, now()).await.unwrap().unwrap().revision;
    let load = counter.of(store.load(&a, Some(not_due), now())).await;
    let touched = counter.of(store.load(&a, Some(due), now())).await;
    let taken = counter.of(store.write(Write::create(&a, &x), now())).await;
    let swapped = counter.of(store.write(Write::swap(&a, &seen, &entry("y")), now())).await;
    let changed = counter.of(store.write(Write::swap(&a, &stale, &x), now())).await;
    let touch = counter.of(store.touch(&a, from_now(super::HOUR), now())).await;
    let removed = counter.of(store.write(Write::remove(&a, None), now())).await;
    let gone = counter.of(store.write(Write::remove(&a, None), now())).await;
    vec![
        ("create", created),
        ("load", load),
        ("load and touch", touched),
        ("taken", taken),
        ("swap", swapped),
        ("changed", changed),
        ("touch", touch),
        ("remove", removed),
        ("gone", gone),
    ]
}

#[tokio::test]
async fn a_call_is_one_round_trip_and_two_if_it_is_not_done() {
    let Some(server) = Server::for_test() else { return };
    let counter = Counter::before(&server).await;
    let native = MongoDb::with_client(&counter.client, "dewar", patient()).await.unwrap();
    let flask = FlaskMongoDb::with_client(&counter.client, "flask", patient()).await.unwrap();
    let numbers = all_calls(&counter, &native, Revision::from_number(7)).await;
    let expected = [
        ("create", 1),
        ("load", 1),
        ("load and touch", 2),
        ("taken", 2),
        ("swap", 1),
        ("changed", 2),
        ("touch", 1),
        ("remove", 1),
        ("gone", 2),
    ];
    assert_eq!(numbers, expected);
    let numbers = all_calls(&counter, &flask, Revision::from_payload("stale".into())).await;
    assert_eq!(numbers, expected.map(|(call, count)| (call, if call == "taken" { 1 } else { count })));
}

#[tokio::test]
async fn a_rename_is_two_and_three_afterwards() {
    let Some(server) = Server::for_test() else { return };
    let counter = Counter::before(&server).await;
    let store = MongoDb::with_client(&counter.client, "dewar", patient()).await.unwrap();
    let (a, b) = (key("session:a"), key("session:b"));
    let seen = super::created(&store, &a, &owned("x", "ann")).await;
    let before = counter.count.load(Ordering::SeqCst);
    let (new, tombstone) = (owned("y", "ann"), entry("gone"));
    let rename = Write::rename(&a, &b, &seen, &new, Some(&tombstone));
    assert!((2..=5).contains(&counter.of(store.write(rename, now())).await));
    while counter.count.load(Ordering::SeqCst) < before + 5 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(counter.of(store.load(&b, None, now())).await, 1);
    assert_eq!(counter.count.load(Ordering::SeqCst), before + 6, "and no more");

    let flask = FlaskMongoDb::with_client(&counter.client, "flask", patient()).await.unwrap();
    let seen = super::created(&flask, &a, &entry("x")).await;
    assert_eq!(counter.of(flask.write(Write::rename(&a, &b, &seen, &entry("y"), None), now())).await, 1);
}

#[tokio::test]
async fn the_entries_of_an_owner_are_listed_in_one_and_removed_in_three() {
    let Some(server) = Server::for_test() else { return };
    let counter = Counter::before(&server).await;
    let store = MongoDb::with_client(&counter.client, "dewar", patient()).await.unwrap();
    for name in ["session:a", "session:b", "session:c"] {
        let forever = Entry { expires: None, ..owned("x", "ann") };
        super::created(&store, &key(name), &forever).await;
    }
    let turns = [
        counter.of(store.owned_by("ann", now())).await,
        counter.of(store.trim("ann", 2, Trim::Oldest, now())).await,
        counter.of(store.remove_all("ann", None, now())).await,
    ];
    assert_eq!(turns, [1, 3, 3]);
}
