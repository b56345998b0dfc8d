//! Who runs on which core: whoever shares one with the server would be counted as its slowness.

use std::process::{self, Command};
use std::sync::OnceLock;
use std::thread::available_parallelism;

/// The numbers of the cores.
#[derive(Clone, Copy)]
pub(crate) struct Cores {
    pub(crate) server: usize,
    pub(crate) load: usize,
    /// Where Redis runs.
    pub(crate) engine: usize,
}

/// The number of cores, asked for before this program is pinned: afterwards it would be one.
pub(crate) fn count() -> usize {
    static COUNT: OnceLock<usize> = OnceLock::new();
    *COUNT.get_or_init(|| available_parallelism().map_or(1, usize::from))
}

impl Cores {
    /// One each, where the machine has three; with two, the engine shares that of the load.
    pub(crate) fn of_this_machine() -> Self {
        let last = count() - 1;
        Self { server: 0, load: last.min(1), engine: last.min(2) }
    }

    pub(crate) fn describe(self) -> String {
        let Self { server, load, engine } = self;
        format!("the server on core {server}, wrk on core {load}, Redis on core {engine}")
    }
}

/// Starts a server of a database on a core of its own, and keeps this program, with the peers that it starts from now on, on another one. If the
/// kernel chose, they would share a core in some runs: then one request at a time is three times as fast, and many at once are half as fast.
///
/// # Errors
/// If there is only one core, or the server does not start.
pub(crate) fn apart<T>(start: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    if count() < 2 {
        return Err("the server of a database needs a core of its own: this machine has one".to_owned());
    }
    pin(process::id(), "1")?;
    let started = start();
    pin(process::id(), "0")?;
    started
}

/// Lets this program run on all cores again.
pub(crate) fn on_all() -> Result<(), String> {
    pin(process::id(), &format!("0-{}", count() - 1))
}

/// A command that runs on this core alone.
pub(crate) fn on(core: usize, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &core.to_string()]).arg(program);
    command
}

/// Moves a running process, with all of its threads, to these cores.
pub(crate) fn pin(process: u32, cores: &str) -> Result<(), String> {
    let mut command = Command::new("taskset");
    command.args(["--all-tasks", "--cpu-list", "--pid", cores, &process.to_string()]);
    let output = command.output().map_err(|error| format!("taskset: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(format!("taskset cannot pin the process {process}")) }
}
