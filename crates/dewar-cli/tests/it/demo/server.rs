//! A demo that runs on a free port as long as a value lives.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use crate::command::dewar;

#[derive(Debug)]
pub(crate) struct Demo {
    child: Child,
    out: BufReader<ChildStdout>,
    pub(crate) url: String,
    state: Option<TempDir>,
}

impl Demo {
    /// With a fresh folder for what it keeps.
    pub(crate) fn start(args: &[&str]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut demo = Self::start_in(state.path(), args);
        demo.state = Some(state);
        demo
    }

    /// With this folder for what it keeps.
    pub(super) fn start_in(state: &Path, args: &[&str]) -> Self {
        Self::run(demo(args).env("XDG_STATE_HOME", state))
    }

    /// With the arguments and the environment of this command.
    pub(super) fn run(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        let url = first.trim_end().strip_prefix("The demo runs on ").unwrap_or_else(|| panic!("{first:?}"));
        Self { url: url.to_owned(), out, child, state: None }
    }

    /// Ends it as Ctrl-C does; whether it ended in good order, and all that it has written since the first line.
    pub(crate) fn interrupt(mut self) -> (bool, String) {
        let id = self.child.id().to_string();
        std::process::Command::new("kill").args(["-INT", &id]).status().unwrap();
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.out, &mut rest).unwrap();
        (self.child.wait().unwrap().success(), rest)
    }
}

/// The command that starts one on a free port.
pub(super) fn demo(args: &[&str]) -> Command {
    let mut command = dewar();
    command.args(["demo", "--port", "0"]).args(args);
    command
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
