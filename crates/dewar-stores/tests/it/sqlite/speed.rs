//! How fast it is here; nothing is asserted.

use std::sync::Arc;
use std::time::Instant;

use dewar::store::Store;
use dewar_stores::sqlite::{Sqlite, Synchronous};

use super::{NOW, create, entry, folder, key, own};

#[tokio::test]
#[ignore = "measures"]
async fn reads() {
    let folder = folder();
    let store = own(&folder);
    let text = "x".repeat(300);
    for number in 0..10_000 {
        create(&store, &number.to_string(), &entry(&text)).await;
    }
    let keys: Vec<_> = (0..10_000).map(|number| key(&(number * 7919 % 10_000).to_string())).collect();
    let mut batches = Vec::new();
    for batch in keys.chunks(50).cycle().take(4000) {
        let begun = Instant::now();
        for key in batch {
            assert!(store.load(key, None, NOW).await.unwrap().is_some());
        }
        batches.push(begun.elapsed());
    }
    batches.sort();
    println!("read: {:.2} µs, the median", batches[batches.len() / 2].as_secs_f64() * 1e6 / 50.0);
}

#[tokio::test]
#[ignore = "measures"]
async fn writes() {
    for synchronous in [Synchronous::Full, Synchronous::Normal] {
        for writers in [1, 8, 64] {
            let folder = folder();
            let store = Arc::new(Sqlite::open(folder.path().join("own.db"), synchronous).unwrap());
            let (turns, begun) = (6400 / writers, Instant::now());
            let tasks: Vec<_> =
                (0..writers).map(|writer| tokio::spawn(write(Arc::clone(&store), writer, turns))).collect();
            for task in tasks {
                task.await.unwrap();
            }
            let micros = begun.elapsed().as_secs_f64() * 1e6 / 6400.0;
            println!(
                "{synchronous:?}, {writers} at once: {micros:.1} µs a write, {} commits",
                store.commits()
            );
        }
    }
}

async fn write(store: Arc<Sqlite>, writer: usize, turns: usize) {
    let mine = entry(&"x".repeat(300));
    for turn in 0..turns {
        create(&*store, &format!("{writer}/{turn}"), &mine).await;
    }
}
