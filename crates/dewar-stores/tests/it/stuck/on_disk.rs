//! Files: one shard of 256, or of cachelib's sixteen.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use dewar::clock::UnixTime;
use dewar::store::{Entry, Revision, Store, StoreErrorKind, StoreKey, Touch, Write, WriteOutcome};
use dewar_stores::Filesystem;
use dewar_stores::cachelib::{Cachelib, CachelibOptions};
use dewar_stores::guard::{Guard, GuardOptions};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::process::{Stopped, is_alone, threads};

const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);
const SOON: UnixTime = UnixTime::from_seconds(1_700_000_100);
const LATER: UnixTime = UnixTime::from_seconds(1_700_000_200);

/// How many requests are made at once to the shard that is stuck, and as many to others.
const REQUESTS: usize = 400;

/// Long enough for a busy machine.
fn guard_options() -> GuardOptions {
    GuardOptions { deadline: Duration::from_secs(8), ..GuardOptions::default() }
}
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// A store in a folder, and the names of its shards.
struct Site {
    store: Arc<dyn Store>,
    locks: PathBuf,
    /// How many digits of a name's hash make the shard.
    digits: usize,
    thread: &'static str,
    _folder: TempDir,
}

impl Site {
    fn filesystem() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Filesystem::open(folder.path()).unwrap().lock_timeout(LOCK_TIMEOUT);
        let store = Arc::new(Guard::new(Arc::new(store), guard_options()));
        Self { store, locks: folder.path().join("locks"), digits: 2, thread: "dewar-files", _folder: folder }
    }

    fn cachelib() -> Self {
        let folder = TempDir::new().unwrap();
        let options = CachelibOptions { lock_timeout: LOCK_TIMEOUT, ..CachelibOptions::default() };
        let store = Cachelib::open(folder.path(), options).unwrap();
        let store = Arc::new(Guard::new(Arc::new(store), guard_options()));
        let locks = folder.path().join("dewar-locks.__wz_cache");
        Self { store, locks, digits: 1, thread: "dewar-cachelib", _folder: folder }
    }

    fn shard(&self, key: &StoreKey) -> String {
        let digits =
            Sha256::digest(key.as_str()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        digits[..self.digits].to_owned()
    }

    /// Keys of the shard `00` or `0`, or of any other.
    fn keys(&self, of_stuck: bool, name: &str) -> impl Iterator<Item = StoreKey> {
        let keys = (0..).map(move |number| StoreKey::new(format!("{name}-{number}")));
        keys.filter(move |key| self.shard(key).bytes().all(|digit| digit == b'0') == of_stuck)
    }

    fn lock(&self) -> PathBuf {
        self.locks.join("0".repeat(self.digits))
    }

    async fn create(&self, key: &StoreKey) -> Revision {
        match self.store.write(Write::create(key, &Entry::new("one", Some(SOON))), NOW).await.unwrap() {
            WriteOutcome::Saved(revision) => revision,
            refused => panic!("{refused:?}"),
        }
    }
}

/// One of four calls, in turn.
async fn ask(
    store: Arc<dyn Store>,
    number: usize,
    key: StoreKey,
    seen: Revision,
) -> Result<(), StoreErrorKind> {
    let next = Entry::new("two", Some(SOON));
    let done = match number % 4 {
        0 => store.write(Write::create(&key, &next), NOW).await.map(drop),
        1 => store.write(Write::swap(&key, &seen, &next), NOW).await.map(drop),
        2 => store.touch(&key, SOON, NOW).await.map(drop),
        _ => store.write(Write::remove(&key, None), NOW).await.map(drop),
    };
    done.map_err(|error| error.kind())
}

async fn one_stuck_shard_costs_no_other_session_anything(site: Site) {
    let mut stuck = Vec::new();
    let mut others = Vec::new();
    for (mine, keys) in [(&mut stuck, site.keys(true, "stuck")), (&mut others, site.keys(false, "other"))] {
        for key in keys.take(24) {
            let seen = site.create(&key).await;
            mine.push((key, seen));
        }
    }
    let holder = Stopped::with_lock(&site.lock());

    let (to_stuck, to_others) = ask_all(&site, &stuck, &others).await;
    assert!(threads(site.thread) <= 16, "{} threads", threads(site.thread));
    assert!(threads("") <= 16 + 2 + 4, "{} threads in all", threads(""));
    assert_eq!(to_others, REQUESTS, "requests to other shards failed");
    assert_eq!(to_stuck, REQUESTS, "requests to the stuck shard were not refused as busy");

    reads_go_on(&site, &stuck).await;
    holder.go_on();
    for (key, seen) in &stuck {
        let answer =
            site.store.write(Write::swap(key, seen, &Entry::new("two", Some(LATER))), NOW).await.unwrap();
        assert!(
            matches!(answer, WriteOutcome::Saved(_)),
            "nothing was written while it was stuck, {answer:?}"
        );
    }
}

/// The number of requests to the stuck shard that failed as busy, and of the others that were served.
async fn ask_all(
    site: &Site,
    stuck: &[(StoreKey, Revision)],
    others: &[(StoreKey, Revision)],
) -> (usize, usize) {
    // Every fourth makes an entry.
    let mut new = [true, false].map(|of_stuck| site.keys(of_stuck, "new"));
    let mut calls = Vec::new();
    for number in 0..REQUESTS {
        for (entries, new) in [stuck, others].into_iter().zip(&mut new) {
            let (key, seen) = entries[number % entries.len()].clone();
            let key = if number % 4 == 0 { new.next().unwrap() } else { key };
            calls.push(tokio::spawn(ask(Arc::clone(&site.store), number, key, seen)));
        }
    }
    let (mut busy, mut served) = (0, 0);
    for (number, call) in calls.into_iter().enumerate() {
        match (number % 2, call.await.unwrap()) {
            (0, answer) => busy += usize::from(answer == Err(StoreErrorKind::Busy)),
            (_, answer) => served += usize::from(answer == Ok(())),
        }
    }
    (busy, served)
}

/// A due touch cannot be done, and the session is shown all the same.
async fn reads_go_on(site: &Site, stuck: &[(StoreKey, Revision)]) {
    let touch = Touch { expires: LATER, if_before: LATER };
    let reads = (0..REQUESTS).map(|number| {
        let (store, (key, seen)) = (Arc::clone(&site.store), stuck[number % stuck.len()].clone());
        tokio::spawn(async move { (store.load(&key, Some(touch), NOW).await.unwrap().unwrap(), seen) })
    });
    for read in reads.collect::<Vec<_>>() {
        let (found, seen) = read.await.unwrap();
        assert_eq!((found.revision, found.expires), (seen, Some(SOON)));
    }
    assert!(threads(site.thread) <= 16);
}

fn assert_in_a_process_of_its_own(test: &str, site: fn() -> Site) {
    if !is_alone(test) || !Path::new("/proc/self/task").exists() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(one_stuck_shard_costs_no_other_session_anything(site()));
}

#[test]
fn a_stopped_process_costs_the_sessions_of_one_shard_of_files_and_no_others() {
    assert_in_a_process_of_its_own(
        "stuck::on_disk::a_stopped_process_costs_the_sessions_of_one_shard_of_files_and_no_others",
        Site::filesystem,
    );
}

#[test]
fn a_stopped_process_costs_a_sixteenth_of_cachelibs_files_and_no_others() {
    assert_in_a_process_of_its_own(
        "stuck::on_disk::a_stopped_process_costs_a_sixteenth_of_cachelibs_files_and_no_others",
        Site::cachelib,
    );
}
