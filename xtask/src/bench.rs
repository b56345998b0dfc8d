//! `cargo xtask bench`: Dewar beside its peers.

use crate::servers;
use crate::shell::{self, Result};

/// Builds the measurements for release and runs those that are named, or all.
pub(crate) fn run(arguments: &[&str]) -> Result {
    let mut bench = shell::cargo(["run", "--release", "--package", "dewar-bench", "--"]);
    if arguments != ["cookies"] {
        bench.envs(servers::prepare()?);
    }
    shell::run(bench.args(arguments))
}
