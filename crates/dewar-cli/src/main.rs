//! The `dewar` command: a demo of sessions in a browser, a look into session cookies and secrets, and work on the sessions in a store.
//!
//! Its exit status is 0 for success, 1 if the cookie, the secret, the store or a session is bad, 2 if the arguments are wrong or something cannot be read or written.

mod args;
mod cmd;
mod demo;
mod diagnosis;
mod output;
mod secrets;
mod sessions;
mod store_url;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser as _;

use self::args::{Args, Command};
use self::cmd::Finding;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            output::usage(&error);
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match run(args) {
        Ok(Finding::Good) => ExitCode::SUCCESS,
        Ok(Finding::Bad) => ExitCode::from(1),
        Err(error) => {
            output::error(error.as_ref());
            ExitCode::from(2)
        }
    }
}

/// Runs the command; an error means that it could not do its work.
fn run(args: Args) -> Result<Finding, Box<dyn Error>> {
    match args.command {
        Command::Demo(args) => demo::run(&args),
        Command::Cookie(command) => cmd::cookie(command),
        Command::Secret(command) => cmd::secret(command),
        Command::Sessions(command) => sessions::run(&command),
    }
}
