//! Many writes at once, by two programs.

use std::sync::Arc;

use dewar::store::{Owners, Store, Write, WriteOutcome};
use dewar_servers::{Chance, Postgres as Server};
use dewar_stores::postgres::Postgres;

use super::{created, entry, flask, key, native, now, owned, payload};

/// Adds one to the number in an entry, as a request does: again until no other write comes first.
async fn count(store: &dyn Store, name: &str) {
    let mut found = store.load(&key(name), None, now()).await.unwrap().unwrap();
    loop {
        let number: usize = std::str::from_utf8(&found.payload).unwrap().parse().unwrap();
        let next = entry((number + 1).to_string());
        match store.write(Write::swap(&key(name), &found.revision, &next), now()).await.unwrap() {
            WriteOutcome::Saved(_) => return,
            WriteOutcome::Changed(newer) => found = newer,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_write_is_lost() {
    let Some(server) = Server::for_test() else { return };
    let url = server.url();
    let stores: [[Arc<dyn Store>; 2]; 2] = [
        [Arc::new(native(&url).await), Arc::new(native(&url).await)],
        [Arc::new(flask(&url).await), Arc::new(flask(&url).await)],
    ];
    for pair in stores {
        created(&*pair[0], &key("n"), &entry("0")).await;
        let tasks: Vec<_> = (0..16)
            .map(|task| {
                let store = Arc::clone(&pair[task % 2]);
                tokio::spawn(async move {
                    for _ in 0..25 {
                        count(&*store, "n").await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(payload(&*pair[0], &key("n")).await.unwrap(), b"400");
    }
}

/// One renames a session again and again, the other ends all sessions of its owner: in the end there is none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_escapes_the_removal_of_all_by_renames() {
    let Some(server) = Server::for_test() else { return };
    let stores = [Arc::new(native(&server.url()).await), Arc::new(native(&server.url()).await)];
    for round in 0..40 {
        let first = format!("{round} 0");
        let seen = created(&*stores[0], &key(&first), &owned("x", "me")).await;
        let renaming = tokio::spawn(rename_until_gone(Arc::clone(&stores[0]), round, first, seen));
        tokio::task::yield_now().await;
        let removed = stores[1].remove_all("me", None, now()).await.unwrap();
        assert_eq!(removed, 1, "round {round}");
        renaming.await.unwrap();
        assert!(stores[1].owned_by("me", now()).await.unwrap().is_empty());
    }
}

async fn rename_until_gone(
    store: Arc<Postgres>,
    round: usize,
    mut at: String,
    mut seen: dewar::store::Revision,
) {
    let mut chance = Chance::new(round as u64);
    for number in 1.. {
        let next = format!("{round} {number}");
        let (old, new, content) = (key(&at), key(&next), owned("x", "me"));
        let tombstone = (chance.below(2) == 0).then(|| entry("gone"));
        match store
            .write(Write::rename(&old, &new, &seen, &content, tombstone.as_ref()), now())
            .await
            .unwrap()
        {
            WriteOutcome::Saved(revision) => (at, seen) = (next, revision),
            WriteOutcome::Gone => return,
            other => panic!("{other:?}"),
        }
    }
}
