//! What each command does.

mod cookie;
mod look;
mod secret;

use std::error::Error;

pub(crate) use self::secret::random_secret;

use crate::args::{Args, Command};
use crate::demo;

/// What a command found, where it did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    Good,
    Bad,
}

/// Runs the command; an error means that it could not do its work.
pub(crate) fn run(args: Args) -> Result<Finding, Box<dyn Error>> {
    match args.command {
        Command::Demo(args) => demo::run(&args).map(|()| Finding::Good),
        Command::Cookie(command) => cookie::run(command),
        Command::Secret(command) => secret::run(command),
    }
}
