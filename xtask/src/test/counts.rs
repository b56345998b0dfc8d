//! How many tests there were, read from what the test programs print.

use std::io::{BufRead, BufReader};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

use crate::shell::Result;

/// The sum of the closing lines of all test programs.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// Runs `cargo test`, passing on what it prints as it comes, and adds up its tests.
pub(crate) fn run(command: &mut Command, counts: &mut Counts) -> Result {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("cargo: {error}"))?;
    for line in child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).split(b'\n')) {
        let line = line.map_err(|error| format!("cargo test: {error}"))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        *counts += closing_line(&line).unwrap_or_default();
    }
    let status = child.wait().map_err(|error| format!("cargo test: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("cargo test failed ({status})")) }
}

/// `test result: ok. 18 passed; 2 failed; 0 ignored; 0 measured; 13 filtered out; finished in 44.69s`
fn closing_line(line: &str) -> Option<Counts> {
    let (_, numbers) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let number_of = |what: &str| {
        let part = numbers.split("; ").find_map(|part| part.strip_suffix(what))?;
        part.trim().parse().ok()
    };
    Some(Counts {
        passed: number_of("passed")?,
        failed: number_of("failed")?,
        ignored: number_of("ignored")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closing_line_is_read() {
        let line = "test result: FAILED. 18 passed; 2 failed; 1 ignored; 0 measured; 13 filtered out; finished in 44.69s";
        assert_eq!(closing_line(line), Some(Counts { passed: 18, failed: 2, ignored: 1 }));
        assert_eq!(closing_line("test result_is_kept ... ok"), None);
    }
}
