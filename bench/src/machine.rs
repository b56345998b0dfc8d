//! Where and with what the figures were made.

use std::fs;
use std::process::Command;

use crate::measure::{ROUND, ROUNDS};

const VERSIONS: [&str; 7] =
    ["dewar", "axum", "axum-extra", "cookie", "itsdangerous", "tower-sessions", "zlib-rs"];

pub(crate) fn describe() {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{} ({cores} cores), {}", model.trim_start_matches(['\t', ' ', ':']), rustc());
    println!("{}", versions().join(", "));
    println!(
        "best of {ROUNDS} rounds of {ROUND}, one thread; every time includes the counting of allocations, where a buffer that \
         grows counts again; `over` is over the bare router, `ratio` the time as a multiple of the peer that has 1.00"
    );
}

fn rustc() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// As the lock file has them, which is what was built.
fn versions() -> Vec<String> {
    let lock = include_str!("../../Cargo.lock");
    let mut lines = lock.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let quoted = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
        if line.starts_with("name = ") && VERSIONS.contains(&quoted(line).as_str()) {
            found.push(format!("{} {}", quoted(line), lines.next().map(quoted).unwrap_or_default()));
        }
    }
    found
}
