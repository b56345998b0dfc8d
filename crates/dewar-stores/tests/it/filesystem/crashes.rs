//! Several processes, some of which are killed. The other processes are this test binary itself.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use dewar::store::{Lister, Owners, Sweeper, Write};

use super::*;

const WORK: &str = "DEWAR_FILES_WORK";
const FOLDER: &str = "DEWAR_FILES_FOLDER";

/// The length of the payloads that writers are killed over, in bytes.
const SIZE: usize = 64 << 10;

/// Starts a process that does the work.
fn process(work: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "filesystem::crashes::works_in_a_process_of_its_own", "--nocapture"])
        .env(WORK, work)
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The work of the other processes; does nothing in this one.
#[tokio::test]
async fn works_in_a_process_of_its_own() {
    let Ok(work) = std::env::var(WORK) else { return };
    let store = Filesystem::open(std::env::var_os(FOLDER).unwrap()).unwrap();
    let store = store.lock_timeout(crate::LONG_LOCK_TIMEOUT);
    match work.as_str() {
        "increment" => increment_often(&store).await,
        _ => write_until_killed(&store, work.parse().unwrap()).await,
    }
}

async fn increment_often(store: &Filesystem) {
    let store = store.clone().durable(false);
    for _ in 0..300 {
        increment(&store, "n").await;
    }
}

/// Announces each round on standard output, so that the reader knows when to kill.
async fn write_until_killed(store: &Filesystem, process: u32) {
    for round in 0_u32.. {
        std::io::stdout().write_all(b"round\n").unwrap();
        let payload = vec![u8::try_from(round % 251).unwrap(); SIZE];
        let entry = Entry { owner: Some("ann".to_owned()), ..Entry::new(payload, Some(LATER)) };
        if round.is_multiple_of(2) {
            let _ =
                store.write(Write::create(&key(&format!("{process}-{round}")), &entry), NOW).await.unwrap();
        }
        let seen = load(store, "shared").await.unwrap();
        let _ = store.write(Write::swap(&key("shared"), &seen.revision, &entry), NOW).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_swap_one_key_lose_no_increment() {
    let (store, folder) = store();
    let store = store.lock_timeout(crate::LONG_LOCK_TIMEOUT);
    create(&store, "n", &entry("0")).await;
    let processes = [process("increment", folder.path()), process("increment", folder.path())];
    increment_often(&store).await;
    for process in processes {
        assert!(process.wait_with_output().unwrap().status.success());
    }
    assert_eq!(load(&store, "n").await.unwrap().payload, "900");
}

/// Whole: of the length that was written, with one byte value throughout.
fn assert_whole(payload: &[u8]) {
    assert_eq!(payload.len(), SIZE);
    assert!(payload.iter().all(|byte| *byte == payload[0]));
}

/// Kills the process after this number of rounds, or, without rounds, as soon as it is seen to write.
fn kill(mut process: Child, rounds: usize, entries: &Path) {
    let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut begun = lines.filter(|line| line.ends_with("round"));
    assert_eq!(begun.by_ref().take(rounds.max(1)).count(), rounds.max(1));
    // The pipe is closed only with `begun`: the process goes on writing to the folder meanwhile.
    while rounds == 0 && drafts(entries) == 0 {
        assert!(process.try_wait().unwrap().is_none());
    }
    process.kill().unwrap();
    process.wait().unwrap();
    drop(begun);
}

/// How many files are being written, or were when their writer died.
fn drafts(entries: &Path) -> usize {
    let is_draft = |name: std::io::Result<fs::DirEntry>| {
        name.unwrap().file_name().to_string_lossy().starts_with(".draft-")
    };
    let shards = fs::read_dir(entries).unwrap().map(|shard| shard.unwrap().path());
    shards
        .map(|shard| fs::read_dir(shard).unwrap().filter_map(|name| is_draft(name).then_some(())).count())
        .sum()
}

#[tokio::test]
async fn a_hundred_processes_killed_while_writing_tear_nothing_and_lose_nothing() {
    let (store, folder) = store();
    let entries = folder.path().join("entries");
    let first = Entry { owner: Some("ann".to_owned()), ..Entry::new(vec![1; SIZE], Some(LATER)) };
    create(&store, "shared", &first).await;
    let mut left = 0;
    for number in 0..100_usize {
        kill(process(&number.to_string(), folder.path()), number % 4, &entries);
        assert_whole(&load(&store, "shared").await.expect("the shared entry is lost").payload);
        left += drafts(&entries);
        assert_eq!(store.sweep("", 1, NOW).await.unwrap(), 0);
        assert_eq!(drafts(&entries), 0, "a draft is left");
    }
    assert!(left > 0, "no process was killed between its draft and the entry");
    let shown = store.list("", None, usize::MAX, NOW).await.unwrap().entries;
    shown.iter().for_each(|(_, stored)| assert_whole(&stored.payload));
    let owned = store.owned_by("ann", NOW).await.unwrap();
    assert_eq!(owned.len(), shown.len(), "the index misses an entry");
    println!("{} whole entries, {left} drafts left by the dead", shown.len());
}
