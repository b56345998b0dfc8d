//! The targets, by the part of the measurements that has their rows.

use super::goal::Figure::{AllocationsOver, Bytes, Cookie, Nanoseconds, NanosecondsOver};
use super::goal::{Figure, Goal, Limit};
use super::redis_cpu;
use crate::peers::least;
use crate::requests::WITHOUT_COOKIE;
use crate::sizes;
use crate::sqlite_file::SELECT;
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
    goals.extend(over_the_bare_router("dewar, sealed", SEALED, least::SEALED));
    let flask = |work: &'static str, limit| {
        goal(work, "dewar, Flask", NanosecondsOver, Limit::Of(limit, TOWER))
            .with_parts([(work, least::FLASK)])
    };
    // There tower-sessions has no signature to check: 250 ns of 1,900.
    goals.push(flask(WITHOUT_COOKIE, 0.13));
    goals.extend(WORKS.into_iter().zip(FLASK).map(|(work, limit)| flask(work, limit)));
    goals
}

pub(super) fn memory() -> Vec<Goal> {
    over_the_bare_router("dewar", MEMORY, least::MEMORY)
}

/// Where Redis compares by itself, a change may take no longer than the best peer's; by scripts, a fifth longer.
///
/// With many at once, the least program for the same says what is out of reach. It is no bound for one at a time, where both mostly wait for each
/// other's process to wake, nor for the time of Redis, which has less to do for each command the more of them come together.
pub(super) fn redis() -> Vec<Goal> {
    let with_bound = |goal: Goal| {
        let work = goal.work.clone();
        goal.with_parts([(work.as_str(), least::REDIS)])
    };
    let [_, read, changed, made] = WORKS;
    let requests = |suffix, factors: [f64; 3]| {
        let works = [read, changed, made].into_iter().zip(factors);
        works.map(move |(work, factor)| {
            goal(format!("{work}{suffix}"), "dewar", Nanoseconds, Limit::OfBest(factor))
        })
    };
    let server =
        redis_cpu::WORKS.map(|(work, limit, ..)| goal(work, "dewar", Nanoseconds, Limit::Fixed(limit)));
    let (many, one) = (requests(", 64 at once", [0.85, 1.2, 0.9]), requests("", [0.9, 1.0, 0.85]));
    many.map(with_bound).chain(one).chain(server).collect()
}

/// No slower than it was when reads ran on the thread that asked.
pub(super) fn sqlite() -> Vec<Goal> {
    let of_best = |work: &str, factor| {
        goal(work, "dewar", Nanoseconds, Limit::Of(factor, "tower-sessions-sqlx-store, signed"))
            .with_parts([(work, SELECT)])
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

/// Beside them, what the least program takes for the same.
fn over_the_bare_router(who: &'static str, limits: [(f64, i64); 4], least: &'static str) -> Vec<Goal> {
    let both = |(work, (time, allocations)): (&'static str, (f64, i64))| {
        let of = |figure, limit| goal(work, who, figure, limit).with_parts([(work, least)]);
        [of(NanosecondsOver, Limit::Of(time, TOWER)), of(AllocationsOver, Limit::Fixed(allocations))]
    };
    WORKS.into_iter().zip(limits).flat_map(both).collect()
}

fn goal(work: impl Into<String>, who: &'static str, figure: Figure, limit: Limit) -> Goal {
    Goal { work: work.into(), who, figure, limit, parts: Vec::new() }
}
