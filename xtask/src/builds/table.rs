//! The table, a row for each program.

use super::measure::{Build, build};
use crate::consumer::{self, Consumer};
use crate::shell::{self, Result};

/// Builds each program, or those whose file has one of these words in its name, and prints the table.
pub(crate) fn run(words: &[&str]) -> Result {
    let scripts = consumer::scripts(&shell::root().join("bench/builds"))?;
    println!("| program | CPU seconds | packages | MiB |");
    println!("|---|---|---|---|");
    for script in scripts {
        let name = script.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !words.is_empty() && !words.iter().any(|word| name.contains(word)) {
            continue;
        }
        let consumer = Consumer::write(&script)?;
        let Build { cpu, packages, bytes } = build(&consumer)?;
        println!(
            "| {} | {cpu:.1} | {packages} | {:.2} |",
            consumer.title(),
            bytes as f64 / f64::from(1 << 20)
        );
    }
    println!(
        "\nClean release builds, one after the other: user and system time of all processes, packages that are compiled, size after strip."
    );
    Ok(())
}
