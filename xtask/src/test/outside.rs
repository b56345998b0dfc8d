//! Cargo for packages outside of the workspace: without its lock file, and without the features that other packages in it turn on.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::shell::{self, Result};

/// A warning about our code fails. That the newest version of a dependency advises against something does not.
const FLAGS: &str = "-D warnings -A deprecated";

/// A cargo command for such a package. All share a folder and their flags, so that what they have in common is compiled once.
pub(super) fn cargo(command: &str, package: &Path) -> Command {
    let target = shell::target().join("neighbours");
    let mut cargo = shell::cargo([command, "--quiet", "--manifest-path"]);
    cargo.arg(package.join("Cargo.toml")).arg("--target-dir").arg(target);
    cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0").env("RUSTFLAGS", FLAGS);
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
