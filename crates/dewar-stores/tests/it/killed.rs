//! Processes that are killed in the middle of a login: afterwards there is one session with one id. The other processes are this
//! test binary itself.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use dewar::clock::UnixTime;
use dewar::store::{Entry, Owners, Store, StoreKey, Write, WriteOutcome};
use dewar_stores::Filesystem;
use dewar_stores::cachelib::{Cachelib, CachelibOptions};
use tempfile::TempDir;

const STORE: &str = "DEWAR_KILLED_STORE";
const FOLDER: &str = "DEWAR_KILLED_FOLDER";
const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);
const LATER: UnixTime = UnixTime::from_seconds(1_700_000_100);
const PROCESSES: usize = 40;

fn start(store: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::logs_in_in_a_process_of_its_own", "--nocapture"])
        .env(STORE, store)
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn kill(mut process: Child, after: usize) {
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let begun = lines.by_ref().filter(|line| line.ends_with("login")).take(after).count();
    assert_eq!(begun, after, "it ended by itself");
    process.kill().unwrap();
    process.wait().unwrap();
}

/// The work of the other processes; does nothing in this one.
#[tokio::test]
async fn logs_in_in_a_process_of_its_own() {
    let Ok(name) = std::env::var(STORE) else { return };
    let folder = std::env::var_os(FOLDER).unwrap();
    match name.as_str() {
        "files" => log_in_until_killed(&Filesystem::open(folder).unwrap(), true).await,
        _ => log_in_until_killed(&Cachelib::open(folder, CachelibOptions::default()).unwrap(), false).await,
    }
}

fn session() -> Entry {
    Entry { owner: Some("ann".to_owned()), ..Entry::new("session", Some(LATER)) }
}

fn key(number: u64) -> StoreKey {
    StoreKey::new(number.to_string())
}

/// Starts at the live id. Ids are numbers.
async fn log_in_until_killed(store: &dyn Store, leaves_tombstones: bool) {
    let mut number = live(store).await.first().copied().unwrap();
    let mut seen = store.load(&key(number), None, NOW).await.unwrap().unwrap().revision;
    loop {
        std::io::stdout().write_all(b"login\n").unwrap();
        let tombstone = leaves_tombstones.then(|| Entry::new("moved", Some(LATER)));
        let renamed = store
            .write(Write::rename(&key(number), &key(number + 1), &seen, &session(), tombstone.as_ref()), NOW)
            .await;
        let WriteOutcome::Saved(revision) = renamed.unwrap() else { panic!("no other process writes") };
        (number, seen) = (number + 1, revision);
    }
}

/// The ids that open a session.
async fn live(store: &dyn Store) -> Vec<u64> {
    let mut live = Vec::new();
    for number in 0..2000 {
        let found = store.load(&key(number), None, NOW).await.unwrap();
        live.extend(found.filter(|found| found.payload == "session").map(|_| number));
    }
    live
}

async fn begin(store: &dyn Store) {
    let created = store.write(Write::create(&key(0), &session()), NOW).await.unwrap();
    assert!(matches!(created, WriteOutcome::Saved(_)));
}

#[tokio::test]
async fn a_login_in_files_that_is_killed_leaves_one_id_which_its_owner_sees() {
    let folder = TempDir::new().unwrap();
    let store = Filesystem::open(folder.path()).unwrap();
    begin(&store).await;
    for number in 0..PROCESSES {
        kill(start("files", folder.path()), number % 5 + 1);
        let live = live(&store).await;
        assert_eq!(live.len(), 1, "{live:?}");
        let owned = store.owned_by("ann", NOW).await.unwrap();
        assert_eq!(owned.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>(), [key(live[0])]);
    }
}

#[tokio::test]
async fn a_login_in_cachelibs_files_that_is_killed_leaves_one_id_when_the_folder_is_opened_again() {
    let folder = TempDir::new().unwrap();
    begin(&Cachelib::open(folder.path(), CachelibOptions::default()).unwrap()).await;
    for number in 0..PROCESSES {
        kill(start("cachelib", folder.path()), number % 5 + 1);
        let store = Cachelib::open(folder.path(), CachelibOptions::default()).unwrap();
        let live = live(&store).await;
        assert_eq!(live.len(), 1, "{live:?}");
    }
}
