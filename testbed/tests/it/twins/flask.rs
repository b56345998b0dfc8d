//! A program under the real Flask, in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use dewar_servers::python;

/// Stops when it is dropped.
pub(crate) struct Flask {
    pub(crate) address: SocketAddr,
    process: Child,
}

impl Flask {
    /// Starts `apps/NAME.py`; `None` where there is no Flask.
    pub(super) fn start(name: &str, secret: &str) -> Option<Self> {
        Self::start_with(name, secret, &[])
    }

    /// With variables in its environment.
    pub(crate) fn start_with(name: &str, secret: &str, vars: &[(&str, &str)]) -> Option<Self> {
        let mut process = Command::new(python()?)
            .arg(folder().join("serve.py"))
            .arg(program(name))
            .arg(secret)
            .envs(vars.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("DEWAR_PYTHON names a Python");
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port: u16 = port.trim().parse().expect("a port: has DEWAR_PYTHON all of requirements.txt?");
        Some(Self { address: ([127, 0, 0, 1], port).into(), process })
    }
}

impl Drop for Flask {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where the Flask program of this name is.
pub(super) fn program(name: &str) -> PathBuf {
    folder().join("apps").join(format!("{name}.py"))
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/twins"))
}
