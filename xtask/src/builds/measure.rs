//! One clean release build.

use std::collections::BTreeSet;
use std::fs;

use crate::consumer::Consumer;
use crate::shell::{self, Result};

/// What a build took.
pub(super) struct Build {
    /// User and system time of cargo and of all that it started, in seconds.
    pub(super) cpu: f64,
    /// How many packages were compiled, without the program itself.
    pub(super) packages: usize,
    /// Of the program, after strip.
    pub(super) bytes: u64,
}

/// What is to be downloaded is there before the time is taken.
pub(super) fn build(consumer: &Consumer) -> Result<Build> {
    shell::run(&mut consumer.cargo(&["fetch", "--quiet"]))?;
    let tree = ["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
    let packages = packages(&shell::output(&mut consumer.cargo(&tree))?);
    let _ = fs::remove_dir_all(consumer.folder().join("target")); // there is none, as a rule
    let cpu = timed(consumer)?;
    let program = consumer.folder().join("target/release/program");
    let bytes = fs::metadata(&program).map_err(|error| format!("{}: {error}", program.display()))?.len();
    Ok(Build { cpu, packages, bytes })
}

/// By the clock of bash, which counts the time of all processes that cargo waits for.
fn timed(consumer: &Consumer) -> Result<f64> {
    let cargo = consumer.cargo(&[]);
    let mut bash = shell::command("bash");
    bash.args(["-c", "TIMEFORMAT='%U %S'; time \"$0\" build --release --quiet --offline"]);
    bash.arg(cargo.get_program()).current_dir(consumer.folder());
    for (name, value) in cargo.get_envs() {
        match value {
            Some(value) => bash.env(name, value),
            None => bash.env_remove(name),
        };
    }
    let output = bash.output().map_err(|error| format!("bash: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { cpu(&told) } else { Err(told.into_owned()) }
}

/// A package that is listed twice is compiled once; the program itself is not counted.
fn packages(tree: &str) -> usize {
    let lines = tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty());
    lines.collect::<BTreeSet<&str>>().len().saturating_sub(1)
}

/// The sum of the two numbers in the last line.
fn cpu(told: &str) -> Result<f64> {
    let seconds: Vec<_> = told.lines().last().unwrap_or_default().split(' ').map(str::parse::<f64>).collect();
    match seconds.as_slice() {
        [Ok(user), Ok(system)] => Ok(user + system),
        _ => Err(format!("bash does not say how long it took: {told}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_once() {
        let tree = "program v0.0.0 (/x)\naxum v0.8.9\nbytes v1.12.1\ntower v0.5.3\nbytes v1.12.1 (*)\n\n";
        assert_eq!(packages(tree), 3);
    }

    #[test]
    fn user_and_system_time_are_added() {
        assert_eq!(cpu("warning: x\n40.5 2.25\n"), Ok(42.75));
        assert!(cpu("").is_err() && cpu("x y\n").is_err());
    }
}
