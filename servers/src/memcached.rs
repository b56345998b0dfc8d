//! Memcached.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::instance::{Instance, Program};
use crate::program;

/// A running Memcached.
///
/// The program is the one that `DEWAR_MEMCACHED` names, or `memcached` of the machine.
pub type Memcached = Instance<MemcachedProgram>;

/// How a Memcached is started.
#[derive(Debug, Clone)]
pub struct MemcachedProgram {
    /// How much it holds before it evicts, in MiB.
    pub megabytes: u32,
    /// Further options of its command line.
    pub options: Vec<String>,
}

impl Default for MemcachedProgram {
    fn default() -> Self {
        Self { megabytes: 64, options: Vec::new() }
    }
}

impl Program for MemcachedProgram {
    const NAME: &'static str = "memcached";
    /// It refuses to run as root.
    const USER: Option<&'static str> = Some("nobody");

    fn path() -> Result<PathBuf, String> {
        program::find("DEWAR_MEMCACHED", &["memcached"]).ok_or_else(|| {
            "there is no memcached: install Debian's memcached, or name one in DEWAR_MEMCACHED".to_owned()
        })
    }

    fn arguments(&self, command: &mut Command, _: &Path, port: u16) {
        command.args(["-l", "127.0.0.1", "-U", "0", "-c", "1024", "-t", "2"]);
        command.args(["-p", &port.to_string(), "-m", &self.megabytes.to_string()]);
        command.args(&self.options);
    }

    fn is_ready(&self, _: &Path, port: u16) -> bool {
        // Asking for a password is an answer, too.
        let answer = ask(port, "version").unwrap_or_default();
        answer.starts_with("VERSION") || answer.contains("unauthenticated")
    }
}

impl Memcached {
    /// Starts one with further options of its command line.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_with_options(options: &[&str]) -> Result<Self, String> {
        let options = options.iter().map(ToString::to_string).collect();
        Self::start_with(MemcachedProgram { options, ..MemcachedProgram::default() })
    }

    /// `memcached://127.0.0.1:port`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("memcached://127.0.0.1:{}", self.port())
    }

    /// Sends a line, and returns the first part of the answer.
    pub fn command(&self, line: &str) -> Result<String, String> {
        ask(self.port(), line).map_err(|error| error.to_string())
    }
}

fn ask(port: u16, line: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(format!("{line}\r\n").as_bytes())?;
    let mut answer = vec![0; 64 << 10];
    let length = stream.read(&mut answer)?;
    answer.truncate(length);
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
