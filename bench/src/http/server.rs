//! A server as a process of its own, and what the kernel says of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// It is killed when this value is dropped.
pub(super) struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// Waits until it serves. Its standard input stays open, since it ends with that.
    pub(super) fn start(command: &mut Command) -> Result<Self, String> {
        let name = format!("{command:?}");
        let failed = |error: std::io::Error| format!("{name}: {error}");
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let mut line = String::new();
        let output = process.stdout.take().map(BufReader::new);
        output.map(|mut output| output.read_line(&mut line)).transpose().map_err(failed)?;
        match line.trim().parse() {
            Ok(port) => Ok(Self { process, port }),
            Err(_) => {
                _ = process.kill();
                _ = process.wait();
                Err(format!("{name} names no port"))
            }
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// User and system time of all threads since the start.
    pub(super) fn cpu(&self) -> Result<Duration, String> {
        let stat = self.read("stat")?;
        // The name of the program comes first, in parentheses, and may hold blanks.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |field: usize| fields.get(field).and_then(|ticks| ticks.parse::<u64>().ok());
        match (ticks(11), ticks(12)) {
            // The kernel tells hundredths of a second to programs, whatever it counts in.
            (Some(user), Some(system)) => Ok(Duration::from_millis((user + system) * 10)),
            _ => Err(format!("no times in {stat}")),
        }
    }

    /// Bytes of memory that the process holds itself: its code is left out, as programs with more libraries have more of it.
    pub(super) fn memory(&self) -> Result<u64, String> {
        let status = self.read("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kilobytes.map(|kilobytes| kilobytes << 10).ok_or_else(|| format!("no memory in {status}"))
    }

    fn read(&self, name: &str) -> Result<String, String> {
        let path = format!("/proc/{}/{name}", self.process.id());
        fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
