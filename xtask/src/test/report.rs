//! The steps that ran: a heading before each, a table of all at the end.

use std::time::{Duration, Instant};

use super::counts::Counts;
use crate::shell::Result;

/// The result of each step.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    /// All tests of all test programs.
    pub(crate) counts: Counts,
}

struct Row {
    name: String,
    time: Duration,
    /// A remark, or why it failed.
    outcome: Result<String>,
}

impl Report {
    /// Runs a step. It gives a remark for the table, or what went wrong.
    pub(crate) fn step(&mut self, name: &str, run: impl FnOnce() -> Result<String>) {
        println!("\n=== {name}");
        let start = Instant::now();
        let outcome = run();
        if let Err(why) = &outcome {
            println!("{name}: {why}");
        }
        self.rows.push(Row { name: name.to_owned(), time: start.elapsed(), outcome });
    }

    /// Prints the table and, if tests ran, their count alone on the last line.
    pub(crate) fn close(&self) -> Result {
        println!("\n=== summary");
        for row in &self.rows {
            println!("{}", row.line());
        }
        let Counts { passed, failed, ignored } = self.counts;
        let skipped = if ignored > 0 { format!(", {ignored} skipped") } else { String::new() };
        if self.counts != Counts::default() {
            println!("\n{passed} passed, {failed} failed{skipped}");
        }
        let failed: Vec<&str> =
            self.rows.iter().filter(|row| row.outcome.is_err()).map(|row| row.name.as_str()).collect();
        if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
    }
}

impl Row {
    fn line(&self) -> String {
        let (verdict, remark) = match &self.outcome {
            Ok(remark) => ("ok", remark),
            Err(why) => ("FAILED", why),
        };
        let line = format!("{:<10} {verdict:<7} {:>6.1} s  {remark}", self.name, self.time.as_secs_f64());
        line.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_step_fails_the_whole() {
        let mut report = Report::default();
        report.step("good", || Ok("fine".to_owned()));
        assert_eq!(report.close(), Ok(()));
        report.step("bad", || Err("broken".to_owned()));
        assert_eq!(report.close(), Err("failed: bad".to_owned()));
    }

    #[test]
    fn a_row_says_what_and_how_long() {
        let row =
            Row { name: "lints".to_owned(), time: Duration::from_millis(1250), outcome: Ok(String::new()) };
        assert_eq!(row.line(), "lints      ok         1.2 s");
    }
}
