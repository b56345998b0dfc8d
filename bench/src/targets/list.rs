//! The targets, by the part of the measurements that has their rows.

use super::goal::Figure::{AllocationsOver, Bytes, Cookie, Nanoseconds, NanosecondsOver};
use super::goal::{Figure, Goal, Limit};
use super::redis_cpu;
use crate::requests::WITHOUT_COOKIE;
use crate::sizes;

const DECODE: &str = "verify + decode a cookie's value";
const ENCODE: &str = "encode + sign a cookie's value";
const PRIVATE_JAR: &str = "cookie, private jar";

/// Untouched, read, changed, made: nanoseconds and allocations over the bare router.
const SEALED: [[i64; 2]; 4] = [[250, 3], [1_700, 8], [2_800, 14], [2_400, 15]];
const MEMORY: [[i64; 2]; 4] = [[250, 3], [1_400, 9], [2_400, 16], [2_600, 18]];
const WORKS: [&str; 4] = [
    "request, session untouched",
    "request, session read",
    "request, session changed",
    "request, session made",
];

pub(super) fn cookies() -> Vec<Goal> {
    let mut goals = vec![
        goal(DECODE, "dewar, sealed cookie", Nanoseconds, Limit::Of(0.6, PRIVATE_JAR)),
        goal(ENCODE, "dewar, sealed cookie", Nanoseconds, Limit::Of(0.8, PRIVATE_JAR)),
        goal(ENCODE, "dewar, Flask's cookie", Nanoseconds, Limit::Fixed(2_000)),
        // A tenth more than zlib's 199.
        goal(ENCODE, "dewar, Flask's cookie", Cookie, Limit::Fixed(218)),
    ];
    goals.extend(over_the_bare_router("dewar, sealed", SEALED));
    let flask = |work: &str, limit| goal(work, "dewar, Flask", NanosecondsOver, Limit::Fixed(limit));
    goals.push(flask(WITHOUT_COOKIE, 250));
    goals.extend(WORKS.into_iter().zip([2_600, 2_700, 5_200]).map(|(work, limit)| flask(work, limit)));
    goals
}

pub(super) fn memory() -> Vec<Goal> {
    over_the_bare_router("dewar", MEMORY)
}

/// Where Redis compares by itself, a change may take no longer than the best peer's; by scripts, a fifth longer.
pub(super) fn redis() -> Vec<Goal> {
    let of_best = |work: &str, factor| goal(work, "dewar", Nanoseconds, Limit::OfBest(factor));
    let cpu = |work: &str, limit| goal(work, "dewar", Nanoseconds, Limit::Fixed(limit));
    vec![
        of_best("request, session read, 64 at once", 0.85),
        of_best("request, session changed, 64 at once", 1.2),
        of_best("request, session made, 64 at once", 0.9),
        of_best("request, session read", 0.9),
        of_best("request, session changed", 1.0),
        of_best("request, session made", 0.85),
        cpu(redis_cpu::READ, 3_000),
        cpu(redis_cpu::CHANGED, 10_000),
        cpu(redis_cpu::READ_OWNED, 3_000),
        cpu(redis_cpu::CHANGED_OWNED, 10_000),
    ]
}

/// No slower than it was.
pub(super) fn sqlite() -> Vec<Goal> {
    let of_best = |work: &str, factor| {
        goal(work, "dewar", Nanoseconds, Limit::Of(factor, "tower-sessions-sqlx-store, signed"))
    };
    vec![of_best("request, session read", 0.06), of_best("request, session changed", 0.5)]
}

/// Load, swap, create, and bytes a session, with few sessions and with many.
pub(super) fn sizes() -> Vec<Goal> {
    let of = |count: usize, limits: [i64; 3]| {
        let works = sizes::WORKS.map(|work| sizes::work(work, count));
        let times = works.into_iter().zip(limits);
        let mut goals: Vec<Goal> =
            times.map(|(work, limit)| goal(work, sizes::WHO, Nanoseconds, Limit::Fixed(limit))).collect();
        goals.push(goal(sizes::work(sizes::BYTES, count), sizes::WHO, Bytes, Limit::Fixed(330)));
        goals
    };
    [of(1_000, [90, 150, 300]), of(10_000_000, [600, 600, 1_200])].concat()
}

fn over_the_bare_router(who: &'static str, limits: [[i64; 2]; 4]) -> Vec<Goal> {
    let both = |(work, [time, allocations]): (&str, [i64; 2])| {
        [
            goal(work, who, NanosecondsOver, Limit::Fixed(time)),
            goal(work, who, AllocationsOver, Limit::Fixed(allocations)),
        ]
    };
    WORKS.into_iter().zip(limits).flat_map(both).collect()
}

fn goal(work: impl Into<String>, who: &'static str, figure: Figure, limit: Limit) -> Goal {
    Goal { work: work.into(), who, figure, limit }
}
