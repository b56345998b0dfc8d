//! The memory store with ever more sessions.

use std::fs;
use std::hint::black_box;
use std::mem;
use std::time::{Duration, Instant};

use dewar::clock::UnixTime;
use dewar::store::{Entry, Memory, Store, StoreKey, Write, WriteOutcome};
use dewar_bench_meter::{Cost, Role, Row, now};

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);
const HOUR: u64 = 3600;
/// About what the account of the other tables takes as a record.
const PAYLOAD: usize = 200;
const BUDGET: usize = 16 << 30;
/// The number of calls, whatever the size of the store.
const CALLS: usize = 1_000_000;
/// What is given to calls is made before, in batches of this size.
const BATCH: usize = 1000;
/// A session with all that belongs to it, and room for tables that grow.
const NEED: usize = 900;

/// What is done to a session, in the order of a [`Size`]'s times.
pub(crate) const WORKS: [&str; 3] = ["load", "swap", "create"];
pub(crate) const BYTES: &str = "bytes a session";
pub(crate) const WHO: &str = "dewar, memory store";
/// The least for as many payloads, each with memory of its own: no key, no owner, no expiry.
pub(crate) const BOXES: &str = "boxes that are found by their number";

/// What it costs with this number of sessions.
struct Size {
    /// Nanoseconds of each of [`WORKS`].
    times: [u64; 3],
    /// Allocated, by session.
    bytes: u64,
    /// Counted by the store, by session.
    of_budget: u64,
}

pub(crate) fn measure() -> Result<(), String> {
    println!(
        "\n{:>10} {:>10} {:>10} {:>10} {:>16} {:>16}",
        "sessions", "create ns", "load ns", "swap ns", "bytes a session", "of the budget"
    );
    for count in [1_000, 10_000, 100_000, 1_000_000, 10_000_000] {
        match size(count) {
            Some(Size { times: [load, swap, create], bytes, of_budget }) => {
                println!("{count:>10} {create:>10} {load:>10} {swap:>10} {bytes:>16} {of_budget:>16}");
            }
            None => println!(
                "{count:>10} left out: that takes {} MiB, and {} are free",
                (count * NEED) >> 20,
                available() >> 20
            ),
        }
    }
    println!("(through the trait; a key of 51 bytes, a payload of {PAYLOAD}; in no order, as requests come)");
    Ok(())
}

/// A row for each of [`WORKS`] and for [`BYTES`]; none if this machine has no room for so many.
pub(crate) fn rows(count: usize) -> Vec<Row> {
    let row = |who: &str, role, what: &str, nanoseconds: u64, bytes: u64| Row {
        work: work(what, count),
        who: who.to_owned(),
        role,
        cost: Cost { nanoseconds, allocations: 0, bytes },
        cookie: None,
        server: None,
    };
    let Some(Size { times, bytes, .. }) = size(count) else { return Vec::new() };
    let of_boxes = boxes(count).map(|(what, time)| row(BOXES, Role::Part, what, nanoseconds(time), 0));
    let times = WORKS.into_iter().zip(times).map(|(what, time)| row(WHO, Role::Other, what, time, 0));
    times.chain([row(WHO, Role::Other, BYTES, 0, bytes)]).chain(of_boxes).collect()
}

/// The name of a row.
pub(crate) fn work(what: &str, count: usize) -> String {
    format!("{what}, {count} sessions")
}

/// `None` if this machine has no room for so many.
fn size(count: usize) -> Option<Size> {
    if count * NEED > available() {
        return None;
    }
    let memory = Memory::with_budget(BUDGET);
    let (mut created, mut loaded) = (Duration::ZERO, Duration::ZERO);
    let load = |key| assert!(now(memory.load(&key, None, NOW)).unwrap().is_some());
    // After sessions have been read, which may leave something behind.
    let taken = allocation_counter::measure(|| {
        created = create(&memory, count);
        loaded = each(count, key, load);
    });
    let swapped = each(
        count,
        |number| {
            let key = key(number);
            let seen = now(memory.load(&key, None, NOW)).unwrap().unwrap().revision;
            (key, seen, entry(number))
        },
        |(key, seen, entry)| {
            let swapped = now(memory.write(Write::swap(&key, &seen, &entry), NOW)).unwrap();
            assert!(matches!(swapped, WriteOutcome::Saved(_) | WriteOutcome::Changed(_)));
        },
    );
    let times = [loaded, swapped, created / u32::try_from(count).unwrap_or(u32::MAX)];
    let per_session = |bytes: u64| bytes / count as u64;
    Some(Size {
        times: times.map(nanoseconds),
        bytes: per_session(u64::try_from(taken.bytes_current).unwrap_or_default()),
        of_budget: per_session(memory.bytes_used() as u64),
    })
}

/// The same works on [`BOXES`]: what the allocator and the memory of this machine take. To create them takes less than it would in a new process, because
/// the allocator has kept the memory of the store before.
fn boxes(count: usize) -> [(&'static str, Duration); 3] {
    let mut boxes: Vec<Box<[u8]>> = Vec::new();
    let start = Instant::now();
    boxes.extend((0..count).map(|_| black_box([7; PAYLOAD]).into()));
    let created = start.elapsed() / u32::try_from(count).unwrap_or(u32::MAX);
    let loaded = each(count, |number| number, |number| _ = black_box(boxes.get(number).cloned()));
    let swapped = each(
        count,
        |number| (number, Box::from([8; PAYLOAD])),
        |(number, new)| _ = black_box(boxes.get_mut(number).map(|old| mem::replace(old, new))),
    );
    let [load, swap, create] = WORKS;
    [(load, loaded), (swap, swapped), (create, created)]
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn create(memory: &Memory, count: usize) -> Duration {
    let mut time = Duration::ZERO;
    for first in (0..count).step_by(BATCH) {
        let given: Vec<_> =
            (first..count.min(first + BATCH)).map(|number| (key(number), entry(number))).collect();
        let start = Instant::now();
        for (key, entry) in &given {
            assert!(matches!(now(memory.write(Write::create(key, entry), NOW)), Ok(WriteOutcome::Saved(_))));
        }
        time += start.elapsed();
    }
    time
}

/// The mean of many calls, on sessions in no order.
fn each<I>(count: usize, mut input: impl FnMut(usize) -> I, mut call: impl FnMut(I)) -> Duration {
    let mut time = Duration::ZERO;
    for first in (0..CALLS).step_by(BATCH) {
        let given: Vec<I> =
            (first..first + BATCH).map(|at| input(at.wrapping_mul(0x9E37_79B9_7F4A_7C15) % count)).collect();
        let start = Instant::now();
        for given in given {
            call(black_box(given));
        }
        time += start.elapsed();
    }
    time / CALLS as u32
}

/// As long as a session id of 256 bits behind Flask-Session's prefix.
pub(crate) fn key(number: usize) -> StoreKey {
    StoreKey::new(format!("session:{number:043}"))
}

/// Their ends are spread over time.
pub(crate) fn entry(number: usize) -> Entry {
    let life = Duration::from_secs(HOUR + number as u64 * 7919 % (24 * HOUR));
    Entry::new(vec![7; PAYLOAD], Some(NOW.plus(life)))
}

/// Bytes that are free on this machine; where it does not say, any number.
fn available() -> usize {
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok());
    kilobytes.map_or(usize::MAX, |kilobytes| kilobytes << 10)
}
