//! Requests by wrk, for a second.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use crate::cores::on;

/// Lets wrk send each request with the cookies of the next session, which no option of it can.
pub(super) const SCRIPT: &str = include_str!("load.lua");

/// What wrk saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Load {
    pub(super) requests: u64,
    /// Of them, those without an answer or with one of 400 and above.
    pub(super) failed: u64,
    pub(super) time: Duration,
    /// Latency of one half of the requests.
    pub(super) median: Duration,
    /// Latency of all but a hundredth.
    pub(super) p99: Duration,
}

/// Where the load comes from and goes to.
pub(super) struct Target<'t> {
    pub(super) core: usize,
    pub(super) url: &'t str,
    pub(super) connections: usize,
    pub(super) script: &'t Path,
    /// A line of cookies for each session.
    pub(super) cookies: &'t Path,
}

/// Sends requests for a second, one after the other on each connection.
pub(super) fn send(target: &Target<'_>) -> Result<Load, String> {
    let program = env::var_os("DEWAR_WRK").unwrap_or_else(|| OsString::from("wrk"));
    let mut wrk = on(target.core, program);
    wrk.args(["--threads", "1", "--duration", "1", "--connections", &target.connections.to_string()]);
    wrk.arg("--script").arg(target.script).arg(target.url).arg("--").arg(target.cookies);
    let output = wrk.output().map_err(|error| format!("wrk: {error}"))?;
    let told = String::from_utf8_lossy(&output.stdout);
    told.lines().find_map(parse).ok_or_else(|| {
        format!("wrk said nothing of {}: {}", target.url, String::from_utf8_lossy(&output.stderr))
    })
}

/// The line of the script; times are microseconds.
fn parse(line: &str) -> Option<Load> {
    let numbers = line.strip_prefix("load\t")?.split('\t').map(str::parse::<u64>);
    let &[requests, failed, time, median, p99] = numbers.collect::<Result<Vec<_>, _>>().ok()?.as_slice()
    else {
        return None;
    };
    let [time, median, p99] = [time, median, p99].map(Duration::from_micros);
    Some(Load { requests, failed, time, median, p99 })
}
