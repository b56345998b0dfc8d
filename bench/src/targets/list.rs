//! The targets, by the part of the measurements that has their rows.

use super::goal::Figure::{AllocationsOver, Bytes, Cookie, Nanoseconds, NanosecondsOver};
use super::goal::{Figure, Goal, Limit};
use super::redis_cpu;
use crate::raw_redis::{GET, SCRIPT, SET};
use crate::requests::{EXTENSION, WITHOUT_COOKIE};
use crate::sizes;
use crate::sqlite_file::{ANOTHER_THREAD, SELECT};
use crate::tokens::CIPHER;

const DECODE: &str = "verify + decode a cookie's value";
const ENCODE: &str = "encode + sign a cookie's value";
const PRIVATE_JAR: &str = "cookie, private jar";

/// Untouched, read, changed, made: over the bare router, time as a multiple of what tower-sessions needs in the same run, and allocations. The
/// multiples were set as nanoseconds on a machine where tower-sessions took 2,637, 3,254, 5,156 and 5,018.
const SEALED: [(f64, i64); 4] = [(0.095, 3), (0.52, 8), (0.54, 14), (0.48, 15)];
const MEMORY: [(f64, i64); 4] = [(0.095, 3), (0.43, 9), (0.47, 16), (0.52, 18)];
/// The same of Flask's cookies: untouched, read, changed.
const FLASK: [f64; 3] = [0.99, 0.83, 1.01];
/// What the cipher and the base64 of the cookie take of each sealed request: untouched, read, changed, made.
const CIPHERS: [&[(&str, &str)]; 4] =
    [&[], &[(DECODE, CIPHER)], &[(DECODE, CIPHER), (ENCODE, CIPHER)], &[(ENCODE, CIPHER)]];
const TOWER: &str = "tower-sessions, signed, memory";
const WORKS: [&str; 4] = [
    "request, session untouched",
    "request, session read",
    "request, session changed",
    "request, session made",
];

pub(super) fn cookies() -> Vec<Goal> {
    let mut goals = vec![
        goal(DECODE, "dewar, sealed cookie", Nanoseconds, Limit::Of(0.6, PRIVATE_JAR))
            .with_parts([(DECODE, CIPHER)]),
        goal(ENCODE, "dewar, sealed cookie", Nanoseconds, Limit::Of(0.8, PRIVATE_JAR))
            .with_parts([(ENCODE, CIPHER)]),
        goal(ENCODE, "dewar, Flask's cookie", Nanoseconds, Limit::Fixed(2_000))
            .with_parts([(ENCODE, "dewar, Flask's cookie uncompressed")]),
        // A tenth more than zlib's 199.
        goal(ENCODE, "dewar, Flask's cookie", Cookie, Limit::Fixed(218)),
    ];
    goals.extend(over_the_bare_router("dewar, sealed", SEALED, CIPHERS));
    let flask = |work: &'static str, limit| {
        goal(work, "dewar, Flask", NanosecondsOver, Limit::Of(limit, TOWER)).with_parts([(work, EXTENSION)])
    };
    // There tower-sessions has no signature to check: 250 ns of 1,900.
    goals.push(flask(WITHOUT_COOKIE, 0.13));
    goals.extend(WORKS.into_iter().zip(FLASK).map(|(work, limit)| flask(work, limit)));
    goals
}

pub(super) fn memory() -> Vec<Goal> {
    over_the_bare_router("dewar", MEMORY, [&[]; 4])
}

/// Where Redis compares by itself, a change may take no longer than the best peer's; by scripts, a fifth longer.
///
/// Its parts are the same request in memory, and what the driver needs for the same calls. Where a server compares by itself, there is a SET in
/// place of the script.
pub(super) fn redis() -> Vec<Goal> {
    let request = |work: &str, suffix: &str, factor, calls: &[&'static str]| {
        let (work, in_memory) = (format!("{work}{suffix}"), in_memory(work));
        let calls = calls.iter().map(|call| (work.clone(), *call));
        let parts = [(in_memory, "dewar")].into_iter().chain(calls).collect();
        Goal { parts, ..goal(&work, "dewar", Nanoseconds, Limit::OfBest(factor)) }
    };
    let [_, read, changed, made] = WORKS;
    let requests = |suffix, [reads, changes, makes]: [f64; 3]| {
        [
            request(read, suffix, reads, &[GET]),
            request(changed, suffix, changes, &[GET, SCRIPT]),
            request(made, suffix, makes, &[SET]),
        ]
    };
    let cpu = |work: &'static str, limit, calls: &[&'static str]| {
        let calls = calls.iter().map(|call| (work, *call));
        goal(work, "dewar", Nanoseconds, Limit::Fixed(limit)).with_parts(calls)
    };
    let server = [
        cpu(redis_cpu::READ, 3_000, &[GET]),
        cpu(redis_cpu::CHANGED, 10_000, &[GET, SCRIPT]),
        cpu(redis_cpu::READ_OWNED, 3_000, &[GET]),
        cpu(redis_cpu::CHANGED_OWNED, 10_000, &[GET, SCRIPT]),
    ];
    let (many, one) = (requests(", 64 at once", [0.85, 1.2, 0.9]), requests("", [0.9, 1.0, 0.85]));
    many.into_iter().chain(one).chain(server).collect()
}

/// The name of a work with sessions in memory, among rows of another store.
pub(super) fn in_memory(work: &str) -> String {
    format!("{work}, in memory")
}

/// No slower than it was when reads ran on the thread that asked.
pub(super) fn sqlite() -> Vec<Goal> {
    let of_best = |work: &str, factor| {
        goal(work, "dewar", Nanoseconds, Limit::Of(factor, "tower-sessions-sqlx-store, signed"))
            .with_parts([(work, SELECT), (work, ANOTHER_THREAD)])
    };
    vec![of_best("request, session read", 0.06), of_best("request, session changed", 0.5)]
}

/// Load, swap, create, and bytes a session, with few sessions and with many.
pub(super) fn sizes() -> Vec<Goal> {
    let of = |count: usize, limits: [i64; 3]| {
        let time = |(work, limit)| {
            let work = sizes::work(work, count);
            goal(&work, sizes::WHO, Nanoseconds, Limit::Fixed(limit)).with_parts([(&*work, sizes::BOXES)])
        };
        let mut goals: Vec<Goal> = sizes::WORKS.into_iter().zip(limits).map(time).collect();
        goals.push(goal(sizes::work(sizes::BYTES, count), sizes::WHO, Bytes, Limit::Fixed(330)));
        goals
    };
    [of(1_000, [90, 150, 300]), of(10_000_000, [600, 600, 1_200])].concat()
}

/// A part is axum's own layer, which hands something to the handler and does nothing else; of the time, these are parts as well.
fn over_the_bare_router(
    who: &'static str,
    limits: [(f64, i64); 4],
    parts: [&[(&'static str, &'static str)]; 4],
) -> Vec<Goal> {
    let both = |((work, (time, allocations)), parts): ((&'static str, (f64, i64)), &[_])| {
        let of = |figure, limit| goal(work, who, figure, limit).with_parts([(work, EXTENSION)]);
        let time = of(NanosecondsOver, Limit::Of(time, TOWER)).with_parts(parts.iter().copied());
        [time, of(AllocationsOver, Limit::Fixed(allocations))]
    };
    WORKS.into_iter().zip(limits).zip(parts).flat_map(both).collect()
}

fn goal(work: impl Into<String>, who: &'static str, figure: Figure, limit: Limit) -> Goal {
    Goal { work: work.into(), who, figure, limit, parts: Vec::new() }
}
