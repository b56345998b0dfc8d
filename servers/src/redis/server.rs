//! A running Redis server.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::RedisSettings;
use crate::folder::Folder;
use crate::process::Process;
use crate::{certificates, port, program};

const TIMEOUT: Duration = Duration::from_secs(10);

/// A Redis for one test or program, in memory unless the settings say otherwise. It is killed when this value is dropped.
///
/// The program is the one that `DEWAR_REDIS_SERVER` names, or `redis-server` or `valkey-server` of the `PATH`.
#[derive(Debug)]
pub struct Redis {
    settings: RedisSettings,
    port: u16,
    tls_port: Option<u16>,
    process: Process,
    /// Dropped after the process.
    folder: Folder,
}

impl Redis {
    /// Whether the programs are there: the server and `redis-cli`.
    #[must_use]
    pub fn is_available() -> bool {
        server().is_ok_and(|server| client(&server).is_ok())
    }

    /// One for a test. `None`, and a line that says so, if there is no program and nothing says that no test may be left out.
    ///
    /// # Panics
    /// If it cannot be started, or if `DEWAR_REQUIRE_ALL` is 1 and there is no program.
    #[must_use]
    #[expect(clippy::panic, clippy::print_stderr, reason = "it speaks to the person who runs the tests")]
    pub fn for_test() -> Option<Self> {
        let all = std::env::var("DEWAR_REQUIRE_ALL").is_ok_and(|value| value == "1");
        if !Self::is_available() && !all {
            eprintln!("left out: no redis-server here (DEWAR_REDIS_SERVER names one)");
            return None;
        }
        Some(Self::start().unwrap_or_else(|why| panic!("{why}")))
    }

    /// Starts one with everything in memory, and waits until it answers.
    pub fn start() -> Result<Self, String> {
        Self::settings().start()
    }

    /// For one that asks for a password, is durable, has little memory, or speaks TLS.
    #[must_use]
    pub fn settings() -> RedisSettings {
        RedisSettings::default()
    }

    /// Between choosing a port and taking it, another program may take it: another is tried.
    pub(super) fn start_with(settings: RedisSettings) -> Result<Self, String> {
        let mut last = String::new();
        for _ in 0..5 {
            match Self::attempt(&settings) {
                Ok(redis) => return Ok(redis),
                Err(why) => last = why,
            }
        }
        Err(last)
    }

    fn attempt(settings: &RedisSettings) -> Result<Self, String> {
        let folder = Folder::new("redis")?;
        if settings.tls {
            certificates::make(folder.path())?;
        }
        let port = port::free()?;
        let tls_port = settings.tls.then(port::free).transpose()?;
        let process = launch(settings, &folder, port, tls_port)?;
        let mut redis = Self { settings: settings.clone(), port, tls_port, process, folder };
        redis.wait().map(|()| redis)
    }

