//! `cargo xtask bench`: Dewar beside its peers.

use crate::shell::{self, Result};

/// Builds the measurements for release and runs them with these arguments.
pub(crate) fn run(arguments: &[&str]) -> Result {
    shell::run(shell::cargo(["run", "--release", "--package", "dewar-bench", "--"]).args(arguments))
}
