//! Which command it is.

use std::error::Error;

use super::{Finding, cookie, secret};
use crate::args::{Args, Command};
use crate::demo;

/// Runs the command; an error means that it could not do its work.
pub(crate) fn run(args: Args) -> Result<Finding, Box<dyn Error>> {
    match args.command {
        Command::Demo(args) => demo::run(&args),
        Command::Cookie(command) => cookie::run(command),
        Command::Secret(command) => secret::run(command),
    }
}
