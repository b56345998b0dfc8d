//! Ever more sessions: in memory, and in an SQLite file that is not synced, since the disk's time is the same for all sizes.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use dewar::store::{Revision, Store, Write, WriteOutcome};
use dewar_bench_meter::runtime;
use dewar_stores::sqlite::{Sqlite, Synchronous};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::line::{Line, heading};
use crate::sizes::{self, NOW, entry, key};
use crate::store_peers;

const SESSIONS: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// Sessions that are created at once, which SQLite's writer commits together.
const AT_ONCE: usize = 1000;

/// The calls that are measured, whatever the number of sessions.
const CALLS: usize = 20_000;

pub(super) fn print() -> Result<(), String> {
    sizes::measure()?;
    let (folder, runtime) = (store_peers::folder()?, runtime());
    let mut columns = Vec::new();
    for count in SESSIONS {
        columns.push(in_sqlite(&runtime, &folder.path().join(format!("{count}.db")), count)?);
    }
    heading("of … sessions in SQLite, not synced (ns)", &SESSIONS);
    let work = [format!("create, {AT_ONCE} at once"), "load".to_owned(), "swap".to_owned()];
    for (at, who) in work.into_iter().enumerate() {
        let nanoseconds = columns.iter().filter_map(|column| column.get(at).copied()).collect();
        Line { who, nanoseconds }.print();
    }
    Ok(())
}

/// Nanoseconds of a create, a load and a swap.
fn in_sqlite(runtime: &Runtime, file: &Path, count: usize) -> Result<[u64; 3], String> {
    let store = Arc::new(Sqlite::open(file, Synchronous::Normal).map_err(|error| error.to_string())?);
    let created = time(count, || {
        (0..count).step_by(AT_ONCE).for_each(|first| create(runtime, &store, first..first + AT_ONCE));
    });
    let some = || (0..CALLS).map(|at| at.wrapping_mul(0x9E37_79B9_7F4A_7C15) % count);
    let mut seen: Vec<(usize, Revision)> = Vec::with_capacity(CALLS);
    let loaded = time(CALLS, || {
        for number in some() {
            let stored = runtime.block_on(store.load(&key(number), None, NOW)).unwrap();
            seen.push((number, stored.unwrap().revision));
        }
    });
    let swapped = time(CALLS, || {
        for (number, seen) in &seen {
            let swap = runtime.block_on(store.write(Write::swap(&key(*number), seen, &entry(*number)), NOW));
            assert!(matches!(swap.unwrap(), WriteOutcome::Saved(_) | WriteOutcome::Changed(_)));
        }
    });
    Ok([created, loaded, swapped])
}

fn create(runtime: &Runtime, store: &Arc<Sqlite>, numbers: std::ops::Range<usize>) {
    runtime.block_on(async {
        let mut creates = JoinSet::new();
        for number in numbers {
            let store = Arc::clone(store);
            creates.spawn(async move { store.write(Write::create(&key(number), &entry(number)), NOW).await });
        }
        for created in creates.join_all().await {
            assert!(matches!(created, Ok(WriteOutcome::Saved(_))));
        }
    });
}

fn time(calls: usize, run: impl FnOnce()) -> u64 {
    let start = Instant::now();
    run();
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX) / calls as u64
}
