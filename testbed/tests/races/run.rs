//! Runs races one after the other, as they measure time, prints each in the format of `cargo test`, and all as one table.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dewar_servers::Chance;
use tokio::runtime::Builder;
use tokio::time::timeout;

/// The figures of a race, as `Err` if it failed.
pub(crate) type Outcome = Result<String, String>;

/// No race takes this long unless it hangs.
const TIMEOUT: Duration = Duration::from_secs(300);

/// A run of some races or all.
#[derive(Debug)]
pub(crate) struct Run {
    words: Vec<String>,
    /// How much of each race is run: `DEWAR_RACES`, or all.
    pub(crate) scale: f64,
    /// The seed of all random choices: `DEWAR_SEED`, or another each time.
    pub(crate) seed: u64,
    table: Table,
    lost: Vec<String>,
    won: usize,
    start: Instant,
}

impl Run {
    pub(crate) fn new(arguments: impl Iterator<Item = String>) -> Self {
        let scale = std::env::var("DEWAR_RACES").ok();
        Self {
            words: arguments.filter(|word| !word.starts_with('-')).collect(),
            scale: scale.map_or(1.0, |scale| scale.parse().expect("DEWAR_RACES is a number, such as 0.05")),
            seed: Chance::seed(),
            table: Table::default(),
            lost: Vec::new(),
            won: 0,
            start: Instant::now(),
        }
    }

    /// Whether this race is to be run.
    pub(crate) fn wants(&self, store: &str, race: &str) -> bool {
        let name = format!("{store}::{race}");
        self.words.is_empty() || self.words.iter().any(|word| name.contains(word))
    }

    /// Makes what races need. If that fails, it is a failure of its own, and the other races go on.
    pub(crate) fn prepare<T>(&mut self, store: &str, make: impl FnOnce() -> Option<T>) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(make)) {
            Ok(made) => made,
            Err(panic) => {
                let figures = said(panic.as_ref());
                self.race(store, "start", async { Err(figures) });
                None
            }
        }
    }

    /// Runs it on a runtime of its own, so that nothing of it is left for the next.
    pub(crate) fn race(&mut self, store: &str, race: &str, outcome: impl Future<Output = Outcome>) {
        let start = Instant::now();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let whole = || runtime.block_on(async { timeout(TIMEOUT, outcome).await });
        let outcome = match catch_unwind(AssertUnwindSafe(whole)) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err("it hangs".to_owned()),
            Err(panic) => Err(said(panic.as_ref())),
        };
        runtime.shutdown_background();
        let verdict = if outcome.is_ok() { "ok" } else { "FAILED" };
        println!("test {store}::{race} ... {verdict}");
        match &outcome {
            Ok(_) => self.won += 1,
            Err(_) => self.lost.push(format!("{store}::{race}")),
        }
        let figures = outcome.unwrap_or_else(|figures| format!("FAILED: {figures}"));
        self.table.add(store, race, &figures, start.elapsed());
    }

    /// The table and the count.
    pub(crate) fn close(self) -> ExitCode {
        println!();
        self.table.print();
        for name in &self.lost {
            println!("failed: {name}");
        }
        let verdict = if self.lost.is_empty() { "ok" } else { "FAILED" };
        let (won, lost, took) = (self.won, self.lost.len(), self.start.elapsed().as_secs_f64());
        let rest = format!("0 ignored; 0 measured; 0 filtered out; finished in {took:.2}s");
        println!("\ntest result: {verdict}. {won} passed; {lost} failed; {rest}\n");
        if self.lost.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// A row for each race.
#[derive(Debug, Default)]
struct Table {
    rows: Vec<[String; 4]>,
}

impl Table {
    fn add(&mut self, store: &str, race: &str, figures: &str, took: Duration) {
        let took = format!("{:.1} s", took.as_secs_f64());
        self.rows.push([store.to_owned(), race.to_owned(), figures.to_owned(), took]);
    }

    /// Prints it in Markdown.
    fn print(&self) {
        let head = ["store", "race", "figures", "time"].map(str::to_owned);
        let rows = || std::iter::once(&head).chain(&self.rows);
        let width = |column: usize| rows().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [0, 1, 2, 3].map(width);
        for (number, row) in rows().enumerate() {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!(" {cell:<width$} |"));
            println!("|{}", cells.collect::<String>());
            if number == 0 {
                println!("|{}", widths.map(|width| format!("{}|", "-".repeat(width + 2))).concat());
            }
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_else(|| "a panic".to_owned())
}
