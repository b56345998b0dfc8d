//! The arguments of the command line. A secret is never one of them: all users of a machine can read those.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use dewar_stores::Engine;

/// Try web sessions in a browser, inspect session cookies, make secrets.
#[derive(Debug, Parser)]
#[command(
    name = "dewar",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  dewar demo                                   a small site on http://127.0.0.1:5000
  dewar cookie decode < cookie.txt             what a cookie holds
  dewar cookie explain --secret-file key.txt   why a cookie is refused
  dewar secret new > key.txt                   a random secret

Exit status: 0 for success, 1 if the cookie, the secret or the store is bad, 2 for wrong arguments."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a small site that shows what sessions do
    #[command(after_help = demo_examples())]
    Demo(Demo),
    /// Inspect, check or make a session cookie
    #[command(subcommand)]
    Cookie(Cookie),
    /// Make or check a secret key
    #[command(subcommand)]
    Secret(Secret),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Demo {
    /// The port to listen on; 0 for any free port
    #[arg(long, default_value_t = 5000)]
    pub(crate) port: u16,
    /// The address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) host: IpAddr,
    #[arg(long, value_name = "cookie|URL", help = store_help())]
    pub(crate) store: Option<String>,
    /// Store sessions in the cookie, in this format [default with --store cookie: flask]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Store sessions in the cookie, with the secret key in this file [default with --store cookie: a random key]
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
}

impl Demo {
    /// Where sessions are stored, by the command line and the environment.
    pub(crate) fn sessions_in(&self) -> Result<SessionsIn, &'static str> {
        let is_about_cookies = self.format.is_some() || self.secret_file.is_some();
        let from_environment = || std::env::var("DEWAR_STORE").ok().filter(|_| !is_about_cookies);
        match self.store.clone().or_else(from_environment) {
            Some(store) if store == "cookie" => Ok(SessionsIn::Cookie),
            Some(_) if is_about_cookies => Err(
                "--format and --secret-file are for sessions in cookies: leave them out, or use --store cookie",
            ),
            None if is_about_cookies => Ok(SessionsIn::Cookie),
            url => Ok(SessionsIn::Store { url }),
        }
    }
}

/// What `--store` takes: "cookie, memory: or …", from the table of engines.
pub(crate) fn stores() -> String {
    let usages: Vec<&str> =
        ["cookie"].into_iter().chain(Engine::all().iter().map(Engine::url_template)).collect();
    usages.split_last().map_or(String::new(), |(last, rest)| format!("{} or {last}", rest.join(", ")))
}

fn store_help() -> String {
    format!("Where to store sessions: {} [default: a file of its own]", stores())
}

fn demo_examples() -> String {
    let line = |arguments: &str, what: &str| format!("  dewar demo {arguments:<34}{what}\n");
    let in_engine = |engine: &Engine| {
        line(&format!("--store {}", engine.url_template()), &format!("in {}", engine.name()))
    };
    [
        "Examples:\n".to_owned(),
        line("", "sessions in a file of its own"),
        line("--port 0", "on any free port, which the first line names"),
        Engine::all().iter().map(in_engine).collect(),
        line("--store cookie", "in cookies of Flask's format, with nothing on the server"),
        line("--format sealed", "in encrypted cookies"),
        "\nPut a URL with a password into the environment variable DEWAR_STORE instead of --store: all users of the\n\
         machine can read a command line."
            .to_owned(),
    ]
    .concat()
}

/// Where the demo stores sessions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SessionsIn {
    Cookie,
    /// Without a URL, in a file of the demo's own.
    Store {
        url: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Signed: anyone can read it, only the server can change it
    Flask,
    /// Encrypted: only the server can read it or change it
    Sealed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Cookie {
    /// Show what a cookie holds, without checking it; Flask's needs no key
    #[command(after_help = "\
Examples:
  dewar cookie decode eyJhIjoxfQ.ZeB58A.XllnqMhItg8yP9H5gQM1OF57c_U
  echo 'Cookie: theme=dark; session=eyJhIjoxfQ.ZeB58A.X' | dewar cookie decode --json")]
    Decode(Look),
    /// Check a cookie against the secret key: exit status 0 if it is valid, 1 if not
    #[command(after_help = "\
Examples:
  dewar cookie verify --secret-file key.txt < cookie.txt
  SECRET_KEY=... dewar cookie verify < cookie.txt
  dewar cookie verify --secret-file new.txt --fallback-file old.txt < cookie.txt")]
    Verify(Check),
    /// Explain a cookie: what it holds, whether it is valid, and if not, why and what to do
    #[command(after_help = "\
Examples:
  dewar cookie explain < cookie.txt
  dewar cookie explain --secret-file key.txt < cookie.txt
  dewar cookie explain --secret-file key.txt --now 1709210096 < cookie.txt   as of that time")]
    Explain(Check),
    /// Make a Flask cookie from the JSON object (Flask's tagged JSON) on standard input
    #[command(after_help = "\
Example:
  echo '{\"user\": \"zoe\"}' | dewar cookie sign --secret-file key.txt")]
    Sign(Sign),
}

/// The cookie to look at.
#[derive(Debug, ClapArgs)]
pub(crate) struct Look {
    /// Its value, `name=value`, or a whole `Cookie:` or `Set-Cookie:` line [default: standard input]
    pub(crate) cookie: Option<String>,
    /// The name of the cookie, if there are several; a sealed cookie opens only under its own name
    #[arg(long, value_name = "NAME")]
    pub(crate) cookie_name: Option<String>,
    /// How long a cookie is valid after it was last written [default: 31 days for Flask's; an hour, and a day in all, for a sealed one]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) lifetime: Option<u32>,
    /// The current time, as a Unix time [default: the system's]
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<i64>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) look: Look,
    #[command(flatten)]
    pub(crate) keys: Keys,
    /// Read a timestamp before 2011 as one of itsdangerous before 1.0, which counted from 2011
    #[arg(long)]
    pub(crate) legacy_epoch: bool,
}

/// Where the secret keys are.
#[derive(Debug, ClapArgs)]
pub(crate) struct Keys {
    /// Read the secret key from this file [default: the environment variable SECRET_KEY or FLASK_SECRET_KEY]
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Read an older key, which still verifies, from this file; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) fallback_file: Vec<PathBuf>,
    /// The salt, which names the purpose: cookie-session for Flask's sessions
    #[arg(long, value_name = "TEXT")]
    pub(crate) salt: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Sign {
    #[command(flatten)]
    pub(crate) keys: Keys,
    /// The current time, as a Unix time [default: the system's]
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<i64>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Secret {
    /// Print a new secret of 256 random bits
    #[command(after_help = "\
Examples:
  dewar secret new > key.txt
  dewar secret new --env >> .env
  dewar secret new --toml >> config.toml")]
    New(New),
    /// Check whether a secret could be guessed: exit status 0 if not, 1 if so
    #[command(after_help = "\
Examples:
  dewar secret check key.txt
  printenv SECRET_KEY | dewar secret check")]
    Check(CheckSecret),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct New {
    /// Print it as a line of a TOML file: SECRET_KEY = "..."
    #[arg(long, conflicts_with = "env")]
    pub(crate) toml: bool,
    /// Print it as a line of an environment file: SECRET_KEY=...
    #[arg(long)]
    pub(crate) env: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CheckSecret {
    /// The file that holds the secret [default: standard input]
    pub(crate) file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
