//! Who runs on which core: whoever shares one with the server would be counted as its slowness.

use std::process::Command;
use std::thread::available_parallelism;

/// The numbers of the cores.
#[derive(Clone, Copy)]
pub(crate) struct Cores {
    pub(crate) server: usize,
    pub(crate) load: usize,
    /// Where Redis runs.
    pub(crate) engine: usize,
}

impl Cores {
    /// One each, where the machine has three; with two, the engine shares that of the load.
    pub(crate) fn of_this_machine() -> Self {
        let last = available_parallelism().map_or(1, usize::from) - 1;
        Self { server: 0, load: last.min(1), engine: last.min(2) }
    }

    pub(crate) fn describe(self) -> String {
        let Self { server, load, engine } = self;
        format!("the server on core {server}, wrk on core {load}, Redis on core {engine}")
    }
}

/// Starts a server of a database on a core of its own, and keeps this program, with the peers that it starts from now on, on another one. Else the
/// kernel decides anew whether they share a core, which is three times as fast for one request at a time, and half as fast for many.
pub(crate) fn apart<T>(start: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let Cores { server: own, load: theirs, .. } = Cores::of_this_machine();
    pin(std::process::id(), theirs)?;
    let started = start();
    pin(std::process::id(), own)?;
    started
}

/// A command that runs on this core alone.
pub(crate) fn on(core: usize, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &core.to_string()]).arg(program);
    command
}

/// Moves a running process, with all of its threads.
pub(crate) fn pin(process: u32, core: usize) -> Result<(), String> {
    let mut command = Command::new("taskset");
    command.args(["--all-tasks", "--cpu-list", "--pid", &core.to_string(), &process.to_string()]);
    let output = command.output().map_err(|error| format!("taskset: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(format!("taskset cannot pin the process {process}")) }
}
