//! A testbed in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use dewar_servers::Process;
use dewar_testbed::Framework;

use crate::store::Store;

/// It is killed when this value is dropped.
#[derive(Debug)]
pub(crate) struct Testbed {
    pub(crate) address: SocketAddr,
    process: Process,
}

impl Testbed {
    /// Starts it and waits until it listens.
    pub(crate) fn start(framework: Framework, store: &Store) -> Self {
        let program = Path::new(match framework {
            Framework::Axum => env!("CARGO_BIN_EXE_testbed-axum"),
            Framework::ActixWeb => env!("CARGO_BIN_EXE_testbed-actix-web"),
        });
        let mut process = Process::start(program, |command| {
            command.args(["--port", "0"]).args(store.arguments()).envs(store.variables());
            command.stdin(Stdio::null()).stdout(Stdio::piped());
        })
        .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect("the testbed listens");
        Self { address: address.parse().unwrap(), process }
    }

    /// SIGKILL; the process has ended when this returns.
    pub(crate) fn kill(mut self) {
        self.process.kill();
    }
}
