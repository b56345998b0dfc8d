//! Where and with what the figures were made.

use std::fs;
use std::process::Command;

use dewar_bench_meter::{ROUND, ROUNDS};

use crate::cores;

/// Of our lock file, and of that of the peers that are built apart.
const VERSIONS: [&str; 11] = [
    "dewar",
    "axum",
    "axum-extra",
    "axum_session",
    "cookie",
    "itsdangerous",
    "redis",
    "ruts",
    "rusqlite",
    "tower-sessions",
    "zlib-rs",
];
const VERSIONS_APART: [&str; 6] =
    ["actix-session", "fred", "redis", "sqlx", "tower-sessions-redis-store", "tower-sessions-sqlx-store"];

/// Processor, cores and compiler.
pub(crate) fn name() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let cores = cores::count();
    format!("{} ({cores} cores), {}", model.trim_start_matches(['\t', ' ', ':']), rustc())
}

pub(crate) fn describe() {
    println!("{}", name());
    println!("{}", versions(include_str!("../../Cargo.lock"), &VERSIONS).join(", "));
    println!("apart: {}", versions(include_str!("../store-peers/Cargo.lock"), &VERSIONS_APART).join(", "));
    println!(
        "best of {ROUNDS} rounds of {ROUND} (fewer with Redis and SQLite), one thread; every time includes the counting of \
         allocations on this thread, where a buffer that grows counts again; `over` is over the bare work, `ratio` the time as \
         a multiple of the peer that has 1.00; where many requests wait at once, the time is that of all, divided by them"
    );
}

fn rustc() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// As the lock file has them, which is what was built.
fn versions(lock: &str, names: &[&str]) -> Vec<String> {
    let mut lines = lock.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let quoted = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
        if line.starts_with("name = ") && names.contains(&quoted(line).as_str()) {
            found.push(format!("{} {}", quoted(line), lines.next().map(quoted).unwrap_or_default()));
        }
    }
    found
}
