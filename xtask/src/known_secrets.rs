//! `cargo xtask known-secrets`: the table of secrets that have been published.

use crate::python;
use crate::shell::{self, Result};

const SAMPLES: &str = "xtask/python/samples.txt";
const TABLE: &str = "crates/dewar/src/signing/secret/known.bin";

/// Makes the table again from the word list and our samples.
pub(crate) fn run() -> Result {
    let python = python::prepare()?;
    let mut make = shell::command(python.interpreter);
    shell::run(make.arg("xtask/python/known_secrets.py").arg(python.wordlist).args([SAMPLES, TABLE]))
}
