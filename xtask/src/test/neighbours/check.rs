//! The whole step.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::counts;
use super::super::steps::Context;
use super::{alone, ranges};
use crate::shell::{self, Result};

/// Runs the tests of each program of `neighbours/`, and builds each of our libraries with each of its features alone.
pub(crate) fn check(context: &mut Context) -> Result<String> {
    let mut locks = Vec::new();
    let programs = programs()?;
    for program in &programs {
        println!("--- {}", program.display());
        format(program)?;
        locks.push(resolve(program)?);
        counts::run(&mut cargo("test", program), &mut context.counts)?;
    }
    let ranges = ranges::check(&locks)?;
    let sets = alone::check(context)?;
    Ok(format!("{} programs ({ranges}), {sets} features alone", programs.len()))
}

/// A cargo command for a package outside the workspace. All share a folder, so that what they have in common is compiled once.
pub(super) fn cargo(command: &str, package: &Path) -> Command {
    let target = shell::target().join("neighbours");
    let mut cargo = shell::cargo([command, "--quiet", "--manifest-path"]);
    cargo.arg(package.join("Cargo.toml")).arg("--target-dir").arg(target);
    cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo
}

/// Chooses the newest versions, and gives the lock file with them.
pub(super) fn resolve(package: &Path) -> Result<String> {
    let lock = package.join("Cargo.lock");
    // One of an earlier run would keep its versions.
    _ = fs::remove_file(&lock);
    let mut generate = shell::cargo(["generate-lockfile", "--quiet", "--manifest-path"]);
    shell::run(generate.arg(package.join("Cargo.toml")))?;
    fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))
}

/// The step `format` sees the workspace only.
fn format(program: &Path) -> Result {
    let manifest = program.join("Cargo.toml");
    shell::run(shell::cargo(["fmt", "--check", "--manifest-path"]).arg(manifest))
}

fn programs() -> Result<Vec<PathBuf>> {
    let folder = shell::root().join("neighbours");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut programs: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.join("Cargo.toml").exists()).collect();
    programs.sort();
    if programs.is_empty() { Err(format!("{}: no program", folder.display())) } else { Ok(programs) }
}
