//! Runs a command.

use std::error::Error;

use super::trouble::Trouble;
use super::{copy, end, list, schema, show, sweep};
use crate::args::Sessions;
use crate::cmd::Finding;
use crate::output;

/// Runs the command. [`Finding::Bad`] if the store fails, or something that was asked for is not there or cannot be done; an error if the
/// arguments are wrong.
pub(crate) fn run(command: &Sessions) -> Result<Finding, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(run_in_runtime(command));
    // A call that nobody waits for any more holds nothing up.
    runtime.shutdown_background();
    match done {
        Ok(finding) => Ok(finding),
        Err(Trouble::Arguments(error)) => Err(error),
        Err(Trouble::Store(error)) => {
            output::error(error.as_ref());
            Ok(Finding::Bad)
        }
    }
}

async fn run_in_runtime(command: &Sessions) -> Result<Finding, Trouble> {
    match command {
        Sessions::List(args) => list::run(args).await,
        Sessions::Show(args) => show::run(args).await,
        Sessions::End(args) => end::run(args).await,
        Sessions::Sweep(args) => sweep::run(args).await,
        Sessions::Copy(args) => copy::run(args).await,
        Sessions::Schema(args) => schema::run(args),
    }
}
