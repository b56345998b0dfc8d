//! Every rule of the contract.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::conformance::{ManualTime, run};

use super::*;

async fn check(options: CachelibOptions) {
    let folder = TempDir::new().unwrap();
    let harness = ManualTime::new(Arc::new(open(&folder, options))).with_precision(Duration::from_secs(1));
    run(&harness).await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_holds() {
    check(CachelibOptions::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_holds_with_little_room_and_two_names() {
    let names = FileNames::Md5;
    check(CachelibOptions { names, reads_other_names: true, threshold: 3, ..CachelibOptions::default() })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_holds_without_a_counter() {
    check(CachelibOptions { threshold: 0, ..CachelibOptions::default() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stores_over_one_folder_lose_no_write() {
    let (store, folder) = store();
    create(&store, "n", &Entry::new("0", Some(LATER))).await;
    let tasks = (0..4).map(|_| {
        let options =
            CachelibOptions { lock_timeout: crate::LONG_LOCK_TIMEOUT, ..CachelibOptions::default() };
        let store = open(&folder, options);
        tokio::spawn(async move {
            for _ in 0..50 {
                increment(&store).await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let found = store.load(&key("n"), None, NOW).await.unwrap().unwrap();
    assert_eq!(found.payload, "200");
}

async fn increment(store: &Cachelib) {
    loop {
        let seen = store.load(&key("n"), None, NOW).await.unwrap().unwrap();
        let number: u64 = std::str::from_utf8(&seen.payload).unwrap().parse().unwrap();
        let next = Entry::new((number + 1).to_string(), Some(LATER));
        let answer = store.write(Write::swap(&key("n"), &seen.revision, &next), NOW).await.unwrap();
        if matches!(answer, WriteOutcome::Saved(_)) {
            return;
        }
    }
}
