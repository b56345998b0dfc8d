//! Several processes on one file, and one that is killed.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use dewar::store::{Entry, Store, StoreErrorKind, Write, WriteOutcome};
use dewar_stores::sqlite::{SqlAlchemy, Sqlite, SqliteOptions, Synchronous};

use super::{NOW, create, entry, folder, key};

const TURNS: u64 = 200;

fn open(name: &str, file: &Path) -> Box<dyn Store> {
    let options = SqliteOptions {
        synchronous: Synchronous::Normal,
        lock_timeout: crate::LONG_LOCK_TIMEOUT,
        ..SqliteOptions::default()
    };
    match name {
        "native" => Box::new(Sqlite::open(file, options).unwrap()),
        _ => Box::new(SqlAlchemy::open(file, "sessions", options).unwrap()),
    }
}

/// This program again, running only [`child`].
fn start(task: &str, store: &str, file: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["sqlite::processes::child", "--exact", "--nocapture"])
        .env("DEWAR_CHILD_TASK", task)
        .env("DEWAR_CHILD_STORE", store)
        .env("DEWAR_CHILD_FILE", file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Does nothing unless it was started by another test.
#[tokio::test]
async fn child() {
    let Ok(task) = env::var("DEWAR_CHILD_TASK") else { return };
    let store =
        open(&env::var("DEWAR_CHILD_STORE").unwrap(), Path::new(&env::var_os("DEWAR_CHILD_FILE").unwrap()));
    if task == "count" {
        count(store.as_ref()).await;
    } else {
        write_for_ever(store.as_ref(), &task).await;
    }
}

#[tokio::test]
async fn processes_that_count_together_lose_nothing() {
    for name in ["native", "flask"] {
        let folder = folder();
        let file = folder.path().join("shared.db");
        let store = open(name, &file);
        create(store.as_ref(), "counter", &entry("0")).await;
        let children = [start("count", name, &file), start("count", name, &file)];
        count(store.as_ref()).await;
        for child in children {
            assert!(child.wait_with_output().unwrap().status.success());
        }
        assert_eq!(counted(store.as_ref()).await, 3 * TURNS);
    }
}

async fn counted(store: &dyn Store) -> u64 {
    let found = store.load(&key("counter"), None, NOW).await.unwrap().unwrap();
    str::from_utf8(&found.payload).unwrap().parse().unwrap()
}

async fn count(store: &dyn Store) {
    let counter = key("counter");
    let mut found = store.load(&counter, None, NOW).await.unwrap().unwrap();
    let mut left = TURNS;
    while left > 0 {
        let number: u64 = str::from_utf8(&found.payload).unwrap().parse().unwrap();
        let next = entry(&(number + 1).to_string());
        match store.write(Write::swap(&counter, &found.revision, &next), NOW).await {
            Ok(WriteOutcome::Saved(revision)) => {
                left -= 1;
                found.revision = revision;
                found.payload = next.payload;
            }
            Ok(WriteOutcome::Changed(theirs)) => found = theirs,
            Ok(other) => panic!("it is not removed: {other:?}"),
            Err(error) => {
                assert_eq!(error.kind(), StoreErrorKind::Refused, "the others held the file too long")
            }
        }
    }
}

/// Writes entries of all sizes, and prints each as soon as it is acknowledged.
async fn write_for_ever(store: &dyn Store, round: &str) {
    for number in 0_usize.. {
        let name = format!("{round}/{number}");
        let made = store.write(Write::create(&key(&name), &telling(&name)), NOW).await.unwrap();
        assert!(matches!(made, WriteOutcome::Saved(_)));
        println!("\nacknowledged {name}");
    }
}

/// A payload that shows whether it is whole.
fn telling(name: &str) -> Entry {
    let pages = name.bytes().map(usize::from).sum::<usize>() % 7;
    entry(&format!("{name}:{}:{name}", "x".repeat(pages * 3000)))
}

#[tokio::test]
async fn a_killed_process_leaves_what_it_acknowledged_and_nothing_torn() {
    for name in ["native", "flask"] {
        let folder = folder();
        let file = folder.path().join("killed.db");
        let mut acknowledged = Vec::new();
        for round in 0..50 {
            let mut child = start(&round.to_string(), name, &file);
            let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
            let mut names = lines.filter_map(|line| line.strip_prefix("acknowledged ").map(str::to_owned));
            acknowledged.extend(names.by_ref().take(1 + round % 13));
            child.kill().unwrap();
            acknowledged.extend(names);
            child.wait().unwrap();
        }
        assert!(acknowledged.len() >= 50);
        let store = open(name, &file);
        for name in &acknowledged {
            let found = store.load(&key(name), None, NOW).await.unwrap();
            assert!(found.is_some(), "{name} was acknowledged");
        }
        for_every_entry(store.as_ref(), |name, payload| assert_eq!(payload, telling(name).payload)).await;
    }
}

async fn for_every_entry(store: &dyn Store, look: impl Fn(&str, &[u8])) {
    let mut after = None;
    loop {
        let page = store.lister().unwrap().list("", after.as_ref(), 100, NOW).await.unwrap();
        page.entries.iter().for_each(|(key, stored)| look(key.as_str(), &stored.payload));
        let Some(next) = page.next else { return };
        after = Some(next);
    }
}
