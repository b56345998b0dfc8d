//! A running server of any program.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::folder::Folder;
use crate::process::Process;
use crate::{port, program};

const TIMEOUT: Duration = Duration::from_secs(30);

/// A program that can be started as a server, with the settings to start it with.
pub trait Program: Clone + std::fmt::Debug + Default {
    /// Its name, in messages and in the name of its folder.
    const NAME: &'static str;

    /// The user it runs as when we are root; `None`: as we do.
    const USER: Option<&'static str> = None;

    /// The signal that makes it end in order, without waiting for its clients.
    const SHUTDOWN: &'static str = "TERM";

    /// Where the program is.
    fn path() -> Result<PathBuf, String>;

    /// The same program with the further ports that it needs, which are chosen anew for each attempt to start it.
    fn with_ports(&self) -> Result<Self, String> {
        Ok(self.clone())
    }

    /// Makes what it needs in its folder before it is started for the first time.
    fn prepare(&self, _: &Path) -> Result<(), String> {
        Ok(())
    }

    /// The arguments of a start.
    fn arguments(&self, command: &mut Command, folder: &Path, port: u16);

    /// Whether it serves clients.
    fn is_ready(&self, folder: &Path, port: u16) -> bool;
}

/// A server for one test or program, on a free port, in a folder of its own. It is killed when this value is dropped.
#[derive(Debug)]
pub struct Instance<P> {
    pub(crate) program: P,
    port: u16,
    process: Process,
    /// Dropped after the process.
    folder: Folder,
}

impl<P: Program> Instance<P> {
    /// Whether the program is there.
    #[must_use]
    pub fn is_available() -> bool {
        P::path().is_ok()
    }

    /// One for a test. `None`, and a line that says so, if there is no program and nothing says that no test may be left out.
    ///
    /// # Panics
    /// If it cannot be started, or if `DEWAR_REQUIRE_ALL` is 1 and there is no program.
    #[must_use]
    pub fn for_test() -> Option<Self> {
        Self::for_test_with(P::default())
    }

    /// The same, with these settings.
    ///
    /// # Panics
    /// As [`for_test`](Self::for_test).
    #[must_use]
    #[expect(clippy::panic, clippy::print_stderr, reason = "it speaks to the person who runs the tests")]
    pub fn for_test_with(program: P) -> Option<Self> {
        let all = std::env::var("DEWAR_REQUIRE_ALL").is_ok_and(|value| value == "1");
        match P::path() {
            Err(why) if !all => {
                eprintln!("left out: {why}");
                None
            }
            _ => Some(Self::start_with(program).unwrap_or_else(|why| panic!("{why}"))),
        }
    }

    /// Starts one with the default settings, and waits until it serves clients.
    pub fn start() -> Result<Self, String> {
        Self::start_with(P::default())
    }

    /// Between choosing a port and taking it, another program may take it: another is tried.
    pub fn start_with(program: P) -> Result<Self, String> {
        let mut last = String::new();
        for _ in 0..5 {
            match Self::attempt(&program) {
                Ok(instance) => return Ok(instance),
                Err(why) => last = why,
            }
        }
        Err(last)
    }

    fn attempt(program: &P) -> Result<Self, String> {
        let program = program.with_ports()?;
        let folder = Folder::new(P::NAME)?;
        if let Some(user) = P::USER.filter(|_| program::are_we_root()) {
            program::output(Command::new("chown").arg(user).arg(folder.path()))?;
        }
        program.prepare(folder.path())?;
        let port = port::free()?;
        let process = launch(&program, &folder, port)?;
        let mut instance = Self { program, port, process, folder };
        instance.wait().map(|()| instance)
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// The folder with its data.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Freezes it and its processes (SIGSTOP): connections are made, answers are not.
    pub fn stop(&self) -> Result<(), String> {
        self.process.signal_all("STOP")
    }

    /// Thaws it (SIGCONT).
    pub fn cont(&self) -> Result<(), String> {
        self.process.signal_all("CONT")
    }

    /// Kills it (SIGKILL) and waits for its end.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Makes it end in order, and waits for its end.
    pub fn shut_down(&mut self) -> Result<(), String> {
        self.process.end(P::SHUTDOWN)
    }

    /// Starts it on the same port in the same folder, after a kill, and waits until it serves clients.
    pub fn restart(&mut self) -> Result<(), String> {
        self.process.kill();
        let mut last = String::new();
        // Processes of the killed one may still be there for a moment.
        for _ in 0..50 {
            self.process = launch(&self.program, &self.folder, self.port)?;
            match self.wait() {
                Ok(()) => return Ok(()),
                Err(why) => last = why,
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(last)
    }

    fn wait(&mut self) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < TIMEOUT && !self.process.has_ended() {
            if self.program.is_ready(self.folder.path(), self.port) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(10));
        }
        let log = fs::read_to_string(self.folder.file("log")).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(3).collect();
        Err(format!("{} does not serve: {}", P::NAME, last.join(" | ")))
    }
}

fn launch<P: Program>(program: &P, folder: &Folder, port: u16) -> Result<Process, String> {
    let path = folder.file("log");
    let open = || File::options().create(true).append(true).open(&path);
    let log = || open().map_err(|error| format!("{}: {error}", path.display()));
    let (output, errors) = (log()?, log()?);
    Process::start_as(P::USER, &P::path()?, |command| {
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        program.arguments(command, folder.path(), port);
    })
}
