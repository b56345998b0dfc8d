//! The whole step.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::counts;
use super::super::outside::{cargo, resolve};
use super::super::steps::Context;
use super::ranges;
use crate::shell::{self, Result};

/// Runs the tests of each program of `neighbours/`.
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
    Ok(format!("{} programs ({ranges})", programs.len()))
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
