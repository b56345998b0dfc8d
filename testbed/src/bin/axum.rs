//! The testbed as an axum program.

use std::process::ExitCode;

use dewar_testbed::Framework;

fn main() -> ExitCode {
    dewar_testbed::run(Framework::Axum)
}
