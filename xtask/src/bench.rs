//! `cargo xtask bench`: Dewar beside its peers.

use crate::servers;
use crate::shell::{self, Result};

/// Builds the measurements for release and runs those that are named, or all.
pub(crate) fn run(arguments: &[&str]) -> Result {
    if arguments != ["cookies"] {
        servers::prepare()?;
    }
    shell::run(shell::cargo(["run", "--release", "--package", "dewar-bench", "--"]).args(arguments))
}
