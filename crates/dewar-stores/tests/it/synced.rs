//! An acknowledged write is on the disk: the store syncs between the call and its answer. `strace` shows this in a separate process, which is
//! this test binary itself.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use dewar::clock::UnixTime;
use dewar::store::{Entry, Store, StoreKey, Write, WriteOutcome};
use dewar_stores::Filesystem;
use dewar_stores::sqlite::{SqlAlchemy, Sqlite, Synchronous};

const STORE: &str = "DEWAR_SYNCED_STORE";
const FOLDER: &str = "DEWAR_SYNCED_FOLDER";
const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);
const LATER: UnixTime = UnixTime::from_seconds(1_700_000_100);

/// Each store, and whether it waits for the disk.
const STORES: [(&str, bool); 5] = [
    ("files", true),
    ("table", true),
    ("flask's table", true),
    ("hasty files", false),
    ("hasty table", false),
];

/// The writes, one after the other.
const CALLS: [&str; 4] = ["create", "swap", "rename", "remove"];

#[test]
fn an_answered_write_is_on_the_disk() {
    if !can_trace() {
        println!("left out: strace is not there, or may not look at processes");
        return;
    }
    for (store, waits) in STORES {
        let folder = tempfile::tempdir().unwrap();
        let seen = trace(store, folder.path());
        for call in CALLS {
            let during = between(&seen, &format!("[{call}"), &format!("{call}]"));
            assert_eq!(
                during.contains("fsync(") || during.contains("fdatasync("),
                waits,
                "{store}, {call}: {during}"
            );
        }
    }
}

fn can_trace() -> bool {
    let traced = Command::new("strace").args(["-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    traced.is_ok_and(|status| status.success())
}

/// The system calls of the process.
fn trace(store: &str, folder: &Path) -> String {
    let log = folder.join("strace.log");
    let status = Command::new("strace")
        .args(["-f", "-s", "99", "-e", "trace=fsync,fdatasync,write", "-o"])
        .arg(&log)
        .arg(env::current_exe().unwrap())
        .args(["--exact", "synced::writes_in_a_process_of_its_own", "--nocapture"])
        .env(STORE, store)
        .env(FOLDER, folder.join("sessions"))
        .stdout(Stdio::null())
        .status();
    assert!(status.unwrap().success(), "{store}");
    std::fs::read_to_string(log).unwrap()
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(start).unwrap();
    rest.split_once(end).unwrap().0
}

/// The work of the other processes; does nothing in this one.
#[tokio::test]
async fn writes_in_a_process_of_its_own() {
    let Ok(name) = env::var(STORE) else { return };
    let folder = env::var_os(FOLDER).unwrap();
    match name.as_str() {
        "files" => write(&Filesystem::open(folder).unwrap()).await,
        "hasty files" => write(&Filesystem::open(folder).unwrap().durable(false)).await,
        "table" => write(&Sqlite::open(folder, Synchronous::default()).unwrap()).await,
        "hasty table" => write(&Sqlite::open(folder, Synchronous::Normal).unwrap()).await,
        _ => write(&SqlAlchemy::open(folder, SqlAlchemy::TABLE, Synchronous::default()).unwrap()).await,
    }
}

async fn write(store: &dyn Store) {
    let [old, new] = ["session:1", "session:2"].map(StoreKey::new);
    let entry = |payload: &'static str| Entry::new(payload.as_bytes(), Some(LATER));
    println!("[create");
    let WriteOutcome::Saved(seen) = store.write(Write::create(&old, &entry("one")), NOW).await.unwrap()
    else {
        panic!()
    };
    println!("create]");
    println!("[swap");
    let WriteOutcome::Saved(seen) = store.write(Write::swap(&old, &seen, &entry("two")), NOW).await.unwrap()
    else {
        panic!()
    };
    println!("swap]");
    println!("[rename");
    let renamed = store.write(Write::rename(&old, &new, &seen, &entry("two"), None), NOW).await.unwrap();
    assert!(matches!(renamed, WriteOutcome::Saved(_)));
    println!("rename]");
    println!("[remove");
    assert_eq!(store.write(Write::remove(&new, None), NOW).await.unwrap(), WriteOutcome::Removed);
    println!("remove]");
}
