//! The entries of an owner, while others write them.

use std::sync::Arc;

use dewar::store::{Owners, Store, Trim, Write, WriteOutcome};
use dewar_servers::MariaDb as Server;

use super::{create, entry, key, native, now, owned};

/// A session that gets a new id at the moment at which all are ended is ended, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_entry_survives_the_removal_of_all_by_getting_another_key() {
    end_all_while_they_are_renamed(60, |turn| if turn.is_multiple_of(2) { "a" } else { "z" }.into()).await;
}

/// Each key is before the one before it, where a `DELETE` that walks through the index of owners has been already.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_entry_survives_the_removal_of_all_by_getting_smaller_keys() {
    end_all_while_they_are_renamed(400, |turn| format!("{:05}", 99_999 - turn)).await;
}

/// The keys of a session begin as the turn of the renaming says.
async fn end_all_while_they_are_renamed(rounds: usize, begin: fn(usize) -> String) {
    let Some(server) = Server::for_test() else { return };
    let stores = [Arc::new(native(&server.url()).await), Arc::new(native(&server.url()).await)];
    for round in 0..rounds {
        let owner = format!("owner {round}");
        let tasks: Vec<_> = (0..4)
            .map(|number| {
                let name = format!("{owner}:{number}");
                let name = move |turn| format!("{}:{name}:{turn}", begin(turn));
                tokio::spawn(rename_on_and_on(Arc::clone(&stores[number % 2]), owner.clone(), name))
            })
            .collect();
        while stores[0].owned_by(&owner, now()).await.unwrap().len() < 4 {
            tokio::task::yield_now().await;
        }
        stores[1].remove_all(&owner, None, now()).await.unwrap();
        assert_eq!(stores[0].owned_by(&owner, now()).await.unwrap().len(), 0, "round {round}");
        for task in tasks {
            task.await.unwrap();
        }
    }
}

/// Until the entry is gone.
async fn rename_on_and_on(
    store: Arc<dewar_stores::mysql::MySql>,
    owner: String,
    name: impl Fn(usize) -> String,
) {
    let mut seen = create(&*store, &name(0), &owned("x", &owner)).await;
    for turn in 0..10_000 {
        let (old, new, moved) = (key(&name(turn)), key(&name(turn + 1)), owned("x", &owner));
        let tombstone = entry("gone");
        let rename = Write::rename(&old, &new, &seen, &moved, (turn % 3 > 0).then_some(&tombstone));
        match store.write(rename, now()).await.unwrap() {
            WriteOutcome::Saved(revision) => seen = revision,
            WriteOutcome::Gone => return,
            other => panic!("{other:?}"),
        }
    }
    panic!("it was never removed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_at_once_from_several_programs_leave_as_many_as_they_may() {
    let Some(server) = Server::for_test() else { return };
    let stores = [Arc::new(native(&server.url()).await), Arc::new(native(&server.url()).await)];
    for trim in [Trim::Oldest, Trim::Newest] {
        let owner = format!("{trim:?}");
        let tasks: Vec<_> = (0..16)
            .map(|number| {
                let (store, owner) = (Arc::clone(&stores[number % 2]), owner.clone());
                tokio::spawn(async move {
                    create(&*store, &format!("{owner}:{number}"), &owned("x", &owner)).await;
                    store.trim(&owner, 3, trim, now()).await.unwrap()
                })
            })
            .collect();
        let mut removed = Vec::new();
        for task in tasks {
            removed.extend(task.await.unwrap());
        }
        assert_eq!(removed.len(), 13, "each is told once");
        let left = stores[0].owned_by(&owner, now()).await.unwrap();
        assert_eq!(left.len(), 3);
        assert!(left.iter().all(|(key, _)| !removed.contains(key)));
    }
}

#[tokio::test]
async fn owners_are_compared_by_their_bytes() {
    let Some(server) = Server::for_test() else { return };
    let store = native(&server.url()).await;
    for owner in ["me", "Me", "me ", "mé"] {
        create(&store, &format!("session:{owner}"), &owned(owner, owner)).await;
    }
    for owner in ["me", "Me", "me ", "mé"] {
        let found = store.owned_by(owner, now()).await.unwrap();
        assert_eq!(found.len(), 1, "{owner:?}");
        assert_eq!(found[0].1.payload, owner.as_bytes());
    }
    assert_eq!(store.remove_all("me", Some(&key("session:Me")), now()).await.unwrap(), 1);
    assert_eq!(store.owned_by("Me", now()).await.unwrap().len(), 1);
}
