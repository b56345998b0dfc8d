//! An example that runs on a free port, in a temporary folder.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// Ends when it is dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    folder: TempDir,
}

impl Program {
    /// Starts an executable with `<PREFIX>_ADDRESS` and more of the environment, and waits until it says where it listens.
    pub fn start(executable: &str, environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(executable);
        command.current_dir(folder.path()).envs(environment.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = mpsc::channel();
        // Reads on, so that a full pipe never holds up the program.
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                println!("{line}");
                if let Some((_, address)) = line.split_once(" at http://") {
                    let _ = tell.send(address.trim_end_matches('/').parse().unwrap());
                }
            }
        });
        let address = told.recv_timeout(Duration::from_secs(60)).expect("it says where it listens");
        Self { child, address, folder }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The folder that it runs in, and stores its files in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends it as a service manager does. Returns whether it ended in good order.
    pub fn terminate(&mut self) -> bool {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
