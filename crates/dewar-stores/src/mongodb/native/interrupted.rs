//! Renames that stop after each of their steps, on a real server.

use std::time::Duration;

use ::mongodb::Client;
use ::mongodb::bson::{Document, doc};
use dewar_core::clock::{Clock, UnixTime};
use dewar_core::{
    AsyncStore as _, Entry, Lister as _, Owners as _, Revision, StoreKey, Sweeper as _, Touch, Trim, Write,
    WriteOutcome,
};
use dewar_servers::MongoDb as Server;

use super::MongoDb;
use super::record::{Moved, Moves, Record};
use super::renaming::Rename;
use crate::mongodb::MongoDbOptions;
use crate::mongodb::documents::Updated;

/// The last step that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Announced,
    Moved,
    Confirmed,
}

/// A collection in which a rename from `old` to `new` was interrupted.
struct Interrupted<'a> {
    store: MongoDb,
    seen: Revision,
    now: UnixTime,
    url: &'a str,
}

impl<'a> Interrupted<'a> {
    async fn after(url: &'a str, step: Step, tombstone: Option<u64>) -> Self {
        let (store, now) = (store(url).await, Clock::system().now());
        let [old, new] = ["old", "new"].map(StoreKey::new);
        let owned = |payload: &str| Entry { owner: Some("ann".to_owned()), ..entry(payload, now, 600) };
        let first = owned("first");
        assert!(is_saved(&store.write(Write::create(&StoreKey::new("other"), &first), now).await.unwrap()));
        let WriteOutcome::Saved(seen) = store.write(Write::create(&old, &first), now).await.unwrap() else {
            panic!()
        };
        assert!(is_saved(&store.write(Write::create(&StoreKey::new("last"), &first), now).await.unwrap()));
        let tombstone = tombstone.map(|seconds| entry("tombstone", now, seconds));
        let rename = Rename { key: old, new_key: new, seen: seen.clone(), entry: owned("second"), tombstone };
        let revision = store.next_revision();
        assert_eq!(store.announce(&rename, &revision, now).await.unwrap(), Updated::Done);
        if step != Step::Announced {
            assert!(is_saved(&store.move_away(&rename, &revision, now).await.unwrap()));
        }
        if step == Step::Confirmed {
            store.confirm("old", &proof(&store).await.unwrap()).await.unwrap();
        }
        Self { store, seen, now, url }
    }

    fn later(&self, seconds: u64) -> UnixTime {
        self.now.plus(Duration::from_secs(seconds))
    }

    async fn write(&self, write: Write<'_>) -> WriteOutcome {
        self.store.write(write, self.now).await.unwrap()
    }

    /// The payloads under both keys.
    async fn shown(&self, now: UnixTime) -> [Option<String>; 2] {
        let mut shown = [None, None];
        for (key, payload) in ["old", "new"].into_iter().zip(&mut shown) {
            let found = self.store.load(&StoreKey::new(key), None, now).await.unwrap();
            *payload = found.map(|found| String::from_utf8(found.payload.to_vec()).unwrap());
        }
        shown
    }

    async fn assert_shown(&self, old: Option<&str>, new: Option<&str>) {
        assert_eq!(self.shown(self.now).await, [old, new].map(|text| text.map(str::to_owned)));
    }

    async fn owned(&self) -> Vec<String> {
        let owned = self.store.owned_by("ann", self.now).await.unwrap();
        owned.into_iter().map(|(key, _)| key.as_str().to_owned()).collect()
    }

    async fn listed(&self) -> Vec<String> {
        let page = self.store.list("", None, 100, self.now).await.unwrap();
        page.entries.into_iter().map(|(key, _)| key.as_str().to_owned()).collect()
    }
}

fn entry(payload: &str, now: UnixTime, seconds: u64) -> Entry {
    Entry::new(payload.to_owned(), Some(now.plus(Duration::from_secs(seconds))))
}

fn is_saved(outcome: &WriteOutcome) -> bool {
    matches!(outcome, WriteOutcome::Saved(_))
}

/// A store over an empty collection.
async fn store(url: &str) -> MongoDb {
    let options = MongoDbOptions { timeout: Duration::from_secs(20), ..MongoDbOptions::default() };
    let store = MongoDb::open(url, options).await.unwrap();
    store.documents.delete_all(doc! {}).await.unwrap();
    store
}

async fn proof(store: &MongoDb) -> Option<Moved> {
    match store.record("old").await.unwrap() {
        Some(Record { moves: Some(Moves::To(moved)), .. }) => Some(moved),
        _ => None,
    }
}

