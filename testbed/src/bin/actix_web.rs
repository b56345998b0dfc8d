//! The testbed as an actix-web program.

use std::process::ExitCode;

use dewar_testbed::Framework;

fn main() -> ExitCode {
    dewar_testbed::run(Framework::ActixWeb)
}
