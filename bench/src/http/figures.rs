//! What came out: a table for the terminal, and charts for the guide.

use std::time::Duration;

use dewar_bench_meter::WORK;

use super::load::Load;
use crate::chart::{Bar, Chart};

/// A line for each work, number of connections and program.
#[derive(Default)]
pub(super) struct Figures {
    lines: Vec<Line>,
    /// Bytes of each program after the last round.
    pub(super) memory: Vec<(&'static str, u64)>,
}

/// All rounds of one program. The best counts, since what else happens on the machine only ever adds; of latencies the median of the rounds, since a
/// server's own pauses belong to it.
pub(super) struct Line {
    work: &'static str,
    connections: usize,
    who: &'static str,
    pub(super) rounds: Vec<Round>,
}

/// What came out of one of them.
#[derive(Clone, Copy)]
pub(super) struct Round {
    pub(super) load: Load,
    /// Of the server.
    pub(super) cpu: Duration,
    /// Of the engine, if there is one.
    pub(super) engine: Option<Duration>,
}

impl Figures {
    /// The line for these, which is begun if there is none.
    pub(super) fn line(&mut self, work: &'static str, connections: usize, who: &'static str) -> &mut Line {
        let is_it = |line: &Line| (line.work, line.connections, line.who) == (work, connections, who);
        let place = self.lines.iter().position(is_it).unwrap_or(self.lines.len());
        if place == self.lines.len() {
            self.lines.push(Line { work, connections, who, rounds: Vec::new() });
        }
        self.lines.get_mut(place).unwrap()
    }

    /// The table.
    pub(super) fn print(&self) {
        let mut last = ("", 0);
        for line in &self.lines {
            if last != (line.work, line.connections) {
                last = (line.work, line.connections);
                println!(
                    "\n{:<44} {:>10} {:>9} {:>9} {:>9} {:>9}",
                    format!("{}, connections: {}", line.work, line.connections),
                    "requests/s",
                    "p50 µs",
                    "p99 µs",
                    "CPU µs",
                    "Redis µs"
                );
            }
            line.print();
        }
        println!("\n{:<44} {:>10}", "memory without code, in the end", "MiB");
        for (who, bytes) in &self.memory {
            println!("  {who:<42} {:>10.1}", mebibytes(*bytes));
        }
    }

    /// A chart for each work, and one for memory.
    pub(super) fn charts(&self) -> Vec<Chart> {
        let works = WORK.iter().map(|(_, work)| *work);
        let mut charts: Vec<Chart> =
            works.map(|work| self.chart(work)).filter(|chart| !chart.bars.is_empty()).collect();
        let bar = |(who, bytes): &(&str, u64)| Bar {
            who: (*who).to_owned(),
            value: mebibytes(*bytes),
            notes: vec![],
        };
        charts.push(Chart {
            title: "memory of the server, without its code".to_owned(),
            unit: "MiB".to_owned(),
            notes: vec![],
            bars: self.memory.iter().map(bar).collect(),
        });
        charts
    }

    /// With many connections what the server can do, with one how long a visitor waits.
    fn chart(&self, work: &str) -> Chart {
        let of = |connections: usize| {
            self.lines.iter().filter(move |line| line.work == work && line.connections == connections)
        };
        let bar = |(many, one): (&Line, &Line)| {
            let best = many.best();
            let latencies = [many.median(|load| load.p99), one.median(|load| load.median)];
            let notes = [[best.each(best.cpu)].as_slice(), &latencies].concat();
            Bar {
                who: many.who.to_owned(),
                value: best.per_second(),
                notes: notes.into_iter().map(microseconds).collect(),
            }
        };
        let notes = ["CPU", "p99", "p50 of one"];
        Chart {
            title: work.trim_start_matches("request, ").to_owned(),
            unit: "requests/s".to_owned(),
            notes: notes.map(str::to_owned).to_vec(),
            bars: of(64).zip(of(1)).map(bar).collect(),
        }
    }
}

impl Line {
    fn print(&self) {
        let best = self.best();
        let micros = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e6);
        let engine = best.engine.map(|time| micros(best.each(time))).unwrap_or_default();
        print!(
            "  {:<42} {:>10.0} {:>9} {:>9} {:>9} {engine:>9}",
            self.who,
            best.per_second(),
            micros(self.median(|load| load.median)),
            micros(self.median(|load| load.p99)),
            micros(best.each(best.cpu)),
        );
        match self.rounds.iter().map(|round| round.load.failed).sum::<u64>() {
            0 => println!(),
            failed => println!("  {failed} FAILED"),
        }
    }

    fn median(&self, of: impl Fn(&Load) -> Duration) -> Duration {
        let mut times: Vec<Duration> = self.rounds.iter().map(|round| of(&round.load)).collect();
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    fn best(&self) -> Round {
        let rate = |one: &&Round, other: &&Round| one.per_second().total_cmp(&other.per_second());
        *self.rounds.iter().max_by(rate).unwrap()
    }
}

impl Round {
    fn per_second(&self) -> f64 {
        self.load.requests as f64 / self.load.time.as_secs_f64()
    }

    /// The part of one request in a time of all of them.
    fn each(&self, time: Duration) -> Duration {
        time.checked_div(u32::try_from(self.load.requests).unwrap_or(u32::MAX)).unwrap_or_default()
    }
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn microseconds(time: Duration) -> String {
    format!("{:.0} µs", time.as_secs_f64() * 1e6)
}