    /// `redis://127.0.0.1:port/0`; with the password if there is one.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}127.0.0.1:{}/0", self.user(), self.port)
    }

    /// `redis+unix:///path`; with the password if there is one.
    #[must_use]
    pub fn socket_url(&self) -> String {
        let password = self.settings.password.as_ref().map(|password| format!("?pass={password}"));
        format!("redis+unix://{}{}", self.socket().display(), password.unwrap_or_default())
    }

    /// `rediss://localhost:port/0`, if it was [asked for](RedisSettings::tls).
    #[must_use]
    pub fn tls_url(&self) -> Option<String> {
        self.tls_port.map(|port| format!("rediss://{}localhost:{port}/0", self.user()))
    }

    /// The certificate of the authority that signed the server's, for TLS.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.file("ca.crt")
    }

    /// The port without TLS.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn cluster_port(&self) -> Option<u16> {
        self.settings.cluster_port
    }

    /// The server's process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Freezes it (SIGSTOP): connections are made, answers are not.
    pub fn stop(&self) -> Result<(), String> {
        self.process.signal("STOP")
    }

    /// Thaws it (SIGCONT).
    pub fn cont(&self) -> Result<(), String> {
        self.process.signal("CONT")
    }

    /// Kills it (SIGKILL) and waits for its end.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Makes it end in order (SIGTERM), and waits for its end.
    pub fn shut_down(&mut self) -> Result<(), String> {
        self.process.end("TERM")
    }

    /// Kills it if it runs, and starts it on the same port in the same folder.
    pub fn restart(&mut self) -> Result<(), String> {
        self.process.kill();
        self.process = launch(&self.settings, &self.folder, self.port, self.tls_port)?;
        self.wait()
    }

    /// Makes it a replica of another one, and waits until it has its data. Its clients stay connected.
    pub fn follow(&self, primary: &Self) -> Result<(), String> {
        self.command(&["REPLICAOF", "127.0.0.1", &primary.port.to_string()])?;
        self.until("it follows", || {
            Ok(self.command(&["INFO", "replication"])?.contains("master_link_status:up"))
        })
    }

    /// Waits until a replica has all that its primary has.
    pub fn catch_up(&self, primary: &Self) -> Result<(), String> {
        self.until("it has all that its primary has", || {
            let offset = |server: &Self, field: &str| {
                let info = server.command(&["INFO", "replication"])?;
                Ok::<_, String>(
                    info.lines().find_map(|line| line.trim().strip_prefix(field)?.parse::<u64>().ok()),
                )
            };
            Ok(offset(self, "slave_repl_offset:")? == offset(primary, "master_repl_offset:")?)
        })
    }

    /// Makes a replica a primary.
    pub fn lead(&self) -> Result<(), String> {
        self.command(&["REPLICAOF", "NO", "ONE"]).map(drop)
    }

    /// Repeats the check until it is true.
    pub(super) fn until(&self, what: &str, is_so: impl Fn() -> Result<bool, String>) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < TIMEOUT {
            if is_so()? {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(format!("the redis-server at port {} does not come so far that {what}", self.port))
    }

    /// Has `redis-cli` send a command, and gives the answer as it prints it.
    pub fn command(&self, words: &[&str]) -> Result<String, String> {
        let mut client = Command::new(client(&server()?)?);
        if let Some(password) = &self.settings.password {
            client.env("REDISCLI_AUTH", password);
        }
        program::output(client.arg("-e").arg("-s").arg(self.socket()).args(words))
    }

    fn socket(&self) -> PathBuf {
        self.folder.file("redis.sock")
    }

    fn user(&self) -> String {
        self.settings.password.as_ref().map(|password| format!(":{password}@")).unwrap_or_default()
    }

    /// Waits until it answers. It is called through the socket in its folder, where no other server can answer.
    fn wait(&mut self) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < TIMEOUT {
            if self.answers().unwrap_or(false) {
                return Ok(());
            }
            if self.process.has_ended() {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let log = fs::read_to_string(self.folder.file("log")).unwrap_or_default();
        Err(format!("redis-server does not answer: {}", log.lines().last().unwrap_or("it said nothing")))
    }

    /// Asking for the password is an answer, too, but not while it reads its files.
    fn answers(&self) -> io::Result<bool> {
        let mut stream = UnixStream::connect(self.socket())?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer)?;
        Ok(matches!(&answer, b"+PONG" | b"-NOAU"))
    }
}

fn launch(
    settings: &RedisSettings,
    folder: &Folder,
    port: u16,
    tls_port: Option<u16>,
) -> Result<Process, String> {
    let path = folder.file("log");
    let log = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Process::start(&server()?, |command| {
        settings.arguments(command, folder.path(), port, tls_port);
        command.stdin(Stdio::null()).stdout(log).stderr(Stdio::null());
    })
}

fn server() -> Result<PathBuf, String> {
    program::find("DEWAR_REDIS_SERVER", &["redis-server", "valkey-server"])
        .ok_or_else(|| "there is no redis-server: install it, or name one in DEWAR_REDIS_SERVER".to_owned())
}

fn client(server: &std::path::Path) -> Result<PathBuf, String> {
    program::beside(server, &["redis-cli", "valkey-cli"])
        .ok_or_else(|| "there is no redis-cli: install Debian's redis-tools".to_owned())
}