async fn raw(url: &str, key: &str) -> Option<Document> {
    let client = Client::with_uri_str(url).await.unwrap();
    let sessions = client.default_database().unwrap().collection::<Document>("sessions");
    sessions.find_one(doc! { "_id": key }).await.unwrap()
}

const DONE: [Step; 2] = [Step::Moved, Step::Confirmed];

#[tokio::test]
async fn there_is_one_session_after_each_step() {
    let Some(server) = Server::for_test() else { return };
    let url = server.url();
    for tombstone in [Some(60), None] {
        let interrupted = Interrupted::after(&url, Step::Announced, tombstone).await;
        interrupted.assert_shown(Some("first"), None).await;
        assert_eq!(interrupted.owned().await, ["other", "old", "last"]);
        assert_eq!(interrupted.listed().await, ["last", "old", "other"]);
        for step in DONE {
            let interrupted = Interrupted::after(&url, step, tombstone).await;
            interrupted.assert_shown(tombstone.map(|_| "tombstone"), Some("second")).await;
            let listed = interrupted.listed().await;
            assert_eq!(listed.contains(&"old".to_owned()), tombstone.is_some());
            assert!(listed.contains(&"new".to_owned()));
            assert_eq!(interrupted.owned().await, ["other", "new", "last"], "it keeps its place");
        }
    }
}

#[tokio::test]
async fn whatever_happens_to_the_old_session_one_that_is_only_announced_does_not_come_up() {
    let Some(server) = Server::for_test() else { return };
    let (url, old, newer) = (server.url(), StoreKey::new("old"), StoreKey::new("newer"));
    let announced = || Interrupted::after(&url, Step::Announced, Some(60));

    let interrupted = announced().await;
    let swapped =
        interrupted.write(Write::swap(&old, &interrupted.seen, &entry("x", interrupted.now, 60))).await;
    assert!(is_saved(&swapped));
    interrupted.assert_shown(Some("x"), None).await;

    let interrupted = announced().await;
    assert_eq!(interrupted.write(Write::remove(&old, None)).await, WriteOutcome::Removed);
    interrupted.assert_shown(None, None).await;
    assert_eq!(interrupted.write(Write::remove(&StoreKey::new("new"), None)).await, WriteOutcome::Gone);

    let interrupted = announced().await;
    let x = entry("x", interrupted.now, 60);
    let renamed = Write::rename(&old, &newer, &interrupted.seen, &x, None);
    assert!(is_saved(&interrupted.write(renamed).await));
    interrupted.assert_shown(None, None).await;

    let interrupted = announced().await;
    assert_eq!(interrupted.store.remove_all("ann", None, interrupted.now).await.unwrap(), 3);
    interrupted.assert_shown(None, None).await;
    assert!(interrupted.owned().await.is_empty());

    let interrupted = announced().await;
    let touch = Touch { expires: interrupted.later(900), if_before: interrupted.later(900) };
    let touched = interrupted.store.load(&StoreKey::new("new"), Some(touch), interrupted.now).await.unwrap();
    assert!(touched.is_none());
    assert!(!interrupted.store.touch(&StoreKey::new("new"), touch.expires, interrupted.now).await.unwrap());
    assert_eq!(interrupted.shown(interrupted.later(600)).await, [None, None]);
}

#[tokio::test]
async fn every_write_of_a_new_session_that_has_moved_finds_it() {
    let Some(server) = Server::for_test() else { return };
    let (url, new, newer) = (server.url(), StoreKey::new("new"), StoreKey::new("newer"));
    for step in DONE {
        let moved = || Interrupted::after(&url, step, Some(60));
        for act in 0..6 {
            let interrupted = moved().await;
            let now = interrupted.now;
            let seen = interrupted.store.record("new").await.unwrap().unwrap().stored.revision;
            match act {
                0 => assert!(is_saved(
                    &interrupted.write(Write::swap(&new, &seen, &entry("x", now, 60))).await
                )),
                1 => assert_eq!(interrupted.write(Write::remove(&new, None)).await, WriteOutcome::Removed),
                2 => {
                    let x = entry("x", now, 60);
                    let renamed = Write::rename(&new, &newer, &seen, &x, None);
                    assert!(is_saved(&interrupted.write(renamed).await));
                }
                3 => assert!(interrupted.store.touch(&new, interrupted.later(900), now).await.unwrap()),
                4 => assert_eq!(interrupted.store.remove_all("ann", None, now).await.unwrap(), 3),
                _ => {
                    let ended = interrupted.store.trim("ann", 1, Trim::Oldest, now).await.unwrap();
                    assert_eq!(ended, ["other", "new"].map(StoreKey::new));
                }
            }
            let [old, new] = interrupted.shown(now).await;
            let expected = match act {
                0 => Some("x"),
                3 => Some("second"),
                _ => None,
            };
            assert_eq!((old.as_deref(), new.as_deref()), (Some("tombstone"), expected), "{step:?}, {act}");
        }
    }
}

