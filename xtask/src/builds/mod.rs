//! `cargo xtask bench builds`: what a program pays for its sessions when it is built, in CPU seconds, packages and bytes, beside other
//! libraries. Everything is measured in this run.

mod measure;
mod programs;

use self::measure::Build;
use self::programs::{PROGRAMS, Program};
use crate::package::Package;
use crate::shell::Result;

/// Builds each program, or those whose name contains one of these words, and prints the table.
pub(crate) fn run(words: &[&str]) -> Result {
    let is_wanted =
        |program: &&Program| words.is_empty() || words.iter().any(|word| program.name.contains(word));
    println!("| program | CPU seconds | packages | MiB |");
    println!("|---|---|---|---|");
    for program in PROGRAMS.iter().filter(is_wanted) {
        let package = Package::write(program.name, program.dependencies, program.main)?;
        let Build { cpu, packages, bytes } = measure::build(&package)?;
        println!("| {} | {cpu:.1} | {packages} | {:.2} |", program.name, bytes as f64 / f64::from(1 << 20));
    }
    println!(
        "\nClean release builds, one after the other: user and system time of all processes, packages that are compiled, size after strip."
    );
    Ok(())
}
