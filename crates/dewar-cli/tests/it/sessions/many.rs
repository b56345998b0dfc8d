//! A hundred thousand sessions.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use super::Shop;
use super::place::sqlite;
use crate::command::dewar;

const SESSIONS: usize = 100_000;
/// What the command may take, in KiB. The records alone have more than twice that.
const MOST: u64 = 64 << 10;

#[test]
fn a_list_takes_the_memory_of_a_page() {
    let place = sqlite();
    Shop::at(&place.url).fill(SESSIONS, 1_500);
    for args in [&["--json"][..], &["--sort", "largest", "--json"]] {
        let mut command = dewar();
        command.args(["sessions", "list", "--name", "shop", &place.url]).args(args);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut lines, mut most, mut last) = (0, 0, String::new());
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            (lines, last) = (lines + 1, line.unwrap());
            if lines % 10_000 == 1 {
                most = most.max(peak(child.id()));
            }
        }
        assert!(child.wait().unwrap().success());
        let totals: serde_json::Value = serde_json::from_str(&last).unwrap();
        assert_eq!(totals["totals"]["sessions"], SESSIONS);
        assert!(totals["totals"]["bytes"].as_u64().unwrap() > 2 * 1024 * MOST);
        assert_eq!(lines, if args.len() > 1 { 101 } else { SESSIONS + 1 });
        println!("{args:?}: {most} KiB");
        assert!((1..MOST).contains(&most), "{args:?}: {most} KiB");
    }
}

/// The largest resident size that a process had so far, in KiB.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
