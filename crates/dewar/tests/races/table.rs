//! The results of the races, as one table.

use std::time::Duration;

/// A row for each race.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<[String; 4]>,
}

impl Table {
    pub(crate) fn add(&mut self, store: &str, race: &str, figures: &str, took: Duration) {
        let took = format!("{:.1} s", took.as_secs_f64());
        self.rows.push([store.to_owned(), race.to_owned(), figures.to_owned(), took]);
    }

    /// Prints it in Markdown.
    pub(crate) fn print(&self) {
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
