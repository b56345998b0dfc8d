//! A server's process.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, ChildStdout, Command};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use super::program;

/// A process that is killed when this value is dropped, and when this process ends for any reason.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Starts the program with these arguments.
    pub fn start(program: &Path, configure: impl FnOnce(&mut Command)) -> Result<Self, String> {
        Self::start_as(None, program, configure)
    }

    /// The same, as this user if we are root.
    pub(crate) fn start_as(
        user: Option<&str>,
        program: &Path,
        configure: impl FnOnce(&mut Command),
    ) -> Result<Self, String> {
        let mut command = bound_to_us(program, user.filter(|_| program::are_we_root()));
        configure(&mut command);
        let child = spawn(command).map_err(|error| format!("{}: {error}", program.display()))?;
        Ok(Self(child))
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// What it prints, if it was started with a pipe for that. It is given out once.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// Sends a signal: `STOP`, `CONT`, `TERM`.
    pub fn signal(&self, name: &str) -> Result<(), String> {
        let mut kill = Command::new("kill");
        program::output(kill.arg(format!("-{name}")).arg(self.id().to_string())).map(drop)
    }

    /// Sends a signal to it, and to the processes that it has started, such as those of PostgreSQL for each connection.
    pub(crate) fn signal_all(&self, name: &str) -> Result<(), String> {
        self.signal(name)?;
        for child in children(self.id()) {
            // It may have ended meanwhile.
            _ = program::output(Command::new("kill").arg(format!("-{name}")).arg(child));
        }
        Ok(())
    }

    /// Sends a signal that ends it in order, and waits for its end.
    pub(crate) fn end(&mut self, signal: &str) -> Result<(), String> {
        self.signal(signal)?;
        self.0.wait().map(drop).map_err(|error| error.to_string())
    }

    /// Kills it and the processes that it has started, as when their machine dies, and waits for its end. Those of PostgreSQL would go on answering
    /// until they notice.
    pub fn kill(&mut self) {
        let children = if self.has_ended() { Vec::new() } else { children(self.id()) };
        _ = self.0.kill();
        if !children.is_empty() {
            _ = program::output(Command::new("kill").arg("-KILL").args(&children));
        }
        _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The ids of the processes that a process has started.
fn children(parent: u32) -> Vec<String> {
    let parent = format!("PPid:\t{parent}");
    let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let is_child = |process: &fs::DirEntry| {
        let status = fs::read_to_string(process.path().join("status")).unwrap_or_default();
        status.lines().any(|line| line == parent)
    };
    processes.filter(is_child).map(|process| process.file_name().to_string_lossy().into_owned()).collect()
}

/// The kernel kills it when the thread that started it ends, if `setpriv` is there to ask for that.
fn bound_to_us(program: &Path, user: Option<&str>) -> Command {
    let setpriv = Path::new("/usr/bin/setpriv");
    if !setpriv.is_file() {
        return Command::new(program);
    }
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "KILL"]);
    if let Some(user) = user {
        command.args(program::become_user(user));
    }
    command.arg(program);
    command
}

/// Starts it from a thread that lasts as long as the process: a server may outlive the test that started it.
fn spawn(command: Command) -> io::Result<Child> {
    type Order = (Command, Sender<io::Result<Child>>);
    static ORDERS: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();
    let orders = ORDERS.get_or_init(|| {
        let (orders, inbox) = channel::<Order>();
        thread::spawn(move || {
            inbox.iter().for_each(|(mut command, answer)| _ = answer.send(command.spawn()))
        });
        Mutex::new(orders)
    });
    let (answer, child) = channel();
    let sent = orders.lock().unwrap_or_else(PoisonError::into_inner).send((command, answer));
    sent.map_err(io::Error::other)?;
    child.recv().map_err(io::Error::other)?
}
