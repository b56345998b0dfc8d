//! The entries of an owner, while others write them.

use std::sync::Arc;

use dewar::store::{Entry, Store, Write, WriteOutcome};
use dewar_sqlx::{Engine, SqlxStore};
use dewar_stores::sql::Native;

use super::engines::{Server, native};
use super::{create, entry, key, now, on_each_server};

on_each_server!(no_entry_survives_the_removal_of_all_by_getting_smaller_keys);

/// Each key is before the one before it, where a `DELETE` that walks through the index of owners may have been already.
async fn no_entry_survives_the_removal_of_all_by_getting_smaller_keys<S: Server>(server: S) {
    let pool = server.pool(5).await;
    let store = Arc::new(native(&pool).await);
    for round in 0..200 {
        let owner = format!("owner {round}");
        let tasks: Vec<_> = (0..4)
            .map(|number| tokio::spawn(rename_on_and_on(Arc::clone(&store), owner.clone(), number)))
            .collect();
        let owners = store.owners().unwrap();
        while owners.owned_by(&owner, now()).await.unwrap().len() < 4 {
            tokio::task::yield_now().await;
        }
        owners.remove_all(&owner, None, now()).await.unwrap();
        assert_eq!(owners.owned_by(&owner, now()).await.unwrap().len(), 0, "round {round}");
        for task in tasks {
            task.await.unwrap();
        }
    }
}

/// Until the entry is gone.
async fn rename_on_and_on<DB: Engine>(store: Arc<SqlxStore<DB, Native>>, owner: String, number: usize) {
    let name = |turn: usize| format!("{:05}:{owner}:{number}", 99_999 - turn);
    let mine = Entry { owner: Some(owner.clone()), ..entry("x") };
    let mut seen = create(&*store, &name(0), &mine).await;
    for turn in 0..10_000 {
        let (old, new, tombstone) = (key(&name(turn)), key(&name(turn + 1)), entry("gone"));
        let rename = Write::rename(&old, &new, &seen, &mine, (turn % 3 > 0).then_some(&tombstone));
        match store.write(rename, now()).await.unwrap() {
            WriteOutcome::Saved(revision) => seen = revision,
            WriteOutcome::Gone => return,
            other => panic!("{other:?}"),
        }
    }
    panic!("it was never removed");
}