#[tokio::test]
async fn a_tombstone_is_not_touched_before_its_rename_is_completed() {
    let Some(server) = Server::for_test() else { return };
    let (url, old) = (server.url(), StoreKey::new("old"));
    for step in DONE {
        for act in 0..4 {
            let interrupted = Interrupted::after(&url, step, Some(60)).await;
            let now = interrupted.now;
            let seen = interrupted.store.record("old").await.unwrap().unwrap().stored.revision;
            match act {
                0 => assert!(is_saved(
                    &interrupted.write(Write::swap(&old, &seen, &entry("x", now, 60))).await
                )),
                1 => assert_eq!(interrupted.write(Write::remove(&old, None)).await, WriteOutcome::Removed),
                2 => assert!(interrupted.store.touch(&old, interrupted.later(90), now).await.unwrap()),
                _ => {
                    let later = interrupted.later(60);
                    let x = entry("x", later, 60);
                    assert!(is_saved(
                        &interrupted.store.write(Write::create(&old, &x), later).await.unwrap()
                    ));
                }
            }
            assert_eq!(interrupted.shown(now).await[1].as_deref(), Some("second"), "{step:?}, {act}");
        }
    }
}

#[tokio::test]
async fn it_can_be_repeated_after_each_step() {
    let Some(server) = Server::for_test() else { return };
    let (url, old, new) = (server.url(), StoreKey::new("old"), StoreKey::new("new"));
    for step in [Step::Announced, Step::Moved, Step::Confirmed] {
        let interrupted = Interrupted::after(&url, step, Some(60)).await;
        let tombstone = entry("tombstone", interrupted.now, 60);
        let second = entry("second", interrupted.now, 600);
        let again = Write::rename(&old, &new, &interrupted.seen, &second, Some(&tombstone));
        let outcome = interrupted.write(again).await;
        match step {
            Step::Announced => assert!(is_saved(&outcome)),
            _ => assert!(matches!(outcome, WriteOutcome::Changed(found) if found.payload == "tombstone")),
        }
        interrupted.assert_shown(Some("tombstone"), Some("second")).await;
    }
}

#[tokio::test]
async fn a_new_key_with_a_pending_entry_is_taken_for_others() {
    let Some(server) = Server::for_test() else { return };
    let url = server.url();
    let interrupted = Interrupted::after(&url, Step::Announced, Some(60)).await;
    let x = entry("x", interrupted.now, 60);
    assert_eq!(interrupted.write(Write::create(&StoreKey::new("new"), &x)).await, WriteOutcome::Taken);
    let other = StoreKey::new("other");
    let seen = interrupted.store.record("other").await.unwrap().unwrap().stored.revision;
    let renamed = interrupted.write(Write::rename(&other, &StoreKey::new("new"), &seen, &x, None)).await;
    assert_eq!(renamed, WriteOutcome::Taken);
    assert_eq!(interrupted.owned().await, ["other", "old", "last"]);
}

/// The index removes documents one second after they have expired at the latest, but not the proof that the new session is valid.
#[tokio::test]
async fn the_proof_outlives_the_tombstone_and_a_sweep_removes_it() {
    let Some(server) = Server::for_test() else { return };
    let url = server.url();
    for step in DONE {
        let interrupted = Interrupted::after(&url, step, None).await;
        let witness = StoreKey::new("witness");
        assert!(is_saved(&interrupted.write(Write::create(&witness, &entry("x", interrupted.now, 0))).await));
        while raw(interrupted.url, "witness").await.is_some() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(proof(&interrupted.store).await.is_some());
        interrupted.assert_shown(None, Some("second")).await;
        interrupted.store.sweep("", 100, interrupted.now).await.unwrap();
        assert!(raw(interrupted.url, "old").await.is_none());
        interrupted.assert_shown(None, Some("second")).await;
        assert!(raw(interrupted.url, "new").await.unwrap().get("from").is_none());
    }
}
