//! A server that freezes, dies and comes back, and a primary that is replaced.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dewar::store::{Entry, Revision, Store, StoreErrorKind, StoreKey, Write, WriteOutcome};
use dewar_servers::{MongoDb as Server, MongoReplicaSet};
use dewar_stores::guard::{Guard, GuardOptions};
use dewar_stores::mongodb::{MongoDb, MongoDbOptions};

use super::{created, entry, key, now, open, payload};

/// With the default timeout.
async fn quick(url: &str) -> MongoDb {
    MongoDb::open(url, MongoDbOptions::default()).await.unwrap()
}

/// The time of a call that is not answered.
async fn failure(store: &MongoDb, key: &StoreKey) -> Duration {
    let start = Instant::now();
    let error = store.load(key, None, now()).await.unwrap_err();
    assert!(matches!(error.kind(), StoreErrorKind::NoAnswer | StoreErrorKind::Unavailable), "{error:?}");
    start.elapsed()
}

/// Loads an entry from a server that is running again.
async fn found_again(store: &MongoDb, key: &StoreKey) -> Vec<u8> {
    let start = Instant::now();
    loop {
        match store.load(key, None, now()).await {
            Ok(found) => return found.unwrap().payload.to_vec(),
            Err(error) => assert!(start.elapsed() < Duration::from_secs(10), "{error:?}"),
        }
    }
}

#[tokio::test]
async fn a_call_to_a_frozen_server_times_out_and_the_server_answers_again_when_it_runs() {
    let Some(server) = Server::for_test() else { return };
    let (a, b) = (key("session:a"), key("session:b"));
    let store = quick(&server.url()).await;
    for key in [&a, &b] {
        created(&store, key, &entry(key.as_str())).await;
    }
    for _ in 0..2 {
        server.stop().unwrap();
        let mut quickest = Duration::MAX;
        for _ in 0..5 {
            quickest = quickest.min(failure(&store, &a).await);
        }
        assert!(quickest < Duration::from_millis(250), "{quickest:?}");
        server.cont().unwrap();
        assert_eq!(found_again(&store, &b).await, b"session:b", "a late answer is dropped");
    }
}

/// More calls than the pool has connections, none of which is answered.
#[tokio::test]
async fn calls_that_nobody_waits_for_do_not_use_up_the_connections() {
    let Some(server) = Server::for_test() else { return };
    let store = Arc::new(quick(&format!("{}?maxPoolSize=4", server.url())).await);
    created(&*store, &key("session:a"), &entry("a")).await;
    server.stop().unwrap();
    let calls = (0..200).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.load(&key("session:a"), None, now()).await.is_err() })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(call.await.unwrap());
    }
    server.cont().unwrap();
    assert_eq!(found_again(&store, &key("session:a")).await, b"a");
}

#[tokio::test]
async fn a_server_that_is_killed_is_found_again_with_what_it_acknowledged() {
    let Some(mut server) = Server::for_test() else { return };
    let url = format!("{}?journal=true", server.url());
    let store = quick(&url).await;
    let writer = open(&url).await;
    for round in 0..3 {
        let name = key(&format!("session:{round}"));
        created(&writer, &name, &entry("a")).await;
        server.kill();
        failure(&store, &name).await;
        server.restart().unwrap();
        assert_eq!(found_again(&store, &name).await, b"a");
    }
}

/// A session that is written all the time, and what was acknowledged last.
struct Session {
    key: StoreKey,
    seen: Revision,
    acknowledged: u64,
    /// Sent since then, and not answered: one of them may have been stored.
    unknown: Vec<u64>,
    sent: u64,
}

impl Session {
    async fn write(&mut self, store: &Guard) {
        self.sent += 1;
        let entry = Entry { is_unique: true, ..entry(format!("{} {}", self.key.as_str(), self.sent)) };
        match store.write(Write::swap(&self.key, &self.seen, &entry), now()).await {
            Ok(WriteOutcome::Saved(revision)) => self.has(self.sent, revision),
            Ok(WriteOutcome::Changed(found)) => {
                let number = number(&found.payload);
                assert!(
                    self.unknown.contains(&number),
                    "{number} was stored, though its answer was: not done"
                );
                self.has(number, found.revision);
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) if error.kind() == StoreErrorKind::NoAnswer => self.unknown.push(self.sent),
            Err(_) => {}
        }
    }

    fn has(&mut self, number: u64, revision: Revision) {
        (self.acknowledged, self.seen) = (number, revision);
        self.unknown.clear();
    }
}

fn number(payload: &[u8]) -> u64 {
    String::from_utf8_lossy(payload).rsplit(' ').next().unwrap().parse().unwrap()
}

/// What the primary does.
#[derive(Debug, Clone, Copy)]
enum Fate {
    StepsDown,
    Dies,
    Freezes,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_each_election() {
    let Some(mut set) = MongoReplicaSet::for_test() else { return };
    for fate in [Fate::StepsDown, Fate::Dies, Fate::Freezes] {
        let guard = Arc::new(Guard::new(Arc::new(quick(&set.url()).await), GuardOptions::default()));
        let (patient, mut tasks) = (open(&set.url()).await, Vec::new());
        for number in 0..40 {
            let key = key(&format!("session:{fate:?}:{number}"));
            let seen = created(&patient, &key, &entry("0")).await;
            let session = Session { key, seen, acknowledged: 0, unknown: Vec::new(), sent: 0 };
            tasks.push(tokio::spawn(work(Arc::clone(&guard), session)));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        let primary = set.wait_for_primary().unwrap();
        match fate {
            Fate::StepsDown => set.step_down().unwrap(),
            Fate::Dies => set.members_mut()[primary].kill(),
            Fate::Freezes => set.members_mut()[primary].stop().unwrap(),
        }
        let mut sessions = Vec::new();
        for task in tasks {
            sessions.push(task.await.unwrap());
        }
        match fate {
            Fate::StepsDown => {}
            Fate::Dies => set.members_mut()[primary].restart().unwrap(),
            Fate::Freezes => set.members_mut()[primary].cont().unwrap(),
        }
        set.wait_for_members().unwrap();
        for session in sessions {
            let stored = number(&payload(&patient, &session.key).await.unwrap());
            let is_known = stored == session.acknowledged || session.unknown.contains(&stored);
            assert!(is_known, "{fate:?}: {stored} is stored, {} was acknowledged", session.acknowledged);
        }
    }
}

/// Writes a session until it was written some times after the failure.
async fn work(store: Arc<Guard>, mut session: Session) -> Session {
    let (start, mut last, mut after) = (Instant::now(), Instant::now(), 0);
    while after < 8 {
        let before = session.acknowledged;
        session.write(&store).await;
        let is_done = session.acknowledged > before;
        // The failure has been noticed, or comes no more.
        let gap = last.elapsed() > Duration::from_millis(100) || start.elapsed() > Duration::from_secs(3);
        after += usize::from(is_done && (after > 0 || gap));
        if is_done {
            last = Instant::now();
        }
        assert!(start.elapsed() < Duration::from_secs(60), "it is not served again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    session
}
